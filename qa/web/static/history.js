// Copying quotations, feedback on answers, and the list of saved conversations. Gradio runs this file once, as the body
// of a function with the argument `element`.
const dialog = element.querySelector("dialog");
const list = dialog.querySelector(".list");
const toast = element.querySelector(".toast");
let fading = 0;

const say = (sentence) => {
  clearTimeout(fading);
  toast.textContent = sentence;
  (dialog.matches(":modal") ? dialog : element).append(toast); // what is outside an open dialog is inert
  toast.classList.add("shown");
  fading = setTimeout(() => toast.classList.remove("shown"), 4000);
};

// Gradio shows little or nothing when one of its requests is refused. This shows a sentence in the page's language.
const plain = window.fetch;
const box = () => document.querySelector("#question textarea");
const giveUp = (sentence) => {
  say(sentence);
  for (const waiting of document.querySelectorAll(".exchange[aria-busy] .searching")) {
    waiting.className = "verdict failed";
    waiting.textContent = sentence; // if the answer still comes, it replaces this
    waiting.parentElement.removeAttribute("aria-busy");
  }
};
window.fetch = async (...request) => {
  const asking = String(request[0]?.url ?? request[0]).includes("gradio_api/") && request[1]?.method === "POST";
  try {
    const response = await plain(...request);
    if (response.status === 401) {
      sessionStorage.setItem("unasked", box()?.value ?? "");
      location.reload(); // the session has ended: the page leads to the login and back
    } else if (asking && response.status >= 400) giveUp(toast.dataset[response.status === 429 ? "toomany" : "failed"]);
    return response;
  } catch (error) {
    if (asking) {
      giveUp(toast.dataset.unreachable);
      sessionStorage.setItem("unasked", box()?.value ?? ""); // Gradio reloads the page once the server is back
    }
    throw error;
  }
};

addEventListener("notice", ({ detail }) => say(detail));

const copy = async (text, done) => {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
    } else {
      // Browsers have a clipboard only for pages on HTTPS and on this machine; this older way works on all.
      const focused = document.activeElement;
      const area = document.createElement("textarea");
      area.value = text;
      element.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      focused?.focus({ preventScroll: true });
      if (!copied) throw new Error("refused");
    }
    say(done);
  } catch {
    say(toast.dataset.uncopied);
  }
};

const send = async (path, body) => {
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return response.ok ? response : null;
  } catch {
    return null;
  }
};

const comment = async (button) => {
  const exchange = button.closest("[data-conversation]");
  const { conversation, number } = exchange.dataset;
  const { verdict, citation = null } = button.dataset;
  const about = { citation: citation && Number(citation), right: verdict !== "wrong" };
  const response = await send("feedback", { conversation, number: Number(number), ...about });
  if (!response) {
    say(toast.dataset.unnoted);
    return;
  }
  const given = await response.json();
  for (const other of exchange.querySelectorAll("[data-verdict]")) {
    const about = Number(other.dataset.citation ?? 0);
    const stands = given.some((one) => (one.citation ?? 0) === about && one.verdict === other.dataset.verdict);
    other.setAttribute("aria-pressed", String(stands));
  }
  const said = verdict === "no-answer" ? "noAnswer" : verdict;
  say(toast.dataset[button.getAttribute("aria-pressed") === "true" ? said : "withdrawn"]);
};

// A new name or a deletion that was begun in the list must not be lost when the list is loaded again.
const begun = () => list.querySelector(".rename:not([hidden]), .sure:not([hidden])");

let asked = 0;
let stale = false;
const refresh = async () => {
  const own = ++asked;
  let fresh = null;
  try {
    const response = await fetch("conversations");
    if (!response.ok) throw new Error(response.statusText);
    fresh = document.createElement("template");
    fresh.innerHTML = await response.text();
  } catch {
    fresh = null;
  }
  if (own !== asked) return; // there has been a later request
  stale = Boolean(begun());
  if (stale) return; // the list is loaded when that has ended
  const held = list.contains(document.activeElement) && document.activeElement.closest("[data-conversation]");
  if (fresh) list.replaceChildren(fresh.content);
  else list.textContent = toast.dataset.unlisted;
  if (held) list.querySelector(`[data-conversation="${CSS.escape(held.dataset.conversation)}"] .open`)?.focus();
  const current = new URLSearchParams(location.search).get("conversation");
  for (const item of list.querySelectorAll("[data-conversation]")) {
    if (item.dataset.conversation === current) item.querySelector(".open").setAttribute("aria-current", "true");
  }
};

const open = async () => {
  list.replaceChildren(); // the list may have changed
  if (dispatchEvent(new CustomEvent("list", { detail: dialog, cancelable: true }))) dialog.showModal();
  await refresh();
};
addEventListener("open-list", ({ detail }) => detail === "history" && open());

