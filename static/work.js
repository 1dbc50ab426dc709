// Lists that refresh themselves: the focus, and the row that has it, stay where they are on the screen.

const rows = () => [...document.querySelectorAll("[data-row]")];
const sideways = () => [...document.querySelectorAll("[data-sideways]")];
let held = null;
let selected = [];
let scrolled = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const row = document.activeElement?.closest("[data-row], [data-select]");
  held = row && event.detail.target.contains(row) ? place(row) : null;
  selected = boxes().filter((box) => box.checked).map((box) => box.id);
  scrolled = new Map(sideways().map((one) => [one.id, one.scrollLeft]));
});

const place = (row) => ({ id: row.id, index: rows().indexOf(row), top: row.getBoundingClientRect().top });

document.addEventListener("htmx:afterSwap", () => {
  boxes().forEach((box) => (box.checked = selected.includes(box.id)));
  showSelected();
  sideways().forEach((one) => (one.scrollLeft = scrolled.get(one.id) ?? one.scrollLeft));
  if (!held) return;
  const all = rows();
  // When it has left the list, the work goes on at the row that came in its place.
  const row = document.getElementById(held.id) ?? all[Math.min(held.index, all.length - 1)];
  (row ?? document.getElementById("main")).focus({ preventScroll: true });
  if (row) scrollBy(0, row.getBoundingClientRect().top - held.top);
  held = null;
});

/* A day that is wider than the screen begins at this half-hour, beside what its lines are called. */
sideways().forEach((one) => {
  const now = one.querySelector("thead [aria-current]");
  const stays = [...one.querySelectorAll("[data-edge]")].filter((cell) => getComputedStyle(cell).position === "sticky");
  if (now) one.scrollLeft = now.getBoundingClientRect().left - stays.at(-1).getBoundingClientRect().right;
});

/* Rows to deal with together: S selects the one that has the focus, and the key of the list's button (C, or R
   on the board) is then for all of them. */
const boxes = () => [...document.querySelectorAll("[data-select]")];

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select]")) showSelected();
});
document.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-row]");
  if (event.key.toLowerCase() !== "s" || !row || event.ctrlKey || event.metaKey || event.altKey) return;
  row.closest("li").querySelector("[data-select]")?.click();
});

/* Who comes back to the page finds the boxes as they were. */
addEventListener("pageshow", showSelected);

function showSelected() {
  const button = document.querySelector("[data-selection]");
  if (!button) return;
  const count = boxes().filter((box) => box.checked).length;
  button.toggleAttribute("data-key", count > 0);
  if (count) button.dataset.key = button.dataset.selection;
  button.querySelector("[data-selected]").textContent = count ? `(${count})` : "";
}

/* Dialling: the server first stamps the beginning, or says that a colleague is calling. One that does not
   answer keeps nobody from calling: then the clock of this screen says when. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-dial] form");
  if (!form) return;
  event.preventDefault();
  const answer = await begin(form);
  const told = answer ? (await answer.text()).trim() : "";
  const away = answer?.headers.get("HX-Redirect");
  if (away) return location.assign(away);
  if (answer && answer.status < 500 && !answer.ok) return refuse(form.closest("[data-dial]"), told);
  begun(answer?.ok ? told : "");
  dial(form);
});

async function begin(form) {
  const how = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true };
  try {
    return await fetch(form.action, { ...how, signal: AbortSignal.timeout(2000) });
  } catch {
    return null;
  }
}

function refuse(place, why) {
  const notice = place.querySelector("[data-refused]");
  notice.textContent = why;
  notice.hidden = false;
  place.querySelector("[data-number]").hidden = false;
}

function begun(at) {
  const measured = document.querySelector("[data-dialled]");
  const typed = document.querySelector("[data-typed-start]");
  if (!measured) return;
  measured.hidden = !at;
  typed.hidden = Boolean(at);
  measured.querySelector("strong").textContent = at;
  const field = typed.querySelector("input");
  if (!at) field.value = clock(field.dataset.zone);
}

function dial(form) {
  const number = form.closest("[data-dial]").querySelector("[data-number]");
  number.hidden = false;
  form.hidden = true;
  form.querySelector("[data-key]").removeAttribute("data-key");
  const link = number.querySelector("a");
  link.dataset.key = "b";
  link.click();
  // What comes next is to say what came of it.
  document.querySelector("#id_attempt_outcome [data-digit]")?.focus();
}

/* Ctrl+Enter saves from a text of several lines. */
document.addEventListener("keydown", (event) => {
  const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea");
  if (saves) event.target.form.requestSubmit();
});

/* A group of choices passes the focus on to the one that is chosen. */
document.addEventListener("focusin", (event) => {
  if (!event.target.matches("[data-into]")) return;
  const within = event.target;
  (within.querySelector(":checked") ?? within.querySelector("[tabindex], input"))?.focus();
});

/* A call without a form of its own leaves its time in a note. */
document.addEventListener("click", (event) => {
  const call = event.target.closest("[data-calls]");
  const note = call && document.getElementById(call.dataset.calls);
  if (!note || note.value) return;
  note.value = note.dataset.called.replace("{time}", clock(note.dataset.zone));
  note.closest("details").open = true;
});

const clock = (timeZone) =>
  new Date().toLocaleTimeString("nl", { timeZone, hour: "2-digit", minute: "2-digit" });
