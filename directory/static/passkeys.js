// Passkeys: the form asks the server what to open the browser's own dialog with, and sends the answer as a form.
// Without this script, or where the browser knows none, the form stays hidden and codes from an app do.
"use strict";

const known = Boolean(window.PublicKeyCredential && navigator.credentials);

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function written(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (each) => String.fromCharCode(each)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// What the server sends as text is bytes for the browser.
function opened(options) {
  const made = { ...options, challenge: bytes(options.challenge) };
  if (options.user) made.user = { ...options.user, id: bytes(options.user.id) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    if (options[name]) made[name] = options[name].map((each) => ({ ...each, id: bytes(each.id) }));
  }
  return made;
}

function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = written(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: written(credential.rawId),
    type: credential.type,
    response,
    extensions: JSON.stringify(credential.getClientExtensionResults()),
  });
}

function ask(address, fields) {
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json" },
  });
}

function send(form, action, credential) {
  const answer = document.createElement("form");
  answer.method = "post";
  answer.action = action;
  const fields = { csrf_token: form.elements.csrf_token.value, credential };
  if (form.elements.next) fields.next = form.elements.next.value;
  for (const [name, value] of Object.entries(fields)) {
    answer.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(answer);
  answer.submit();
}

async function use(form, say) {
  const fields = new FormData(form);
  if (form.dataset.before) await ask(form.dataset.before, [...fields, ["which", "webauthn"]]);
  const found = await ask(form.action, fields);
  // What is wrong, the server's own page says best.
  if (!found.ok) { form.submit(); return; }
  const { response } = await found.json();
  say(form.dataset.wait);
  const publicKey = opened(response.credential_options);
  const made = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  send(form, form.dataset.then + response.wan_state, told(made));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const note = form.querySelector("[data-passkey-note]");
  const say = (text) => { note.textContent = text; };
  form.hidden = false;
  if (!known) {
    for (const each of form.querySelectorAll("button, input:not([type=hidden])")) each.disabled = true;
    say(form.dataset.none);
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await use(form, say);
    } catch {
      say(form.dataset.failed);
    }
  });
}
