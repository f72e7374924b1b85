// The source pane: the address after the number sign says what it shows, so that links, Back and Forward work by
// themselves. Runs once, as the body of a function that is given `element`.
const pane = element.querySelector(".pane");
const title = pane.querySelector("h2");
const body = pane.querySelector(".body");
const narrow = matchMedia("(max-width: 60rem)");
const beside = ["masthead", "conversation", "question"];
let wanted = null; // the address asked for last
let shown = null; // the address on the screen
let origin = null; // where the focus goes when the pane closes

const settle = () => {
  const open = !pane.hidden;
  document.body.classList.toggle("reading", open);
  for (const id of beside) {
    const part = document.getElementById(id);
    if (part) part.inert = open && narrow.matches;
  }
  for (const link of document.querySelectorAll("a.cite")) {
    if (link.hash === shown) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

const bring = (target) => {
  const box = target.getBoundingClientRect();
  const frame = body.getBoundingClientRect();
  body.scrollTop += box.top - frame.top - Math.max((frame.height - box.height) / 3, 24);
};

const point = () => {
  const target = body.querySelector(".passage, .notice");
  if (!target) {
    body.scrollTop = 0;
    body.focus({ preventScroll: true });
    return;
  }
  bring(target);
  target.focus({ preventScroll: true });
  // Paragraphs are laid out only near the screen, so those above may turn out taller than was assumed.
  requestAnimationFrame(() => requestAnimationFrame(() => bring(target)));
};

const close = () => {
  wanted = null;
  if (pane.hidden) return;
  pane.hidden = true;
  shown = null;
  settle();
  const back = origin?.isConnected ? origin : document.querySelector("#question textarea");
  back?.focus();
};

const fetchSource = async (address) => {
  try {
    const response = await fetch(`source?${address.slice(1)}`);
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
};

const open = async () => {
  const address = location.hash;
  if (!address.startsWith("#document=")) {
    close();
    return;
  }
  if (address !== shown) {
    wanted = address;
    const html = await fetchSource(address);
    if (wanted !== address) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = html || pane.dataset.failed;
    title.replaceChildren(...fresh.content.firstElementChild.childNodes);
    body.replaceChildren(fresh.content.lastElementChild);
    shown = address;
    pane.hidden = false;
    settle();
  }
  point();
};

const leave = () => {
  history.pushState(null, "", location.pathname + location.search);
  close();
};

addEventListener("hashchange", open);
narrow.addEventListener("change", settle);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !pane.hidden) leave();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) {
    leave();
    return;
  }
  const link = event.target.closest("a[href^='#document=']");
  if (!link) return;
  origin = link;
  if (link.hash === location.hash) {
    event.preventDefault();
    open();
  }
});
open();
