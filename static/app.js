// Keys, focus and refresh. Every page works without this file.

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
const search = () => document.querySelector("[data-search]");
const dialog = (name) => document.getElementById(name);

/* Keyboard: single letters only act while a list or a set of choices has the focus. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("dialog")) return;
  const handled =
    look(event) ||
    digit(event) ||
    rowKey(event) ||
    (!isTyping(event.target) && pageKey(event.key));
  if (handled) event.preventDefault();
});

/* D goes from the times to their day; Enter there shows its times, and does not send the form yet. */
function look({ target, key }) {
  if (key === "Enter" && target.matches("[data-look]")) {
    htmx.trigger(target, "look");
    return true;
  }
  const day = key.toLowerCase() === "d" && target.closest("[data-slots]")?.closest("form").querySelector("[data-look]");
  day?.focus?.();
  return Boolean(day);
}

/* No search begins with one of these keys: where it is empty, as on a fresh desk, they still act. */
const isTyping = (target) => target.matches(TYPING) && (target !== search() || target.value !== "");

function pageKey(key) {
  if (key === "/" && search()) {
    search().focus();
    search().select();
    return true;
  }
  if (key === "?") {
    dialog("shortcuts").showModal();
    return true;
  }
  return false;
}

function digit(event) {
  // From a row too where the panel beside the list says so.
  const place = event.target.closest("[data-row]") ? "[data-digits=rows]" : null;
  const choices = place ? document.querySelector(place) : event.target.closest("[data-digits]");
  if (!choices || event.target.matches(TYPING)) return false;
  const key = CSS.escape(event.key.toLowerCase());
  const choice = choices.querySelector(`[data-digit="${key}"]`);
  const beside = place ? null : choices.closest("form")?.querySelector(`[data-beside="${key}"]`);
  const found = choice ?? (beside?.checkVisibility() ? beside : null);
  if (found && !found.matches(TYPING)) found.click();
  found?.focus();
  return Boolean(found);
}

function rowKey(event) {
  const row = event.target.closest("[data-row]");
  if (!row) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    rows[rows.indexOf(row) + step]?.focus();
    return true;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return false;
  target.closest("details")?.setAttribute("open", "");
  target.focus();
  if (target.matches("[data-press]")) target.click();
  return true;
}

/* Who signs out leaves nothing behind in this tab. */
document.addEventListener("submit", (event) => {
  if (event.target.matches("[action$='/sign-out/']")) sessionStorage.clear();
});

/* Buttons that only make sense with this file. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) dialog(opener.dataset.opens).showModal();
  if (event.target.closest("[data-print]")) print();
  const pause = event.target.closest("[data-pause]");
  if (pause) {
    // For the whole tab: pages without the button refresh something too.
    sessionStorage.setItem("paused", String(!isPaused()));
    showPaused(document);
  }
});

/* What comes next after a call: only what fits the outcome, with the usual choice made. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-steps]")) fitNextSteps(event.target);
});

function fitNextSteps(outcome) {
  const fitting = outcome.dataset.steps.split(" ");
  const form = outcome.form;
  for (const step of form.querySelectorAll("[name=next_step]")) {
    step.closest("label").hidden = !fitting.includes(step.value);
    step.checked = step.value === fitting[0];
  }
}

/* Characters left. */
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-count]")) showLeft(event.target);
});

function showLeft(field) {
  const hint = document.getElementById(`${field.id}_count`);
  if (hint) hint.textContent = `${field.dataset.count - field.value.length} ${hint.dataset.left}`;
}

/* Refresh: can be paused; a failed one says so instead of looking fresh. */
const isPaused = () => sessionStorage.getItem("paused") === "true";
// Not the event's own element: that is another one when the refreshed one has been replaced.
const isPoll = (event) => event.detail.requestConfig.elt.matches("[data-poll]");

function showPaused(root) {
  root.querySelectorAll("[data-pause]").forEach((button) => button.setAttribute("aria-pressed", String(isPaused())));
}

let loadedAt = Date.now();

function showStale(stale) {
  const notice = document.querySelector("[data-stale]");
  if (!stale) loadedAt = Date.now();
  if (!notice) return;
  notice.hidden = !stale;
  showAge(notice);
}

function showAge(notice) {
  const place = notice.querySelector("[data-age]");
  const seconds = Math.round((Date.now() - loadedAt) / 1000);
  const age = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
  if (place) place.textContent = place.dataset.old.replace("{age}", age);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isPoll(event) && isPaused()) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (isPoll(event)) showStale(!event.detail.successful);
});

/* Loading and failing look like what they are; the tab order does not jump over what is on its way. */
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isPoll(event)) return;
  event.detail.target.setAttribute("aria-busy", "true");
  const slots = event.detail.target.querySelector("[data-slots]");
  if (slots) slots.tabIndex = 0;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (isPoll(event)) return;
  event.detail.target.removeAttribute("aria-busy");
  document.querySelector("[data-failed]").hidden = event.detail.successful;
});
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement.matches("[data-slots]")) {
    document.activeElement.querySelector(":checked")?.focus();
  }
});

/* New content may name where the work goes on. */
document.addEventListener("htmx:load", (event) => {
  prepare(event.target);
  const next = event.target.closest?.("[data-focus]") ?? event.target.querySelector?.("[data-focus]");
  const place = next && document.getElementById(next.dataset.focus);
  place?.focus();
  // What kept the focus while the page around it was replaced may be out of sight.
  place?.scrollIntoView({ block: "nearest" });
});

function prepare(root) {
  root.querySelectorAll("[data-opens], [data-pause], [data-print]").forEach((button) => (button.hidden = false));
  showPaused(root);
  root.querySelectorAll("[data-count]").forEach(showLeft);
  root.querySelectorAll("[data-steps]:checked").forEach((outcome) => keepChosenStep(outcome));
}

function keepChosenStep(outcome) {
  const chosen = outcome.form.querySelector("[name=next_step]:checked");
  fitNextSteps(outcome);
  if (chosen && !chosen.closest("label").hidden) chosen.checked = true;
}

prepare(document);

/* On a narrow screen the chosen row's panel stands below the list: go there. */
document.addEventListener("htmx:afterSettle", (event) => {
  const isChoice = event.detail.elt?.id === "work" && !matchMedia("(min-width: 64rem)").matches;
  if (isChoice) document.getElementById("panel")?.scrollIntoView();
});
