// In review: keys for the decisions, and the offer to undo goes away when its time is over.
const undo = document.querySelector("[data-undo]");
if (undo) setTimeout(() => undo.remove(), 10_000);

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const choice = document.querySelector(`[data-choice="${CSS.escape(event.key)}"]`);
  if (choice) choice.click();
  if (event.key === "u" && undo?.isConnected) undo.requestSubmit();
});
