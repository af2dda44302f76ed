// Keeps an open page up to date: what the server says anew takes the place of what stands in its [data-live] regions.
"use strict";

const status = document.getElementById("live-status");
const more = document.getElementById("live-more");
const shown = new Map(); // what the server sent last for each region: our own changes are no news

// Somebody is at work here: the region holds the focus or something typed, and is not taken away.
function isBusy(region) {
  const typed = [...region.querySelectorAll("input, textarea")].some((field) =>
    ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  return typed || region.contains(document.activeElement);
}

function place(fresh, old) {
  const region = document.importNode(fresh, true);
  shown.set(fresh.id, fresh.innerHTML);
  for (const open of old?.querySelectorAll("details[open][id]") ?? []) {
    region.querySelector(`#${open.id}`)?.setAttribute("open", "");
  }
  const before = document.getElementById(fresh.previousElementSibling?.id);
  if (old) old.replaceWith(region);
  else if (before) before.after(region);
  else document.getElementById(fresh.parentElement.id)?.prepend(region);
}

function showNews(page) {
  const regions = [...page.querySelectorAll("[data-live]")];
  const gone = [...document.querySelectorAll("[data-live]")].filter((old) => !page.getElementById(old.id));
  const changed = regions.filter((fresh) => shown.get(fresh.id) !== fresh.innerHTML);
  const waiting = [...gone, ...changed].filter((each) => {
    const old = document.getElementById(each.id);
    return old && isBusy(old);
  });
  gone.filter((old) => !waiting.includes(old)).forEach((old) => { shown.delete(old.id); old.remove(); });
  changed.filter((fresh) => !waiting.includes(fresh)).forEach((fresh) => place(fresh, document.getElementById(fresh.id)));
  more.hidden = waiting.length === 0;
  if (gone.length + changed.length > waiting.length) {
    const time = new Date().toLocaleTimeString("ja-JP", { hour: "numeric", minute: "2-digit" });
    status.textContent = `新しい内容を表示しました（${time}）`;
  }
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
  if (answer.redirected) location.reload(); // the sign-in is over: nothing stays on the screen
  else if (answer.ok) showNews(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function listen() {
  const source = new EventSource("/admin/live");
  const look = () => refresh().catch(() => {});
  source.onopen = look; // also after a break: something may have happened meanwhile
  source.onmessage = look;
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    look(); // refused: perhaps the sign-in is over
    setTimeout(listen, 10000);
  };
}

document.querySelectorAll("[data-live]").forEach((region) => shown.set(region.id, region.innerHTML));
if (shown.size) listen();
