// 受信箱: looks again whether somebody is still writing, and closes with Esc what was opened.
"use strict";

const LOOK_AGAIN = 60000;

// Nobody says that they have stopped writing: while the page shows that somebody is, it asks again (live.js).
setInterval(() => {
  if (document.querySelector(".is-writing")) refresh().catch(() => {});
}, LOOK_AGAIN);

// While Japanese is being typed, Esc belongs to the letters.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const opened = document.activeElement.closest("main details[open]");
  if (!opened) return;
  opened.open = false;
  opened.querySelector("summary").focus();
});
