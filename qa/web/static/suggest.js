// Suggestions above the question box while a question is typed. The box keeps the focus. A suggestion is chosen with the
// arrow keys and Enter, or by a click. Gradio runs this file once, as the body of a function with the argument `element`.
const list = element.querySelector("[role=listbox]");
const status = element.querySelector("[role=status]");
const PAUSE = 120; // milliseconds without a key after which suggestions are requested
const LONGEST = 200; // characters of a text for which there are suggestions: a longer one is no beginning
let box = null;
let typing = 0;
let asking = null; // the running request; the answers to older ones are dropped

const options = () => [...list.children];
const chosen = () => list.querySelector("[aria-selected=true]");

const close = () => {
  clearTimeout(typing);
  asking?.abort();
  list.hidden = true;
  list.replaceChildren();
  status.textContent = "";
  box.removeAttribute("aria-activedescendant");
};

const choose = (option) => {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    box.removeAttribute("aria-activedescendant");
  }
};

const take = (option) => {
  const question = option.querySelector(".text").textContent;
  box.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  dispatchEvent(new CustomEvent("ask", { detail: question }));
};

const offer = async () => {
  const typed = box.value;
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const response = await fetch(`suggest?${new URLSearchParams({ q: typed })}`, { signal: mine.signal });
    if (!response.ok) return close();
    const fresh = document.createElement("template");
    fresh.innerHTML = await response.text();
    if (mine.signal.aborted || box.value !== typed) return;
    const found = fresh.content.firstElementChild;
    list.replaceChildren(...found.children);
    list.hidden = !list.childElementCount;
    status.textContent = found.dataset.said;
    box.removeAttribute("aria-activedescendant");
  } catch {
    if (!mine.signal.aborted) close(); // typing goes on without suggestions
  }
};

const typed = () => {
  clearTimeout(typing);
  if (box.value.trim() && box.value.length <= LONGEST) typing = setTimeout(offer, PAUSE);
  else close();
};

const move = (step) => {
  const all = options();
  const place = all.indexOf(chosen()) + step;
  choose(place < -1 ? all.at(-1) : all[place]); // beyond both ends, no suggestion is chosen
};

const pressed = (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    if (!box.value.trim()) {
      event.preventDefault(); // nothing is asked
      event.stopImmediatePropagation();
      return;
    }
    const option = chosen();
    if (option) {
      event.preventDefault();
      event.stopImmediatePropagation();
      take(option);
    } else {
      close(); // the typed question is asked
    }
    return;
  }
  if (list.hidden) return;
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  }
};

const begin = () => {
  box = document.querySelector("#question textarea");
  if (!box) {
    requestAnimationFrame(begin); // it is not on the page yet
    return;
  }
  document.getElementById("question").append(list);
  box.setAttribute("autocomplete", "off");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-haspopup", "listbox");
  box.setAttribute("aria-controls", list.id);
  box.addEventListener("input", typed);
  box.addEventListener("keydown", pressed, { capture: true });
  box.addEventListener("blur", close);
  const form = document.getElementById("question");
  form.addEventListener("click", (event) => {
    if (event.target.closest(".submit-button") && !box.value.trim()) event.stopPropagation();
  }, { capture: true });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
};
begin();
