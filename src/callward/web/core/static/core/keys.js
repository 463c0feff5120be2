// Keys for those who live on the keyboard: j/k along rows, Enter opens, / searches, ? lists them.
// Everything here can also be done without this file.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll(".rows tbody tr")];
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

  function step(by) {
    const all = rows();
    if (all.length === 0) return;
    const here = all.indexOf(document.activeElement.closest("tr"));
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    next.tabIndex = -1;
    next.focus();
  }

  function openRow() {
    const row = document.activeElement.closest(".rows tbody tr");
    const link = row && row === document.activeElement ? row.querySelector("a[href]") : null;
    if (link) link.click();
    return link !== null;
  }

  function search() {
    const field = document.querySelector("[data-search]");
    if (field) field.focus();
    return field !== null;
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
    return dialog !== null;
  }

  const acts = {
    j: () => (step(1), true),
    k: () => (step(-1), true),
    Enter: openRow,
    "/": search,
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const act = acts[event.key];
    if (act && act()) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) help();
    if (event.target.closest("[data-print]")) window.print();
  });
})();