// In the rail, the list follows the conversation.
let following = 0;
addEventListener("exchanges", () => {
  clearTimeout(following);
  if (dialog.open) following = setTimeout(refresh, 300);
});

// The latest conversations, as links on the start page.
const RECENT = 4;
const recall = async () => {
  if (document.body.classList.contains("asked")) return;
  const fresh = document.createElement("template");
  try {
    const response = await fetch("conversations");
    if (!response.ok) return;
    fresh.innerHTML = await response.text();
  } catch {
    return; // the page works without
  }
  const links = [...fresh.content.querySelectorAll("[data-conversation]")].slice(0, RECENT).map((item) => {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = `?conversation=${encodeURIComponent(item.dataset.conversation)}`;
    link.dir = "auto";
    link.textContent = item.querySelector(".open").textContent;
    line.append(link, item.querySelector(".when"));
    return line;
  });
  const recent = document.querySelector("#start .recent");
  recent.querySelector("ul").replaceChildren(...links);
  recent.hidden = !links.length;
};
addEventListener("start", recall);
addEventListener("click", (event) => {
  const link = event.target.closest?.("#start .recent a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  dispatchEvent(new CustomEvent("open-conversation", { detail: new URLSearchParams(link.search).get("conversation") }));
});
recall();

// Shows an item in one of three states: as it is, while it is renamed, or with the question whether to delete it.
const turn = (item, state) => {
  item.querySelector(".row").hidden = state === "rename";
  item.querySelector(".rename").hidden = state !== "rename";
  item.querySelector(".tools").hidden = state === "rename";
  item.querySelector("[data-delete]").hidden = state === "delete";
  item.querySelector(".sure").hidden = state !== "delete";
  const focus = { rename: "input", delete: "[data-sure]" }[state] ?? ".open";
  item.querySelector(focus).focus();
  if (state === "rename") item.querySelector(focus).select();
  if (!state && stale) refresh();
};

const remove = async (item) => {
  const { conversation } = item.dataset;
  if (!(await send(`conversations/${conversation}/delete`, {}))) {
    say(toast.dataset.unlisted);
    return;
  }
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  next?.querySelector(".open").focus();
  if (!next || stale) await refresh();
  if (new URLSearchParams(location.search).get("conversation") === conversation) {
    document.querySelector("[data-clear]").click();
  }
  if (!next) dialog.querySelector("[data-shut]").focus();
  say(toast.dataset.deleted);
};

dialog.addEventListener("cancel", (event) => {
  const item = document.activeElement.closest("[data-conversation]");
  if (!item?.querySelector(".rename:not([hidden]), .sure:not([hidden])")) return;
  event.preventDefault(); // Escape ends what was begun, and leaves the list open
  turn(item, "");
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const item = event.target.closest("[data-conversation]");
  const title = event.target.elements.title.value;
  const response = await send(`conversations/${item.dataset.conversation}/title`, { title });
  if (!response) {
    say(toast.dataset.unlisted);
    return;
  }
  turn(item, "");
  await refresh();
  say(toast.dataset.renamed);
});

list.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-further]")) return;
  for (const link of target.closest(".exports").querySelectorAll("a")) link.search = target.checked ? "further" : "";
});

document.addEventListener("click", async (event) => {
  const target = (selector) => event.target.closest(selector);
  const item = list.contains(event.target) ? target("[data-conversation]") : null;
  if (target("[data-copy]")) {
    await copy(target("[data-copy]").dataset.copy, toast.dataset.copied);
  } else if (target("[data-link]")) {
    await copy(new URL(target("[data-link]").dataset.link, document.baseURI).href, toast.dataset.linked);
  } else if (target("[data-verdict]")) {
    await comment(target("[data-verdict]"));
  } else if (target("[data-conversations]")) {
    if (target("[data-conversations]").ariaExpanded === "true") dialog.close();
    else await open();
  } else if (target("[data-shut]") || (event.target === dialog && dialog.matches(":modal"))) {
    dialog.close();
  } else if (item && target("[data-open]")) {
    if (dialog.matches(":modal")) dialog.close();
    dispatchEvent(new CustomEvent("open-conversation", { detail: item.dataset.conversation }));
  } else if (item && target("[data-rename]")) {
    turn(item, "rename");
  } else if (item && target("[data-delete]")) {
    turn(item, "delete");
  } else if (item && target("[data-sure]")) {
    await remove(item);
  } else if (item && target("[data-cancel]")) {
    turn(item, "");
  }
});

const restore = () => {
  const unasked = sessionStorage.getItem("unasked");
  if (!unasked) return;
  if (!box()) {
    requestAnimationFrame(restore); // the box is not on the page yet
    return;
  }
  sessionStorage.removeItem("unasked");
  box().value = unasked;
  box().dispatchEvent(new Event("input", { bubbles: true }));
};
restore();
