// The source pane. The address of the page says what it shows (?document=…&passage=…&view=page&sheet=…&find=…), so that
// links, Back and Forward work. Gradio runs this file once, as the body of a function with the argument `element`.
const pane = element.querySelector(".pane");
const title = pane.querySelector("h2");
const tools = pane.querySelector(".tools");
const status = pane.querySelector("[role=status]");
const body = pane.querySelector(".body");
const narrow = matchMedia("(max-width: 60rem)");
const beside = ["masthead", "conversation", "question", "start"];
const edge = pane.querySelector(".edge");
const finding = pane.querySelector(".finding");
const sought = finding.elements.find;
const passage = ["document", "passage", "exact", "highlights", "check"];
const names = [...passage, "view", "sheet", "find", "hit"];
const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3]; // of the size at which the pane opens
const WIDTHS = { least: 25, most: 70, step: 2 }; // of the pane, in percent of the window
const TYPING = 250; // milliseconds without a key after which what was typed is looked for
let wanted = null; // the address requested last
let shown = null; // the address on the screen
let origin = null; // where the focus goes when the pane closes

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

// The address of the same passage, shown as text or as a page, with the places at which something was found.
const seenAs = (place, { view, page, find, hit }) => {
  const fields = new URLSearchParams(placeIn(place, passage));
  if (view === "page") fields.set("view", view);
  if (view === "page" && page) fields.set("sheet", page);
  if (find) fields.set("find", find);
  if (find && hit) fields.set("hit", hit);
  return fields.toString();
};

const fieldsOf = (place) => Object.fromEntries(new URLSearchParams(place));

// What is requested for a place: a document that has pages opens at the page, unless its text was chosen before.
const wish = (place) => {
  const fields = new URLSearchParams(place);
  if (!fields.has("view") && sessionStorage.getItem("view") !== "text") fields.set("view", "page");
  return fields.toString();
};

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
  const mark = body.querySelector(".now") ?? target ?? body.querySelector("i.answer") ?? body.querySelector("i.passage");
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

const zoom = () => Number(sessionStorage.getItem("zoom") ?? 1);
const enlarge = (by = 0) => {
  const place = Math.min(Math.max(ZOOMS.indexOf(zoom()) + by, 0), ZOOMS.length - 1);
  sessionStorage.setItem("zoom", ZOOMS[place]);
  pane.style.setProperty("--zoom", ZOOMS[place]);
  body.classList.toggle("larger", ZOOMS[place] > 1);
  pane.querySelector(".zooming output").textContent = `${Math.round(100 * ZOOMS[place])}\u00a0%`;
  for (const button of pane.querySelectorAll("[data-zoom]")) {
    const isLast = place === (Number(button.dataset.zoom) < 0 ? 0 : ZOOMS.length - 1);
    button.setAttribute("aria-disabled", String(isLast));
  }
};

// The width of the pane, in percent of the window; it is kept for the next visit.
const widen = (percent) => {
  const width = Math.round(Math.min(Math.max(percent, WIDTHS.least), WIDTHS.most));
  localStorage.setItem("pane", width);
  document.body.style.setProperty("--pane", `${width}vw`);
  edge.setAttribute("aria-valuenow", width);
};
const width = () => (100 * pane.offsetWidth) / innerWidth;
edge.setAttribute("aria-valuemin", WIDTHS.least);
edge.setAttribute("aria-valuemax", WIDTHS.most);
if (Number(localStorage.getItem("pane"))) widen(Number(localStorage.getItem("pane")));

// A selector for the control that has the focus, which finds it again after the controls have been replaced.
const focusedControl = () => {
  const control = document.activeElement;
  if (!tools.contains(control)) return null;
  const { view, turn } = control.dataset;
  if (view) return `[data-view="${view}"]`;
  if (turn) return `[data-turn="${turn === "home" ? "back" : turn}"]`; // the button disappears on that page
  return `a.${control.className}`;
};

const put = (html) => {
  const fresh = document.createElement("template");
  fresh.innerHTML = html || pane.dataset.failed;
  const [heading, controls, content] = fresh.content.children;
  const control = focusedControl();
  title.replaceChildren(...heading.childNodes);
  title.title = title.textContent; // at most three lines are shown
  tools.replaceChildren(...controls.childNodes);
  const { said = "", number, before, after } = controls.dataset;
  finding.dataset.number = number ?? "";
  finding.querySelector("output").textContent = said;
  for (const [way, hit] of Object.entries({ before, after })) {
    const button = finding.querySelector(`[data-hit=${way}]`);
    button.value = hit ?? "";
    button.setAttribute("aria-disabled", String(!Number(hit)));
  }
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
  const page = tools.querySelector("[data-shown]")?.dataset.shown;
  const hit = Number(finding.dataset.number) ? finding.dataset.number : null;
  return seenAs(place, { view, page, find: fieldsOf(place).find, hit });
};

