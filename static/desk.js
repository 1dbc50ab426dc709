// The booking desk: where the work goes on, keys, and what is noticed while somebody types.

const form = () => document.getElementById("desk-form");
const place = (id) => document.getElementById(id);
const inSlots = (element) => Boolean(element?.closest("#slots"));
let goesOn = false;
let wasInside = false;

/* Where the work goes on: at the slot that is chosen, else at the first one. */
function toSlots() {
  const slots = place("slots");
  (slots.querySelector("[name=starts_at]:checked") ?? slots.querySelector("[name=starts_at]") ?? place("id_starts_at"))?.focus();
}

document.addEventListener("chosen", ({ target, detail }) => {
  // What did not load is asked for once more.
  const isShown = form().elements.shown?.value.startsWith(`${target.value}|`);
  goesOn = detail.changed || !isShown;
  if (!goesOn) toSlots();
  else if (!detail.changed) htmx.trigger(target, "change");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  wasInside = event.detail.target.contains(document.activeElement);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const { target, elt } = event.detail;
  if (!["times", "slots", "desk-form"].includes(elt.id ?? target.id)) return;
  markUnclear();
  const waits = document.activeElement.matches("#id_topic, #id_when, body");
  if (goesOn && waits && !isUnclear()) toSlots();
  // What had the focus is gone: an update never loses it.
  else if (wasInside && document.activeElement === document.body) toSlots();
  goesOn = false;
});
document.addEventListener("htmx:responseError", () => (goesOn = false));
document.addEventListener("htmx:sendError", () => (goesOn = false));

const isUnclear = () => Boolean(document.querySelector("#when-read .field__error"));

function markUnclear() {
  place("id_when")?.setAttribute("aria-invalid", String(isUnclear()));
}

/* Keys */
const LETTERS = { t: "id_phone", v: "id_question", d: "id_when", m: "more" };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.defaultPrevented || event.altKey || !form().contains(target)) return;
  const held = event.ctrlKey || event.metaKey;
  const done = held ? key === "Enter" && send() : key === "Enter" ? enter(target) : letter(target, key);
  if (done) event.preventDefault();
});

function send() {
  form().requestSubmit(place("desk-default"));
  return true;
}

/* Enter books, except where something else is still to be done. */
function enter(target) {
  if (target.id === "id_when") {
    goesOn = true;
    htmx.trigger(target, "look");
    return true;
  }
  if (target.matches("[name=day], [name=part]")) {
    toSlots();
    return true;
  }
  if (target.matches("[name=starts_at]") && !place("id_phone").value.trim()) {
    place("id_phone").focus();
    return true;
  }
  return false;
}

function letter(target, key) {
  if (!inSlots(target) || !target.matches("[type=radio], [data-slots]")) return false;
  const goal = place(LETTERS[key.toLowerCase()]);
  if (!goal) return false;
  if (goal.matches("details")) goal.open = true;
  (goal.matches("details") ? goal.querySelector("input") : goal).focus();
  return true;
}

/* From the first key or click on, the customer waits. The server's clock counts, not this computer's. */
const shown = Date.parse(form().elements.opened_at.value);
const waitsForCaller = !location.search;
const begin = () => {
  const opened = form()?.elements.opened_at;
  if (opened && waitsForCaller) opened.value = new Date(shown + performance.now()).toISOString();
};
document.addEventListener("keydown", begin, { once: true });
document.addEventListener("pointerdown", begin, { once: true });

/* A number that may be a BSN is noticed before it is sent. */
let typing;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-text]")) return;
  clearTimeout(typing);
  typing = setTimeout(checkTexts, 500);
});

async function checkTexts() {
  const texts = [...form().querySelectorAll("[data-text]")];
  const found = place("bsn").children.length > 0;
  if (!found && !texts.some((text) => text.value.replace(/\D/g, "").length >= 8)) return;
  try {
    const answer = await fetch(form().dataset.texts, { method: "POST", body: new FormData(form()), redirect: "error" });
    if (answer.ok) htmx.swap("#bsn", await answer.text(), { swapStyle: "innerHTML" });
  } catch {
    // Sending the form checks it again.
  }
}

document.querySelectorAll("[data-scripted]").forEach((element) => (element.hidden = false));
document.addEventListener("htmx:load", (event) => {
  event.target.querySelectorAll("[data-scripted]").forEach((element) => (element.hidden = false));
});
markUnclear();
