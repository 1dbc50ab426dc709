// After booking: taking it back by key, for as long as that is possible.

const undo = document.getElementById("undo");

document.addEventListener("keydown", (event) => {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
  if (!isUndo || !undo || undo.hidden || event.repeat) return;
  event.preventDefault();
  undo.requestSubmit();
});

if (undo) {
  setTimeout(() => {
    if (undo.contains(document.activeElement)) document.querySelector("[autofocus]").focus();
    undo.hidden = true;
    const over = document.getElementById("undo-over");
    over.textContent = over.dataset.said;
  }, undo.dataset.seconds * 1000);
}
