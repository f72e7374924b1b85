// The conversation: puts each exchange where it belongs and says what changed; the page's address (?conversation=…&q=…)
// brings it back. Runs once, as the body of a function that is given `element`, `props`, `trigger` and `watch`.
const start = element.querySelector(".start");
const exchanges = element.querySelector(".exchanges");
const status = element.querySelector("[role=status]");
const box = () => document.querySelector("#question textarea");
let kept = null; // the conversation on the screen, once the server keeps it

document.documentElement.lang = element.querySelector("section").dataset.language; // Gradio puts the browser's there

const head = document.getElementById("masthead");
new ResizeObserver(() => document.body.style.setProperty("--head", `${head.offsetHeight}px`)).observe(head);

const began = () => {
  start.hidden = exchanges.childElementCount > 0;
  document.body.classList.toggle("asked", start.hidden);
};

const readdress = (fields, { step = false } = {}) => {
  const address = new URLSearchParams(location.search);
  for (const name of ["conversation", "q"]) address.delete(name);
  for (const [name, value] of Object.entries(fields)) if (value.length <= 1000) address.set(name, value);
  const search = address.toString();
  history[step ? "pushState" : "replaceState"](null, "", search ? `?${search}` : location.pathname);
  kept = fields.conversation ?? null;
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
    began();
    document.getElementById(id).scrollIntoView({ block: "start" });
  }
};

watch("value", () => {
  const value = props.value;
  if ("start" in value || "exchanges" in value || value.alone) exchanges.replaceChildren();
  if (value.html) show(value);
  if ("exchanges" in value) {
    exchanges.append(...value.exchanges.map(parsed));
    began();
    exchanges.lastElementChild.scrollIntoView({ block: "start" });
  }
  if ("start" in value) {
    began();
    readdress({});
    box()?.focus();
  }
  if (value.address) readdress(value.address);
  if (value.announcement !== undefined) status.textContent = value.announcement;
  if (value.notice) dispatchEvent(new CustomEvent("notice", { detail: value.notice }));
  dispatchEvent(new Event("exchanges"));
});

const reopen = () => {
  const fields = new URLSearchParams(location.search);
  const [conversation, q] = ["conversation", "q"].map((name) => fields.get(name));
  if (conversation || q) {
    kept = conversation;
    trigger("select", { conversation, q });
  } else if (exchanges.childElementCount) {
    trigger("clear");
  }
};

addEventListener("popstate", () => {
  if (new URLSearchParams(location.search).get("conversation") !== kept) reopen();
});
addEventListener("open-conversation", ({ detail }) => {
  readdress({ conversation: detail }, { step: true });
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
  if (event.target.closest("[data-clear]")) {
    history.pushState(null, "", location.pathname);
    dispatchEvent(new Event("address"));
    kept = null;
    trigger("clear");
  }
});
reopen();
