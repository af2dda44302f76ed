// Draws the chats live: asks for a phone again whenever its revision changes, and sends what people do.
"use strict";

const phones = document.getElementById("phones");
const alone = document.body.classList.contains("alone");
const clock = { offset: 0, canShift: false };

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ wait: false, ...body }),
    keepalive: true,
  });
  const told = await answer.json();
  if (!answer.ok) toast(told.message);
  return answer.ok ? told : null;
}

function toast(words) {
  const place = document.getElementById("toast");
  place.textContent = words;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { place.textContent = ""; }, 6000);
}

// The policy of the page forbids style attributes; the object model may set them.
function applyStyles(root) {
  for (const part of root.querySelectorAll("[data-style]")) part.style.cssText = part.dataset.style;
}

function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// Live parts

async function refresh(phone) {
  const answer = await fetch(`/phone/${phone.dataset.user}/live`);
  if (!answer.ok) return;
  const fresh = fromHtml(await answer.text());
  // Answers may overtake each other: an older one is dropped.
  if (Number(fresh.dataset.revision) < Number(phone.dataset.revision)) return;
  phone.dataset.revision = fresh.dataset.revision;
  phone.dataset.state = fresh.dataset.state;
  refreshChat(phone.querySelector('[data-part="chat"]'), fresh.querySelector('[data-part="chat"]'));
  for (const part of ["lock", "quick", "menu"]) refreshPart(phone, fresh, part);
}

function refreshChat(chat, fresh) {
  const known = new Map([...chat.children].map((entry) => [entry.dataset.key, entry]));
  const entries = [...fresh.children].map((entry) => known.get(entry.dataset.key) ?? entry);
  const grew = entries.some((entry) => !known.has(entry.dataset.key));
  for (const entry of known.values()) if (!entries.includes(entry)) entry.remove();
  entries.forEach((entry, place) => {
    if (chat.children[place] !== entry) chat.insertBefore(entry, chat.children[place] ?? null);
  });
  applyStyles(chat);
  if (grew) chat.scrollTop = chat.scrollHeight;
}

function refreshPart(phone, fresh, name) {
  const old = phone.querySelector(`[data-part="${name}"]`);
  const next = fresh.querySelector(`[data-part="${name}"]`);
  if (old.dataset.source === undefined) old.dataset.source = "";
  if (old.dataset.source === next.innerHTML) return;
  const open = old.querySelector("details")?.open;
  const hadFocus = old.contains(document.activeElement);
  old.dataset.source = next.innerHTML;
  old.replaceChildren(...next.childNodes);
  const details = old.querySelector("details");
  if (details && open !== undefined) details.open = open;
  applyStyles(old);
  const chat = phone.querySelector('[data-part="chat"]');
  chat.scrollTop = chat.scrollHeight;
  if (hadFocus) chat.focus({ preventScroll: true });
}

async function addPhone(user) {
  const answer = await fetch(`/phone/${user}/card`);
  if (!answer.ok || document.querySelector(`[data-user="${user}"]`)) return;
  const phone = fromHtml(await answer.text());
  phones.append(phone);
  prepare(phone);
}

function prepare(phone) {
  applyStyles(phone);
  for (const part of ["lock", "quick", "menu"]) {
    const place = phone.querySelector(`[data-part="${part}"]`);
    place.dataset.source = place.innerHTML;
  }
  const chat = phone.querySelector('[data-part="chat"]');
  chat.scrollTop = chat.scrollHeight;
}

function listen() {
  const changes = new EventSource("/phone-changes");
  changes.onmessage = (event) => {
    const state = JSON.parse(event.data);
    clock.offset = state.offset;
    showClock();
    for (const [user, revision] of Object.entries(state.chats)) {
      const phone = document.querySelector(`[data-user="${user}"]`);
      if (!phone && !alone) addPhone(user);
      else if (phone && Number(phone.dataset.revision) !== revision) refresh(phone);
    }
  };
}

// What people do

function deviceOf(phone) {
  return phone.querySelector("[data-device]").checked ? "pc" : "phone";
}

function person(phone, what, body) {
  return post(`/control/people/${phone.dataset.user}/${what}`, body);
}

async function press(phone, button) {
  const body = { ...JSON.parse(button.dataset.press), device: deviceOf(phone) };
  if (button.dataset.picker) {
    body.params = await pick(JSON.parse(button.dataset.picker));
    if (!body.params) return;
  }
  const told = await person(phone, "press", body);
  if (told?.uri && !/^https?:/.test(told.uri)) toast(`電話では、ここが ひらきます：${told.uri}`);
  if (told?.text) toast(`コピーしました：${told.text}`);
}

function pick(action) {
  const dialog = document.getElementById("picker");
  const input = dialog.querySelector("input");
  input.type = action.mode === "datetime" ? "datetime-local" : action.mode;
  input.min = action.min ?? "";
  input.max = action.max ?? "";
  input.value = action.initial ?? "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "ok" && input.value ? { [action.mode]: input.value } : null);
    }, { once: true });
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-press], [data-send], [data-act], [data-unsend], [data-shift]");
  if (!button) return;
  const phone = button.closest(".phone");
  if (button.dataset.press) press(phone, button);
  else if (button.dataset.send) person(phone, "send", { type: button.dataset.send });
  else if (button.dataset.act) person(phone, button.dataset.act, {});
  else if (button.dataset.unsend) person(phone, "unsend", { messageId: button.dataset.unsend });
  else post("/control/clock", { seconds: Number(button.dataset.shift) });
  const menu = button.closest("details.more");
  if (menu) menu.open = false;
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  event.preventDefault();
  if (form.id === "add-person") {
    await post("/control/people", { name: form.elements.name.value.trim() });
    form.reset();
  } else if (form.id === "set-clock") {
    post("/control/clock", { to: `${form.elements.to.value}+09:00` });
  } else {
    const text = form.elements.text.value;
    if (!text) return;
    form.elements.text.value = "";
    grow(form.elements.text);
    person(form.closest(".phone"), "send", { type: "text", text });
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("[data-type] textarea");
  // While a Japanese word is being converted, Enter belongs to the conversion.
  if (!typing || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  typing.form.requestSubmit();
});

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-type] textarea")) grow(event.target);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-device]")) {
    event.target.closest(".phone").classList.toggle("pc", event.target.checked);
  }
});

// A long press (or the right button) on what a person sent opens its menu, as on a phone.
document.addEventListener("contextmenu", (event) => {
  const menu = event.target.closest(".entry.user")?.querySelector("details.more");
  if (!menu) return;
  event.preventDefault();
  menu.open = true;
  menu.querySelector("button").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.more[open]")) menu.open = false;
});

// The clock

const parts = { month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" };
const shown = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", ...parts });
const shownWithYear = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", year: "numeric", ...parts });

function showClock() {
  const now = new Date(Date.now() + clock.offset * 1000);
  const place = document.getElementById("now");
  const sameYear = now.getFullYear() === new Date().getFullYear();
  place.textContent = (sameYear ? shown : shownWithYear).format(now);
  place.dateTime = now.toISOString();
}

async function prepareClock() {
  const told = await (await fetch("/control/clock")).json();
  clock.offset = told.offset;
  document.body.classList.toggle("fixed-clock", !told.canShift);
  showClock();
  setInterval(showClock, 1000);
}

for (const phone of document.querySelectorAll(".phone")) prepare(phone);
prepareClock();
listen();
