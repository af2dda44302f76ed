// Somebody writes to a person: what is typed is kept, how it will look is shown, and the seconds to take it back run.
// The server decides all of it; without this script 見てみる and 取り消す do the same.
"use strict";

const PAUSE = 1500; // milliseconds without a key: now it may be kept

const writing = document.getElementById("write-form");
const state = document.getElementById("write-state");
const looks = document.getElementById("write-look");
let kept = writing?.elements.text.value;
let waiting = 0;

async function keep() {
  clearTimeout(waiting);
  const text = writing.elements.text.value;
  if (text === kept || writing.dataset.sent) return;
  kept = text;
  try {
    const answer = await fetch(writing.dataset.draft, { method: "POST", body: new FormData(writing), keepalive: true });
    if (answer.redirected || !answer.ok) throw new Error("not kept");
    if (text !== writing.elements.text.value) return; // there is more by now
    looks.innerHTML = await answer.text();
    const hints = looks.querySelectorAll(".field-error, .hints li").length;
    state.textContent = hints ? `下書きをのこしました。気づいたことが${hints}つあります。` : "下書きをのこしました。";
  } catch {
    kept = undefined;
    state.textContent = "下書きをのこせませんでした。このページを閉じないでください。";
  }
}

// How many seconds are left, by the server's clock; when they are over nothing can be taken back.
const behind = Date.now() - Date.parse(document.getElementById("write")?.dataset.now);
function count() {
  for (const place of document.querySelectorAll("[data-goes]")) {
    const left = Math.ceil((Date.parse(place.dataset.goes) - (Date.now() - behind)) / 1000);
    place.textContent = left > 0 ? `あと${left}秒で送ります` : "送っています";
    place.closest("li").querySelector("form").hidden = left <= 0;
  }
}

if (writing) {
  writing.elements.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
}
setInterval(count, 250);