const open = async () => {
  const place = placeIn(location.search);
  if (!place) {
    close();
    return;
  }
  if (place !== shown) {
    wanted = place;
    const html = await fetchSource(wish(place));
    if (wanted !== place) return;
    put(html);
    shown = html ? settled(place) : place;
    if (shown !== place) go(shown, { step: false });
    pane.hidden = false;
    edge.setAttribute("aria-valuenow", Math.round(width()));
    if (document.activeElement !== sought) sought.value = fieldsOf(place).find ?? "";
    settle();
    status.textContent = tools.querySelector(".turning .number")?.textContent ?? "";
  }
  point({ focus: !pane.contains(document.activeElement) || body.contains(document.activeElement) });
};

const leave = () => {
  go("");
  close();
};

const turn = (page) => {
  const { find, hit } = fieldsOf(shown);
  go(seenAs(shown, { view: "page", page, find, hit }), { step: false });
  open();
};

// Looks for what was typed, or goes on to another place where it was found.
const find = (hit) => {
  if (!shown) return;
  const { view } = fieldsOf(shown);
  go(seenAs(shown, { view, find: sought.value.trim(), hit }), { step: false });
  open();
};

addEventListener("popstate", open);
addEventListener("address", open); // the conversation has changed the address
addEventListener("exchanges", settle); // a new link may lead to the open passage
narrow.addEventListener("change", settle);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !pane.hidden && !document.querySelector("dialog:modal")) leave();
});
const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
pane.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: "back", ArrowRight: "on" }[event.key];
  if (!way || !isPlain(event) || [sought, edge].includes(event.target)) return;
  if (body.contains(event.target) && body.scrollWidth > body.clientWidth) return; // here the keys scroll
  const button = tools.querySelector(`[data-turn=${way}]`);
  if (!button) return;
  event.preventDefault();
  if (button.dataset.page) turn(button.dataset.page);
});
let typing = 0;
sought.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(find, TYPING);
});
finding.addEventListener("submit", (event) => event.preventDefault());
finding.addEventListener("keydown", (event) => {
  if (event.target !== sought) return;
  if (event.key === "Escape" && sought.value) {
    event.stopPropagation(); // the pane stays open
    event.preventDefault();
    clearTimeout(typing);
    sought.value = "";
    find();
  } else if (event.key === "Enter") {
    event.preventDefault();
    clearTimeout(typing);
    const isNew = sought.value.trim() !== (fieldsOf(shown).find ?? "");
    find(isNew ? null : finding.querySelector(`[data-hit=${event.shiftKey ? "before" : "after"}]`).value);
  }
});
edge.addEventListener("keydown", (event) => {
  const now = width();
  const asked = { ArrowLeft: now + WIDTHS.step, ArrowRight: now - WIDTHS.step, Home: WIDTHS.least, End: WIDTHS.most };
  if (!(event.key in asked) || !isPlain(event)) return;
  event.preventDefault();
  widen(asked[event.key]);
});
edge.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  edge.setPointerCapture(event.pointerId);
});
edge.addEventListener("pointermove", (event) => {
  if (edge.hasPointerCapture(event.pointerId)) widen(100 - (100 * event.clientX) / innerWidth);
});
pane.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const { view, page, turn: way, zoom: by, hit, print } = button?.dataset ?? {};
  if (view) {
    sessionStorage.setItem("view", view);
    const { find, hit } = fieldsOf(shown);
    go(seenAs(shown, { view, find, hit }), { step: false });
    shown = null; // the same place, seen otherwise
    open();
  } else if (way && page) {
    turn(page);
  } else if (by) {
    enlarge(Number(by));
    point({ focus: false });
  } else if (hit && Number(button.value)) {
    find(button.value);
  } else if (print !== undefined) {
    window.print();
  }
});
enlarge();
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
  const place = placeIn(link.search, passage);
  const isOpen = shown && place === placeIn(shown, passage);
  if (!isOpen) go(place);
  else if (placeIn(location.search).includes("view=page")) go(place, { step: false }); // back from another page
  open();
});
open();
