// A booking that may not have arrived is neither given up nor guessed at; nothing that was typed is lost.

const LAPSES = [2, 4, 8, 15, 30];
const KEPT = "desk-form";
const KEPT_FOR = 30 * 60 * 1000;
const REFUSED = [409, 422];
const form = () => document.getElementById("desk-form");
const search = () => document.getElementById("search");
const act = () => document.querySelector("#story form.act");
const typed = (some) => [...new FormData(some)].filter(([name]) => name !== "csrfmiddlewaretoken");
const isBooking = (event) => event.detail.elt === form();
let timer = null;
let tries = 0;
let pressed = null;
// What somebody did here, and nothing was made of it yet.
let isTyped = false;

/* What was refused is shown in the form's place. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isBooking(event) || !REFUSED.includes(event.detail.xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  tries = 0;
});

document.addEventListener("submit", (event) => {
  if (event.target === form()) pressed = event.submitter;
  // In another language it goes on as it was.
  if (event.submitter?.name === "language" && isTyped) event.target.elements.next.value = keep({ isWanted: true });
});

/* No answer, or none that says anything */
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => isBooking(event) && unsure());
}
document.addEventListener("htmx:responseError", (event) => {
  if (!isBooking(event)) return;
  const { status } = event.detail.xhr;
  if (status >= 500) unsure();
  else if (status === 403) comeBack();
  else say("refused");
});
// The form says itself what became of it.
document.addEventListener("htmx:afterRequest", (event) => {
  if (isBooking(event)) document.querySelector("[data-failed]").hidden = true;
});

async function unsure() {
  clearTimeout(timer);
  say("looking");
  const found = await lookUp();
  if (found?.address) {
    isTyped = false;
    return location.assign(found.address);
  }
  if (!found) return later("unknown", unsure);
  return later("unsaved", send);
}

/* The form's token tells whether it led to an appointment. */
async function lookUp() {
  const nobody = "00000000-0000-0000-0000-000000000000";
  const address = form().dataset.looks.replace(nobody, form().elements.token.value);
  try {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (answer.type === "opaqueredirect") return comeBack();
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function later(word, step) {
  say(word);
  timer = setTimeout(step, 1000 * LAPSES[Math.min(tries, LAPSES.length - 1)]);
  tries += 1;
}

function send() {
  clearTimeout(timer);
  timer = null;
  form().requestSubmit(pressed?.isConnected ? pressed : document.getElementById("desk-default"));
}

function say(word) {
  const outcome = document.getElementById("outcome");
  outcome.hidden = false;
  // An alert is spoken when its text comes, so the place for it must be there before.
  requestAnimationFrame(() => {
    outcome.querySelector("[role=alert]").textContent = outcome.dataset[word];
    outcome.scrollIntoView({ block: "nearest" });
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-retry]")) send();
});
// Who goes on typing sends it when it is ready.
document.addEventListener("input", (event) => {
  if (!timer || event.target.form !== form()) return;
  clearTimeout(timer);
  timer = null;
  say("refused");
});

/* Signed out in the middle: sign in and come back, with everything as it was. */
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const to = event.detail.xhr.getResponseHeader("HX-Redirect");
  if (!to || !form()) return;
  isTyped = false;
  if (new URL(to, location).pathname !== form().dataset.signIn) return;
  event.preventDefault();
  comeBack();
});

function comeBack() {
  location.assign(keep({ isWanted: true }));
}

/* Who left in the middle finds it again by going back, or by loading the page again; nobody who begins anew does. */
for (const sign of ["input", "change"]) {
  document.addEventListener(sign, (event) => {
    if (event.target.closest(".desk")) isTyped = true;
  });
}
addEventListener("pagehide", () => isTyped && keep({ isWanted: false }));
const isBack = () => ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type);

/* The copy stays in this tab, and only until the desk is there again. Gives the address that shows the same. */
function keep({ isWanted }) {
  isTyped = false;
  const data = new FormData(form());
  const copy = { who: form().dataset.who, at: Date.now(), values: typed(form()), search: search().value, act: null };
  if (act()) copy.act = { address: act().dataset.again, values: typed(act()) };
  const asked = new URLSearchParams();
  for (const name of ["topic", "when", "part", "specialist", "day"]) {
    if (data.get(name)) asked.set(name, data.get(name));
  }
  if (data.get("caller")) asked.set("customer", data.get("caller"));
  copy.address = `${location.pathname}?${asked}`;
  sessionStorage.setItem(KEPT, JSON.stringify({ ...copy, isWanted }));
  return copy.address;
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT));
  sessionStorage.removeItem(KEPT);
  if (kept?.who !== form().dataset.who || Date.now() - kept.at > KEPT_FOR) return;
  if (!kept.isWanted && !isBack()) return;
  if (kept.address !== location.pathname + location.search && !kept.isWanted) {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, isWanted: true }));
    location.replace(kept.address);
    return;
  }
  isTyped = true;
  const notice = document.getElementById("restored");
  notice.hidden = false;
  const chosen = kept.values.find(([name]) => name === "starts_at");
  const slots = [...form().querySelectorAll("[name=starts_at]")];
  slots.forEach((slot) => (slot.checked = slot.value === chosen?.[1]));
  kept.values.forEach(([name, value]) => fill(form().elements[name], value));
  const more = document.getElementById("more");
  more.open = [...more.querySelectorAll("input, select")].some((field) => field.value);
  if (chosen && !slots.some((slot) => slot.checked)) notice.textContent += ` ${notice.dataset.gone}`;
  const isSearching = kept.search && !form().elements.caller.value;
  (slots.find((slot) => slot.checked) ?? slots[0] ?? (isSearching ? search() : document.getElementById("id_topic"))).focus();
  if (isSearching) searchAgain(kept.search);
  if (kept.act) actAgain(kept.act);
}

/* As if it had just been typed: nobody is chosen yet. */
function searchAgain(text) {
  search().value = text;
  htmx.ajax("GET", search().getAttribute("hx-get"), { source: search(), target: "#callers", swap: "outerHTML" });
}

/* What was being done in the story: its form as it is now, with what was typed in it. */
async function actAgain({ address, values }) {
  await htmx.ajax("GET", address, { target: "#story", swap: "outerHTML" });
  if (!act()) return;
  for (const [name, value] of values.filter(([field]) => field !== "version")) {
    const field = act().elements[name];
    if (field instanceof RadioNodeList) field.value = value;
    else fill(field, value);
  }
}

function fill(field, value) {
  if (!field || field instanceof RadioNodeList || field.type === "radio" || field.name === "shown") return;
  if (field.type === "checkbox") field.checked = true;
  else field.value = value;
}

if (sessionStorage.getItem(KEPT)) restore();
