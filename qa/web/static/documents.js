// The list of documents: searching it, adding files by dropping them anywhere on the page, removing files, and telling
// when a new index is in use. Gradio runs this file once, as the body of a function with the argument `element`.
const dialog = element.querySelector("dialog");
const part = (selector) => dialog.querySelector(selector);
const filters = part(".filters");
const list = part(".list");
const more = part("[data-more]");
const status = part("[role=status]");
const chooser = part("input[type=file]");
const words = dialog.dataset;
const LOOK = { busy: 1_000, idle: 30_000 }; // milliseconds between two requests for the state of the index
const AWAY = 900_000; // milliseconds without input after which requests stop, because they would keep the session alive
const BEGINNING = 4_096; // bytes of a file by which the server tells at once whether it can be read
const SEARCH = 150; // milliseconds without a key after which the list is filtered
let generation = null; // of the index in use, once it is known
let may = false; // whether this person may add and remove documents
let asked = 0; // counts the requests for the list, so that only the answer to the last one is shown
let looking = 0;
let due = 0; // when the state is requested next
let touched = Date.now();
let sending = Promise.resolve(); // files are sent one after another

const say = (sentence) => {
  if (dialog.open) status.textContent = sentence; // what is outside an open dialog is inert
  else dispatchEvent(new CustomEvent("notice", { detail: sentence }));
};

// Waits as long as the server asks for after too many requests.
const patience = (header) => new Promise((done) => setTimeout(done, 1_000 * (Number(header) || 1)));

// `fields` is what URLSearchParams takes; what has a `body` is posted.
const get = async (path, fields = {}, body = null) => {
  const how = body ? { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } } : {};
  const response = await fetch(`${path}?${new URLSearchParams(fields)}`, how);
  if (response.status === 429) {
    await patience(response.headers.get("Retry-After"));
    return get(path, fields, body);
  }
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
};

const filled = (html) => {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  return fresh.content;
};

// The fields of an address that choose what the filters leave.
const filtered = () => new URLSearchParams([...new FormData(filters)].filter(([, value]) => value.trim()));

const picked = new Set(); // the documents that are chosen one by one
const bar = part(".chosen");
const showPicked = () => {
  for (const box of list.querySelectorAll("[data-choose]")) {
    box.checked = picked.has(box.value);
    box.disabled = !box.checked && picked.size >= Number(words.most);
  }
  bar.hidden = !picked.size;
  if (bar.hidden) bar.querySelector("[data-only]").setAttribute("aria-pressed", "false");
  const text = picked.size === 1 ? words.chosenone : words.chosen;
  bar.querySelector(".number").textContent = text.replace("{count}", picked.size);
  bar.querySelector(".these").search = new URLSearchParams([...picked].map((name) => ["documents", name]));
};
const showsPicked = () => bar.querySelector("[data-only]").getAttribute("aria-pressed") === "true";

// Lists the documents that match the filters, or those that are chosen, from number `first` on.
const refresh = async (first = 0) => {
  const turn = ++asked;
  const fields = showsPicked() ? new URLSearchParams(bar.querySelector(".these").search) : filtered();
  const narrowed = fields.toString();
  fields.set("first", first);
  try {
    const { html, count, found, next } = await get("documents", fields);
    if (turn !== asked) return;
    if (!first) list.replaceChildren(document.createElement("ul"));
    list.firstElementChild.append(filled(html));
    showPicked();
    part(".count").textContent = count;
    part(".all").hidden = !narrowed || !found || showsPicked();
    part(".all").search = narrowed;
    more.hidden = next === null;
    more.dataset.more = next;
  } catch {
    if (turn === asked) part(".count").textContent = words.unlisted;
  }
};

const overview = async (fields = filtered()) => {
  try {
    const { may: allowed, about, filters: html, skipped } = await get("documents/overview", fields);
    const focused = filters.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
    const unfolded = part(".skipped details")?.open ?? false;
    may = allowed;
    part(".adding").hidden = !may;
    part(".forbidden").hidden = may;
    part(".about").innerHTML = about;
    filters.innerHTML = html;
    part(".skipped").innerHTML = skipped;
    if (part(".skipped details")) part(".skipped details").open = unfolded;
    if (focused) [...filters.elements].find((field) => field.ariaLabel === focused)?.focus();
  } catch {
    part(".count").textContent = words.unlisted;
    return;
  }
  await refresh();
};

// A file whose end was seen is gone from here when the list is closed, or when that is asked for.
const ended = (row, stage) => {
  row.dataset.stage = stage;
  row.querySelector("[data-dismiss]").hidden = false;
  row.toggleAttribute("data-seen", dialog.open);
};
dialog.addEventListener("close", () => {
  for (const row of dialog.querySelectorAll(".upload[data-seen]")) row.remove();
});

