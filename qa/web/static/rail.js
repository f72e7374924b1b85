// On a wide screen the lists of conversations and documents stand in a rail at the left, one at a time, and the one that
// is open stays so; elsewhere they open over the page. Gradio runs this file once, as the body of a function.
const wide = matchMedia("(min-width: 87.5rem)");
const widest = matchMedia("(min-width: 106rem)"); // with room for a source, too
const buttons = { history: "[data-conversations]", documents: "[data-documents]" };
const listOf = (name) => document.querySelector(`#${name} dialog`);
const lists = () => Object.keys(buttons).map(listOf).filter(Boolean);
const isReading = () => document.body.classList.contains("reading");
const fits = () => wide.matches && (widest.matches || !isReading());
const isBeside = (dialog) => dialog?.open && !dialog.matches(":modal");

const settle = () => {
  document.body.classList.toggle("railed", lists().some(isBeside));
  for (const [name, selector] of Object.entries(buttons)) {
    const button = document.querySelector(selector);
    if (fits()) button?.setAttribute("aria-expanded", String(Boolean(isBeside(listOf(name)))));
    else button?.removeAttribute("aria-expanded");
  }
};

// A list is about to open: in the rail, if there is room for one.
addEventListener("list", (event) => {
  const dialog = event.detail;
  if (!fits()) {
    if (isBeside(dialog)) dialog.close(); // it waits, unseen, for the room to come back
    return;
  }
  event.preventDefault();
  for (const other of lists()) if (other !== dialog) other.close();
  dialog.show();
  localStorage.setItem("rail", dialog.closest("#history, #documents").id);
  settle();
});
document.addEventListener("close", ({ target }) => {
  if (!lists().includes(target)) return;
  settle();
  if (fits() && !lists().some(({ open }) => open)) localStorage.setItem("rail", "none");
}, { capture: true });

// Opens the list that was open before, without taking the focus.
const adapt = () => {
  const kept = localStorage.getItem("rail") ?? "history";
  if (fits() && kept in buttons && !lists().some(({ open }) => open)) {
    const focused = document.activeElement;
    dispatchEvent(new CustomEvent("open-list", { detail: kept }));
    if (focused === document.body) document.activeElement.blur();
    else focused.focus({ preventScroll: true });
  }
  settle();
};
let reading = isReading();
new MutationObserver(() => {
  if (reading === isReading()) return;
  reading = isReading();
  adapt();
}).observe(document.body, { attributeFilter: ["class"] });
for (const screen of [wide, widest]) screen.addEventListener("change", adapt);
const begin = () => (listOf("history") && document.querySelector(buttons.history) ? adapt() : requestAnimationFrame(begin));
begin();
