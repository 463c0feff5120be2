// Dropping files on the form does what choosing them does. Without this file the browser's own button remains.
const drop = document.querySelector("[data-drop]");

if (drop) {
  const input = drop.querySelector("input[type=file]");
  const chosen = drop.querySelector("[data-chosen]");
  const tell = () => {
    const count = input.files.length;
    const many = chosen.dataset.many.replace("#", String(count));
    chosen.textContent = count === 0 ? chosen.dataset.dropHere : count === 1 ? chosen.dataset.one : many;
    chosen.hidden = false;
  };
  const over = (event) => {
    event.preventDefault();
    drop.classList.toggle("is-over", event.type === "dragover");
  };

  drop.addEventListener("dragover", over);
  drop.addEventListener("dragleave", over);
  drop.addEventListener("drop", (event) => {
    over(event);
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    tell();
  });
  input.addEventListener("change", tell);
  tell();
}
