// A finger or a face (WebAuthn): asks the device, puts its answer into the form, and sends it. Without this file the
// buttons stay hidden, and everything works by password and digits.
"use strict";

const FIELDS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function bytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const signs = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function answer(form) {
  const asked = await fetch(form.dataset.options, { method: "POST" });
  const options = await asked.json();
  options.challenge = bytes(options.challenge);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const key of list ?? []) key.id = bytes(key.id);
  }
  if (options.user) options.user.id = bytes(options.user.id);
  const means = { publicKey: options };
  const key = await navigator.credentials[form.dataset.passkey](means);
  const response = {};
  for (const field of FIELDS) if (key.response[field]) response[field] = text(key.response[field]);
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-failed]");
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      form.elements.answer.value = await answer(form);
      form.submit();
    } catch {
      failed.hidden = false;
      delete form.dataset.sent;
    }
  });
}