// Shows what became of each uploaded file once its update is done.
const settle = async ({ done, file: beingRead }) => {
  for (const row of dialog.querySelectorAll(".upload[data-number]")) {
    const { number, file } = row.dataset;
    if (Number(number) > done) {
      row.querySelector(".said").textContent = file === beingRead ? words.reading : words.waiting;
      continue;
    }
    const { stage, html } = await get("documents/result", { file, number });
    if (row.dataset.number !== number) continue; // another request was faster
    delete row.dataset.number;
    ended(row, stage);
    row.querySelector(".said").innerHTML = html;
    say(`${row.querySelector(".name").textContent}: ${row.querySelector(".said").textContent}`);
  }
};

const look = async () => {
  clearTimeout(looking);
  let busy = false;
  try {
    const state = await get("documents/state");
    busy = state.busy;
    may = state.may;
    const hint = document.querySelector("#start .droppable");
    if (hint) hint.hidden = !may;
    part(".updating").hidden = !busy;
    part(".updating .stage").textContent = state.stage;
    const bar = part(".updating progress");
    if (state.share === null) bar.removeAttribute("value");
    else bar.value = state.share;
    part(".problem").hidden = !state.problem;
    part(".problem").textContent = state.problem ?? "";
    if (state.generation !== generation) {
      const fresh = filled(state.corpus);
      for (const part of [".what", ".choose > span"]) { // the button stays, so that it keeps the focus
        const [shown, told] = [document.querySelector("#masthead .corpus"), fresh].map((all) => all.querySelector(part));
        shown.textContent = told.textContent;
        shown.hidden = told.hidden;
      }
      if (generation !== null) say(state.ready);
      generation = state.generation;
      if (dialog.open) await overview();
    }
    await settle(state);
  } catch {
    // the next request will tell; what a person does reports its own errors
  }
  busy ||= dialog.querySelector(".upload[data-number]") !== null;
  const pause = busy ? LOOK.busy : LOOK.idle;
  due = Date.now() + pause;
  looking = busy || Date.now() - touched < AWAY ? setTimeout(look, pause) : 0;
};

// Requests the state, unless a request is due soon: each of many files asks for one.
const lookSoon = () => {
  if (!looking || due - Date.now() > LOOK.busy) look();
};

