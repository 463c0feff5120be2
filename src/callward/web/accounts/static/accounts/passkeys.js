// Says in words what went wrong with a passkey; the library would only write it to the console.
"use strict";

document.addEventListener("allauth.error", (event) => {
  const place = document.getElementById("passkey_failed");
  if (!place) return;
  event.preventDefault();
  place.hidden = false;
  place.focus();
});
