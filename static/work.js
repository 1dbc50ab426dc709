// Lists that refresh themselves: the focus, and the row that has it, stay where they are on the screen.

const rows = () => [...document.querySelectorAll("[data-row]")];
let held = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const row = document.activeElement?.closest("[data-row]");
  held = row && event.detail.target.contains(row) ? place(row) : null;
});

const place = (row) => ({ id: row.id, index: rows().indexOf(row), top: row.getBoundingClientRect().top });

document.addEventListener("htmx:afterSwap", () => {
  if (!held) return;
  const all = rows();
  // When it has left the list, the work goes on at the row that came in its place.
  const row = document.getElementById(held.id) ?? all[Math.min(held.index, all.length - 1)];
  (row ?? document.getElementById("main")).focus({ preventScroll: true });
  if (row) scrollBy(0, row.getBoundingClientRect().top - held.top);
  held = null;
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