const put = (row, file, fields) =>
  new Promise((done) => {
    const request = new XMLHttpRequest(); // fetch has no progress of an upload
    request.open("POST", `documents?${new URLSearchParams(fields)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => (row.querySelector("progress").value = loaded / total);
    request.onload = () => {
      if (request.status === 401) location.reload(); // the session has ended: the page leads to the login and back
      if (request.status === 429) {
        const again = () => put(row, file, fields);
        done(patience(request.getResponseHeader("Retry-After")).then(again));
      } else {
        done(request.response);
      }
    };
    request.onerror = () => done(null);
    request.send(file);
  });

const refused = (row, reason, sentence) => {
  ended(row, "refused");
  row.querySelector("progress").hidden = true;
  row.querySelector(".said").textContent = sentence;
  row.querySelector("[data-replace]").hidden = reason !== "there-already";
  say(`${row.querySelector(".name").textContent}: ${sentence}`);
};

const send = async (row, file, replace) => {
  const fields = { name: file.name, size: file.size, ...(replace ? { replace: "" } : {}) };
  row.dataset.stage = "sending";
  row.removeAttribute("data-seen");
  row.querySelector("[data-dismiss]").hidden = true;
  row.querySelector("[data-replace]").hidden = true;
  row.querySelector("progress").hidden = false;
  row.querySelector(".said").textContent = words.sending;
  let answer = null;
  try {
    const tooLarge = file.size > Number(words.limit);
    answer = tooLarge ? { reason: "too-large", error: words.toolarge } : await get("documents/room", fields, file.slice(0, BEGINNING));
    if (!answer.error) answer = await put(row, file, fields);
  } catch {
    answer = null;
  }
  if (!answer || answer.error) {
    refused(row, answer?.reason, answer?.error ?? words.unsent);
    return;
  }
  row.dataset.stage = "waiting";
  row.dataset.file = answer.file;
  row.dataset.number = answer.number;
  row.querySelector(".name").textContent = answer.file;
  row.querySelector("progress").hidden = true;
  row.querySelector(".said").textContent = words.waiting;
  lookSoon();
};

const add = (files) => {
  for (const { file, folder } of files) {
    const row = dialog.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector(".name").textContent = file.name;
    part(".uploads").prepend(row);
    row.querySelector("[data-replace]").addEventListener("click", () => {
      sending = sending.then(() => send(row, file, true));
    });
    row.querySelector("[data-dismiss]").addEventListener("click", () => {
      const next = row.nextElementSibling?.querySelector("[data-dismiss]:not([hidden])") ?? chooser;
      row.remove();
      next.focus();
    });
    if (folder) refused(row, "folder", words.folder);
    else sending = sending.then(() => send(row, file, false));
  }
};

// What the address chooses, as it was when the list was last opened: what is chosen in the list since then stays.
const known = { documents: "", filter: "" };

const open = () => {
  if (dialog.open && dialog.checkVisibility()) return overview();
  const fields = [...new URLSearchParams(location.search)];
  const documents = fields.filter(([name]) => name === "documents");
  const filter = new URLSearchParams(fields.filter(([name]) => ["folder", "filter", "words"].includes(name)));
  const isOther = filter.toString() !== known.filter;
  if (documents.join("\n") !== known.documents) {
    picked.clear();
    for (const [, name] of documents) picked.add(name);
  }
  Object.assign(known, { documents: documents.join("\n"), filter: filter.toString() });
  if (dispatchEvent(new CustomEvent("list", { detail: dialog, cancelable: true }))) dialog.showModal();
  for (const row of dialog.querySelectorAll(".upload:is([data-stage=indexed], [data-stage=skipped], [data-stage=failed])")) {
    row.setAttribute("data-seen", "");
  }
  showPicked();
  look();
  return overview(isOther ? filter : filtered());
};
addEventListener("open-list", ({ detail }) => detail === "documents" && open());

// Shows an item as it is, or with the question whether to remove it.
const turn = (item, sure) => {
  item.querySelector("[data-remove]").hidden = sure;
  item.querySelector(".sure").hidden = !sure;
  item.querySelector(sure ? "[data-sure]" : "[data-remove]").focus();
};

const remove = async (item) => {
  const query = new URLSearchParams({ file: item.dataset.file });
  let answer = null;
  try {
    const response = await fetch(`documents/remove?${query}`, { method: "POST" });
    answer = await response.json();
  } catch {
    answer = { error: words.unlisted };
  }
  if (answer.error) {
    turn(item, false);
    say(answer.error);
    return;
  }
  item.classList.add("leaving");
  item.querySelector(".tools").textContent = words.removing;
  filters.elements.words.focus();
  say(words.removed);
  look();
};

list.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-choose]")) return;
  if (target.checked) picked.add(target.value);
  else picked.delete(target.value);
  showPicked();
  const isFull = picked.size >= Number(words.most);
  status.textContent = isFull ? words.toomany : bar.querySelector(".number").textContent;
});
bar.addEventListener("click", ({ target }) => {
  const only = bar.querySelector("[data-only]");
  if (target === only) only.setAttribute("aria-pressed", String(!showsPicked()));
  else if (target.matches("[data-none]")) picked.clear();
  else return;
  const showed = !bar.hidden;
  showPicked();
  if (showed && bar.hidden) filters.elements.words.focus();
  refresh();
});

let typing = 0;
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("input", () => {
  clearTimeout(typing);
  bar.querySelector("[data-only]").setAttribute("aria-pressed", "false");
  typing = setTimeout(refresh, SEARCH);
});
more.addEventListener("click", async () => {
  const shown = list.querySelectorAll("li").length;
  await refresh(Number(more.dataset.more));
  list.querySelectorAll(".list > ul > li")[shown]?.querySelector(".open").focus();
});
chooser.addEventListener("change", () => {
  add([...chooser.files].map((file) => ({ file, folder: false })));
  chooser.value = "";
});
dialog.addEventListener("cancel", (event) => {
  const item = document.activeElement.closest("[data-file]");
  if (!item?.querySelector(".sure:not([hidden])")) return;
  event.preventDefault(); // Escape ends the question, and leaves the list open
  turn(item, false);
});
dialog.addEventListener("click", (event) => {
  const target = (selector) => event.target.closest(selector);
  const link = target("a.open");
  if ((event.target === dialog && dialog.matches(":modal")) || target("[data-leave-documents]")) {
    dialog.close();
  } else if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    event.stopPropagation(); // the source pane would return the focus to this link
    if (dialog.matches(":modal")) dialog.close();
    const fields = new URLSearchParams(location.search);
    for (const name of ["passage", "exact", "highlights", "check", "view", "sheet", "find", "hit"]) fields.delete(name);
    fields.set("document", new URLSearchParams(link.search).get("document"));
    history.pushState(null, "", `?${fields}`);
    dispatchEvent(new Event("address"));
  } else if (target("[data-remove]")) {
    turn(target("[data-file]"), true);
  } else if (target("[data-keep]")) {
    turn(target("[data-file]"), false);
  } else if (target("[data-sure]")) {
    remove(target("[data-file]"));
  }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-documents]");
  if (button?.ariaExpanded === "true") dialog.close();
  else if (button) open();
});
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, () => {
    touched = Date.now();
    if (!looking) look();
  });
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});

// Without this the browser would leave the page and show the file that is dropped.
const carries = (event) => event.dataTransfer?.types.includes("Files");
let leaving = 0;
document.addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = may ? "copy" : "none";
  if (may && !dialog.open && !document.querySelector("dialog:modal")) open();
  part(".drop").classList.add("over");
  clearTimeout(leaving);
  leaving = setTimeout(() => part(".drop").classList.remove("over"), 200);
});
document.addEventListener("drop", async (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  const files = [...event.dataTransfer.items].filter(({ kind }) => kind === "file").map((item) => ({
    file: item.getAsFile(),
    folder: item.webkitGetAsEntry()?.isDirectory ?? false,
  }));
  for (const other of document.querySelectorAll("dialog:modal")) if (other !== dialog) other.close();
  await open();
  if (may) add(files);
  else say(words.forbidden);
});
look();
