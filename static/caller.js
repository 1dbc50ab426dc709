// The caller at the desk, by keyboard. Letters act while a row has the focus; with Alt they act from anywhere.

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select";
const search = () => document.getElementById("search");
const found = () => [...document.querySelectorAll("[data-found] a")];
const lines = () => [...document.querySelectorAll("[data-line]")];

/* Ctrl+Enter saves from a text of several lines. */
document.addEventListener("keydown", (event) => {
  const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("#story textarea");
  if (saves) event.target.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.target.closest("dialog")) return;
  const handled = event.altKey ? fromAnywhere(event) : inPlace(event);
  if (handled) event.preventDefault();
});

/* By the key's place: with Option a Mac types another character. AltGr is not Alt. */
function fromAnywhere(event) {
  if (event.getModifierState("AltGraph") || !event.code.startsWith("Key")) return false;
  const letter = event.code.slice(3).toLowerCase();
  if (letter === "k") return focus(lines()[0] ?? document.getElementById("story-title") ?? search());
  const target = document.querySelector(`[data-alt="${letter}"]`);
  if (!target) return false;
  if (target.matches("select")) return answer(target);
  focus(target);
  if (target.matches("[data-press]") && !event.repeat) target.click();
  return true;
}

/* The next answer to a question that stands aside: who works elsewhere stays there, and hears it. */
function answer(select) {
  select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("answered").textContent = `${select.labels[0].textContent} ${select.selectedOptions[0].text}`;
  return true;
}

function inPlace(event) {
  const { key, target } = event;
  if (key === "Escape") return press(target.closest("#story form")?.querySelector("[data-escape]"));
  if (target === search()) return key === "ArrowDown" && focus(found()[0] ?? lines()[0]);
  if (target.matches(TYPING) || target.matches("[type=radio]")) return false;
  const list = target.closest("[data-found]") ? [search(), ...found()] : null;
  return (
    (list && step(list, target, key)) ||
    step(lines(), target.closest("[data-line]"), key) ||
    step(group(target), target, key) ||
    letterOf(target, event)
  );
}

/* Buttons of one kind in a group: those with a digit. */
const group = (target) => [...(target.closest("[data-digits]")?.querySelectorAll("button[data-digit]") ?? [])];

function step(list, current, key) {
  const at = list.indexOf(current);
  if (at < 0) return false;
  const to = {
    ArrowDown: at + 1,
    ArrowRight: at + 1,
    ArrowUp: at - 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: list.length - 1,
  }[key];
  return to !== undefined && (focus(list[to]) || true);
}

function letterOf(target, event) {
  const place = target.closest("[data-line], [data-ending]");
  if (!place || event.repeat) return false;
  if (event.key.toLowerCase() === "t" && place.matches("[data-line]")) return focus(topic());
  return press(place.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"]`));
}

/* The topic, however it is chosen. */
const topic = () => document.querySelector("[data-topic], #id_topic:not([hidden])");

function focus(element) {
  element?.focus();
  return Boolean(element);
}

function press(element) {
  element?.click();
  return Boolean(element);
}

/* Who has pressed Enter is not typing any more: what was waiting to be searched for has been. */
let sent = null;
document.addEventListener("htmx:confirm", (event) => {
  const { elt } = event.detail;
  if (elt === search() && elt.value === sent) event.preventDefault();
  if (elt === search()?.form) sent = search().value;
});
document.addEventListener("input", (event) => {
  if (event.target === search()) sent = null;
});

/* What was refused is shown in its place: it is no failed load. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  const ours = target.closest("#callers, .caller-page, .endings");
  if (!ours || ![403, 409, 422].includes(xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

/* A contact that did not arrive says so where it was registered; the button can be pressed again. */
document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, successful } = event.detail;
  const place = requestConfig.elt.closest(".endings, #story");
  if (!place || requestConfig.verb !== "post") return;
  // The answer may have gone to another place than the one that was marked as waiting.
  requestConfig.elt.removeAttribute("aria-busy");
  const unsaved = place.querySelector("[data-unsaved]");
  if (unsaved) unsaved.hidden = successful;
  // While it was disabled it lost the focus.
  if (!successful) setTimeout(() => requestConfig.elt.focus());
});

/* Who is choosing a colleague keeps the list as it is. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-stays]") && elt.contains(document.activeElement)) event.preventDefault();
});
