// Keeping a place free while the agent and the customer talk. Nobody sees it, and booking works without.

const BEAT = 25000;
// Who looks something up in another window keeps the place; a desk that was left does not.
const PATIENCE = 10 * 60 * 1000;
const SENT = ["csrfmiddlewaretoken", "topic", "starts_at", "specialist", "when", "part", "day", "caller"];
const form = () => document.getElementById("desk-form");
const chosen = () => form()?.querySelector("[name=starts_at]:checked")?.value;
let held = null;
let isBusy = false;
let isWanted = false;
let worked = Date.now();

document.addEventListener("change", (event) => {
  if (event.target.matches("#desk-form [name=starts_at]")) hold();
});
// Who turns to the customer's data goes on with the slot that is chosen.
document.addEventListener("focusin", (event) => {
  if (event.target.closest("#customer, #id_question, #more") && chosen() && chosen() !== held) hold();
});
// Other times, of this topic or another one: what is held is not chosen any more.
document.addEventListener("htmx:afterSettle", () => {
  if (held && chosen() !== held) release();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && form()?.contains(event.target)) release();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") works();
});
for (const sign of ["keydown", "pointerdown", "input"]) document.addEventListener(sign, works, { capture: true });
setInterval(() => {
  if (held && Date.now() - worked < PATIENCE) hold();
}, BEAT);

/* A sign that somebody is there; after a while without one the place may have to be held anew. */
function works() {
  const was = worked;
  worked = Date.now();
  if (held && worked - was > BEAT) hold();
}
addEventListener("pagehide", () => {
  if (held) navigator.sendBeacon(form().dataset.holds, body({ release: "1" }));
});

/* One at a time: the last wish counts. */
async function hold() {
  isWanted = true;
  if (isBusy) return;
  isBusy = true;
  while (isWanted) {
    isWanted = false;
    await ask();
  }
  isBusy = false;
}

async function ask() {
  const wanted = chosen();
  if (!wanted) return;
  try {
    const answer = await fetch(form().dataset.holds, { method: "POST", body: body({}), redirect: "error" });
    held = answer.status === 204 ? wanted : null;
    if (answer.status === 409 && chosen() === wanted) lost(await answer.text());
  } catch {
    held = null;
  }
}

/* Somebody else has it: other slots, none of them chosen, for this one may have been named already. */
function lost(slots) {
  const inside = document.getElementById("slots").contains(document.activeElement);
  htmx.swap("#slots", slots, { swapStyle: "outerHTML" });
  if (inside) (document.querySelector("#slots [name=starts_at]") ?? document.getElementById("id_starts_at")).focus();
}

function release() {
  if (!held) return;
  held = null;
  fetch(form().dataset.holds, { method: "POST", body: body({ release: "1" }), redirect: "error" }).catch(() => {});
}

function body(more) {
  const sent = new FormData();
  for (const [name, value] of new FormData(form())) {
    if (SENT.includes(name)) sent.append(name, value);
  }
  Object.entries(more).forEach(([name, value]) => sent.append(name, value));
  return sent;
}
