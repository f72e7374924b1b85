// The source pane: the address after the number sign says what it shows, so that links, Back and Forward work by
// themselves. Runs once, as the body of a function that is given `element`, `props`, `trigger` and `watch`.
const pane = element.querySelector(".pane");
const title = pane.querySelector("h2");
const body = pane.querySelector(".body");
const narrow = matchMedia("(max-width: 60rem)");
const beside = ["masthead", "conversation", "question"];
let asked = 0; // requests sent; only the newest is shown
let shown = null; // the address that is on the screen
let origin = null; // where the focus goes when the pane closes

const place = () => {
  const open = !pane.hidden;
  document.body.classList.toggle("reading", open);
  for (const id of beside) {
    const part = document.getElementById(id);
    if (part) part.inert = open && narrow.matches;
  }
};

const point = () => {
  const target = body.querySelector(".passage") ?? body.querySelector(".notice");
  if (!target) {
    body.scrollTop = 0;
    body.focus({ preventScroll: true });
    return;
  }
  const box = target.getBoundingClientRect();
  const frame = body.getBoundingClientRect();
  const above = Math.max((frame.height - box.height) / 3, 24);
  body.scrollTop += box.top - frame.top - above;
  target.focus({ preventScroll: true });
};

const close = () => {
  if (pane.hidden) return;
  pane.hidden = true;
  shown = null;
  place();
  const links = [...document.querySelectorAll("a.cite")];
  const back = origin?.isConnected ? origin : document.querySelector("#question textarea");
  for (const link of links) link.removeAttribute("aria-current");
  back?.focus();
};

const open = () => {
  const fragment = location.hash;
  if (!fragment.startsWith("#document=")) {
    close();
  } else if (fragment === shown) {
    point();
  } else {
    asked += 1;
    trigger("select", { fragment, request: asked });
  }
};

const leave = () => {
  history.pushState(null, "", location.pathname + location.search);
  close();
};

watch("value", () => {
  const value = props.value;
  if (value.request !== asked) return;
  title.innerHTML = value.title;
  body.innerHTML = value.body;
  shown = value.fragment;
  pane.hidden = false;
  for (const link of document.querySelectorAll("a.cite")) {
    if (link.hash === shown) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  place();
  point();
});

addEventListener("hashchange", open);
narrow.addEventListener("change", place);
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
if (location.hash) open();
