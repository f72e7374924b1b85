// The source pane. The address of the page says what it shows (?document=…&passage=…&view=page&sheet=…), so that links,
// Back and Forward work. Gradio runs this file once, as the body of a function with the argument `element`.
const pane = element.querySelector(".pane");
const title = pane.querySelector("h2");
const tools = pane.querySelector(".tools");
const status = pane.querySelector("[role=status]");
const body = pane.querySelector(".body");
const narrow = matchMedia("(max-width: 60rem)");
const beside = ["masthead", "conversation", "question", "start"];
const passage = ["document", "passage", "highlights", "check"];
const names = [...passage, "view", "sheet"];
let wanted = null; // the address requested last
let shown = null; // the address on the screen
let origin = null; // where the focus goes when the pane closes
let larger = false; // whether pages are shown larger than the pane is wide

// The fields of an address that name the source, or only its passage, in a fixed order; empty if there are none.
const placeIn = (search, wished = names) => {
  const fields = new URLSearchParams(search);
  const found = wished.filter((name) => fields.has(name)).map((name) => [name, fields.get(name)]);
  return fields.get("document") ? new URLSearchParams(found).toString() : "";
};

const go = (place, { step = true } = {}) => {
  const fields = new URLSearchParams(location.search);
  for (const name of names) fields.delete(name);
  for (const [name, value] of new URLSearchParams(place)) fields.set(name, value);
  const search = fields.toString();
  history[step ? "pushState" : "replaceState"](null, "", search ? `?${search}` : location.pathname);
};

// The address of the same passage, shown as text or as a page.
const seenAs = (place, { view, page }) => {
  const fields = new URLSearchParams(placeIn(place, passage));
  if (view === "page") fields.set("view", view);
  if (view === "page" && page) fields.set("sheet", page);
  return fields.toString();
};

const preferred = () => sessionStorage.getItem("view") ?? "text";

const settle = () => {
  const open = !pane.hidden;
  document.body.classList.toggle("reading", open);
  for (const id of beside) {
    const part = document.getElementById(id);
    if (part) part.inert = open && narrow.matches;
  }
  const current = open && placeIn(shown, passage);
  for (const link of document.querySelectorAll("a.cite")) {
    if (current && placeIn(link.search, passage) === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

const bring = (target) => {
  const box = target.getBoundingClientRect();
  const frame = body.getBoundingClientRect();
  body.scrollTop += box.top - frame.top - Math.max((frame.height - box.height) / 3, 24);
  body.scrollLeft += box.left - frame.left - Math.max((frame.width - box.width) / 2, 24);
};

const point = ({ focus = true } = {}) => {
  const target = body.querySelector(".passage:not(i), .notice");
  const mark = target ?? body.querySelector("i.answer") ?? body.querySelector("i.passage");
  if (focus) (target ?? body).focus({ preventScroll: true });
  if (!mark) {
    body.scrollTop = 0;
    return;
  }
  bring(mark);
  // The browser lays out only paragraphs near the screen, so those above can become taller than it assumed.
  requestAnimationFrame(() => requestAnimationFrame(() => bring(mark)));
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

const enlarge = () => {
  const button = tools.querySelector("[data-larger]");
  body.classList.toggle("larger", larger && Boolean(button));
  button?.setAttribute("aria-pressed", String(larger));
};

// A selector for the control that has the focus, which finds it again after the controls have been replaced.
const focusedControl = () => {
  const control = document.activeElement;
  if (!tools.contains(control)) return null;
  const { view, turn } = control.dataset;
  if (view) return `[data-view="${view}"]`;
  if (turn) return `[data-turn="${turn === "home" ? "back" : turn}"]`; // the button disappears on that page
  return control.matches("a") ? `a.${control.className}` : "[data-larger]";
};

const put = (html) => {
  const fresh = document.createElement("template");
  fresh.innerHTML = html || pane.dataset.failed;
  const [heading, controls, content] = fresh.content.children;
  const control = focusedControl();
  title.replaceChildren(...heading.childNodes);
  title.title = title.textContent; // at most three lines are shown
  tools.replaceChildren(...controls.childNodes);
  body.replaceChildren(content);
  content.querySelector("img")?.addEventListener("error", () => {
    fresh.innerHTML = pane.dataset.failed;
    content.replaceWith(fresh.content.lastElementChild);
  });
  enlarge();
  if (control) tools.querySelector(control)?.focus({ preventScroll: true });
};

// The address as the server understood it: a text has no pages, and the server may have chosen the page.
const settled = (place) => {
  const view = tools.querySelector("[data-view][aria-pressed=true]")?.dataset.view ?? "text";
  return seenAs(place, { view, page: tools.querySelector("[data-shown]")?.dataset.shown });
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
    put(html);
    shown = html ? settled(place) : place;
    if (shown !== place) go(shown, { step: false });
    pane.hidden = false;
    settle();
    status.textContent = tools.querySelector(".turning .number")?.textContent ?? "";
  }
  point({ focus: !tools.contains(document.activeElement) });
};

const leave = () => {
  go("");
  close();
};

const turn = (page) => {
  go(seenAs(shown, { view: "page", page }), { step: false });
  open();
};

addEventListener("popstate", open);
addEventListener("address", open); // the conversation has changed the address
addEventListener("exchanges", settle); // a new link may lead to the open passage
narrow.addEventListener("change", settle);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !pane.hidden && !document.querySelector("dialog[open]")) leave();
});
pane.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: "back", ArrowRight: "on" }[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (body.contains(event.target) && body.scrollWidth > body.clientWidth) return; // here the keys scroll
  const button = tools.querySelector(`[data-turn=${way}]`);
  if (!button) return;
  event.preventDefault();
  if (button.dataset.page) turn(button.dataset.page);
});
pane.addEventListener("click", (event) => {
  const { view, page, turn: way, larger: size } = event.target.closest("button")?.dataset ?? {};
  if (view) {
    sessionStorage.setItem("view", view);
    go(seenAs(shown, { view }), { step: false });
    open();
  } else if (way && page) {
    turn(page);
  } else if (size !== undefined) {
    larger = !larger;
    enlarge();
    point({ focus: false });
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) {
    leave();
    return;
  }
  const link = event.target.closest("a[href^='?document=']");
  // With a modifier key the browser opens another tab or window.
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  origin = link;
  const place = seenAs(link.search, { view: preferred() });
  if (place !== placeIn(location.search)) go(place);
  open();
});
open();
