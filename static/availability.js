// The week as a grid: arrows go from cell to cell, Home and End along a row. Enter follows the cell's link,
// K goes to the button that copies the week before.

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.querySelector("[data-grid]")?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.toLowerCase() === "k") {
    document.querySelector("[data-copy]")?.focus();
    event.preventDefault();
    return;
  }
  const rows = [...event.currentTarget.querySelectorAll("tbody tr")].map((row) => [
    ...row.querySelectorAll("[data-cell]"),
  ]);
  const row = rows.findIndex((cells) => cells.includes(event.target));
  if (row < 0) return;
  const column = rows[row].indexOf(event.target);
  const [down, right] = STEPS[event.key] ?? [0, 0];
  const ends = { Home: rows[row][0], End: rows[row].at(-1) };
  const next = ends[event.key] ?? (down || right ? rows[row + down]?.[column + right] : undefined);
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
