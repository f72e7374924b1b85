// The conversation: shows each question with its answer and announces it. The address of the page names the conversation
// and its last question (?conversation=…&q=…), so that it can be opened again. Gradio runs this file once, as the body of
// a function with the arguments `element`, `props`, `trigger` and `watch`.
const start = element.querySelector(".start");
const exchanges = element.querySelector(".exchanges");
const status = element.querySelector("[role=status]");
const box = () => document.querySelector("#question textarea");
let saved = null; // the id of the conversation on the screen, once the server has saved it
const choice = ["documents", "folder", "filter", "words"]; // the fields of an address that choose documents
let chosen = ""; // the documents that questions are asked of, as such fields

document.documentElement.lang = element.querySelector("section").dataset.language; // Gradio sets the browser's language

const head = document.getElementById("masthead");
new ResizeObserver(() => document.body.style.setProperty("--head", `${head.offsetHeight}px`)).observe(head);

const updateStart = () => {
  start.hidden = exchanges.childElementCount > 0;
  document.body.classList.toggle("asked", start.hidden);
  dispatchEvent(new Event("start"));
};

const setAddress = (fields, { step = false } = {}) => {
  const address = new URLSearchParams(location.search);
  for (const name of ["conversation", "q"]) address.delete(name);
  if (step) for (const name of choice) address.delete(name);
  for (const [name, value] of Object.entries(fields)) if (value.length <= 1000) address.set(name, value);
  const search = address.toString();
  history[step ? "pushState" : "replaceState"](null, "", search ? `?${search}` : location.pathname);
  saved = fields.conversation ?? null;
};

const choiceIn = (search) =>
  new URLSearchParams([...new URLSearchParams(search)].filter(([name]) => choice.includes(name))).toString();

// Shows which documents questions are asked of, as the server has them, here and in the address.
const setScope = (update) => {
  const shown = head.querySelector(".scope");
  shown.innerHTML = update.scope;
  shown.hidden = !update.scope;
  chosen = choiceIn(update.chosen);
  if (choiceIn(location.search) === chosen) return;
  const address = new URLSearchParams(location.search);
  for (const name of choice) address.delete(name);
  for (const [name, value] of new URLSearchParams(chosen)) address.append(name, value);
  const search = address.toString();
  history.replaceState(null, "", search ? `?${search}` : location.pathname);
};

const parsed = (html) => {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  return fresh.content;
};

const show = ({ id, html }) => {
  const shown = document.getElementById(id);
  if (shown) {
    shown.replaceWith(parsed(html));
  } else {
    exchanges.append(parsed(html));
    updateStart();
    document.getElementById(id).scrollIntoView({ block: "start" });
  }
};

watch("value", () => {
  const value = props.value;
  if ("start" in value || "exchanges" in value || value.alone) exchanges.replaceChildren();
  if (value.html) show(value);
  if ("exchanges" in value) {
    exchanges.append(...value.exchanges.map(parsed));
    updateStart();
    exchanges.lastElementChild.scrollIntoView({ block: "start" });
  }
  if ("start" in value) {
    updateStart();
    setAddress({});
    box()?.focus();
  }
  if (value.address) setAddress(value.address);
  if ("scope" in value) setScope(value);
  if (value.announcement !== undefined) status.textContent = value.announcement;
  if (value.notice) dispatchEvent(new CustomEvent("notice", { detail: value.notice }));
  dispatchEvent(new Event("exchanges"));
});

const reopen = () => {
  const fields = new URLSearchParams(location.search);
  const [conversation, q] = ["conversation", "q"].map((name) => fields.get(name));
  const scope = choiceIn(location.search);
  if (conversation || q || scope) {
    saved = conversation;
    chosen = scope;
    // the question box does not jump when the answer comes
    document.body.classList.toggle("asked", Boolean(conversation || q));
    trigger("select", { conversation, q, scope });
  } else if (exchanges.childElementCount || chosen) {
    trigger("clear");
  }
};

addEventListener("popstate", () => {
  const fields = new URLSearchParams(location.search);
  if (fields.get("conversation") !== saved || choiceIn(location.search) !== chosen) reopen();
});
addEventListener("open-conversation", ({ detail }) => {
  setAddress({ conversation: detail }, { step: true });
  reopen();
  box()?.focus({ preventScroll: true });
});

const ask = (question, how = {}) => {
  trigger("submit", { question, ...how });
  box()?.focus({ preventScroll: true });
};
addEventListener("ask", ({ detail }) => ask(detail));

document.addEventListener("click", async (event) => {
  const leave = event.target.closest("[data-leave]");
  if (leave) {
    await fetch(leave.dataset.leave, { method: "POST" });
    location.reload();
    return;
  }
  const example = event.target.closest("[data-example]");
  if (example) {
    trigger("example_select", { number: Number(example.dataset.example) });
    box()?.focus({ preventScroll: true });
  }
  const other = event.target.closest("[data-ask]");
  if (other) ask(other.dataset.ask, { alone: "alone" in other.dataset, instead: other.dataset.instead ?? null });
  const language = event.target.closest("a.language");
  if (language) {
    document.cookie = `language=${language.hreflang}; path=/; max-age=31536000; samesite=lax`;
    language.search = location.search;
  }
  const choosing = event.target.closest("a.ask-of, #masthead .scope a");
  if (choosing && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    choosing.closest("dialog:modal")?.close();
    history.pushState(null, "", choosing.search || location.pathname);
    dispatchEvent(new Event("address"));
    reopen();
    box()?.focus({ preventScroll: true });
  }
  if (event.target.closest("[data-clear]")) {
    history.pushState(null, "", location.pathname);
    dispatchEvent(new Event("address"));
    saved = null;
    trigger("clear");
  }
});
reopen();

// The focus ring of the question box shows where the keyboard is used, as that of buttons does.
addEventListener("keydown", ({ key }) => key === "Tab" && document.body.classList.add("keyboard"), { capture: true });
addEventListener("pointerdown", () => document.body.classList.remove("keyboard"), { capture: true });
