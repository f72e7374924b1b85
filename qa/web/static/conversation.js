// The conversation: puts each exchange where it belongs and says what changed. Runs once, as the body of a function
// that is given `element`, `props`, `trigger` and `watch`.
const start = element.querySelector(".start");
const exchanges = element.querySelector(".exchanges");
const status = element.querySelector("[role=status]");
document.documentElement.lang = element.querySelector("section").dataset.language; // Gradio puts the browser's there
const began = () => document.body.classList.toggle("asked", exchanges.childElementCount > 0);

const show = ({ id, html, announcement }) => {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const shown = document.getElementById(id);
  if (shown) {
    shown.replaceWith(fresh.content);
  } else {
    exchanges.append(fresh.content);
    start.hidden = true;
    began();
    document.getElementById(id).scrollIntoView({ block: "start" });
  }
  if (announcement) status.textContent = announcement;
};

watch("value", () => {
  const value = props.value;
  if (value.html) {
    show(value);
  } else if ("start" in value) {
    exchanges.replaceChildren();
    status.textContent = "";
    start.hidden = false;
    began();
    document.querySelector("#question textarea")?.focus();
  }
});

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
    document.querySelector("#question textarea")?.focus({ preventScroll: true });
  }
  const language = event.target.closest("a.language");
  if (language) {
    document.cookie = `language=${language.hreflang}; path=/; max-age=31536000; samesite=lax`;
    language.search = location.search;
  }
  if (event.target.closest("[data-clear]")) {
    history.pushState(null, "", location.pathname + location.search);
    dispatchEvent(new Event("hashchange"));
    trigger("clear");
  }
});
