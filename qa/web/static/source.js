// The source pane: the page's address says what it shows (?document=…&passage=…), so that links, Back and Forward work
// by themselves. Runs once, as the body of a function that is given `element`.
const pane = element.querySelector(".pane");
const title = pane.querySelector("h2");
const body = pane.querySelector(".body");
const narrow = matchMedia("(max-width: 60rem)");
const beside = ["masthead", "conversation", "question"];
const names = ["document", "passage", "highlights"];
let wanted = null; // the address asked for last
let shown = null; // the address on the screen
let origin = null; // where the focus goes when the pane closes

// What of an address concerns the source, always written alike; empty if nothing does.
const placeIn = (search) => {
  const fields = new URLSearchParams(search);
  const kept = names.filter((name) => fields.has(name)).map((name) => [name, fields.get(name)]);
  return fields.get("document") ? new URLSearchParams(kept).toString() : "";
};

const go = (place) => {
  const fields = new URLSearchParams(location.search);
  for (const name of names) fields.delete(name);
  for (const [name, value] of new URLSearchParams(place)) fields.set(name, value);
  const search = fields.toString();
  history.pushState(null, "", search ? `?${search}` : location.pathname);
};

const settle = () => {
  const open = !pane.hidden;
  document.body.classList.toggle("reading", open);
  for (const id of beside) {
    const part = document.getElementById(id);
    if (part) part.inert = open && narrow.matches;
  }
  for (const link of document.querySelectorAll("a.cite")) {
    if (open && placeIn(link.search) === shown) link.setAttribute("aria-current", "true");
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

const fetchSource = async (place) => {
  try {
    const response = await fetch(`source?${place}`);
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
};

const open = async () => {
  const place = placeIn(location.search);
  if (!place) {
    close();
    return;
  }
  if (place !== shown) {
    wanted = place;
    const html = await fetchSource(place);
    if (wanted !== place) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = html || pane.dataset.failed;
    title.replaceChildren(...fresh.content.firstElementChild.childNodes);
    body.replaceChildren(fresh.content.lastElementChild);
    shown = place;
    pane.hidden = false;
    settle();
  }
  point();
};

const leave = () => {
  go("");
  close();
};

addEventListener("popstate", open);
addEventListener("address", open); // the conversation has changed the address
addEventListener("exchanges", settle); // there may be other links to what is open
narrow.addEventListener("change", settle);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !pane.hidden && !document.querySelector("dialog[open]")) leave();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) {
    leave();
    return;
  }
  const link = event.target.closest("a[href^='?document=']");
  // With a key held the browser opens a tab or window of its own.
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  origin = link;
  const place = placeIn(link.search);
  if (place !== placeIn(location.search)) go(place);
  open();
});
open();
