// The screen of a handoff saves as one goes. What is not saved yet stays in the form and is tried again; it is
// kept nowhere else, since the device may be shared.
"use strict";

const form = document.querySelector("form[data-saves]");
const note = form.querySelector("[data-saved-note]");
const AGAIN = 4000;
const PASSES = [429, 503];
const SIGNED_OUT = [400, 401, 403]; // 400: signed in anew, so this page's form is no longer good
let step = Number(form.elements.step.value);
let waiting;
let unsaved = false; // something in the form is not kept yet
let typed = false; // something was typed since the last save began
let busy = false;
let over = false;

function tell(text) {
  if (note.textContent !== text) note.textContent = text;
}

function later(wait) {
  clearTimeout(waiting);
  waiting = setTimeout(save, wait);
}

async function send() {
  const body = new URLSearchParams(new FormData(form));
  try {
    return await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
  } catch {
    return null;
  }
}

async function message(answer) {
  const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  return (isJson && (await answer.json()).message) || form.dataset.failed;
}

function next() {
  // A save that was answered is over; the next one has a number and an id of its own.
  step += 1;
  form.elements.step.value = step;
  form.elements.save_id.value = crypto.randomUUID();
}

async function save() {
  if (busy || over || !unsaved) return;
  busy = true;
  typed = false;
  tell(form.dataset.saving);
  const answer = await send();
  if (!answer || PASSES.includes(answer.status)) {
    // No answer: the same save again, so that it counts once however often it arrives.
    tell(form.dataset.waiting);
    later(AGAIN);
  } else if (SIGNED_OUT.includes(answer.status)) {
    over = true;
    tell(form.dataset.signedOut);
  } else {
    const told = answer.ok ? form.dataset.saved : await message(answer);
    next();
    if (answer.ok) unsaved = typed;
    tell(told);
    if (typed) later(0);
  }
  busy = false;
}

form.addEventListener("input", () => {
  unsaved = typed = true;
  if (over) return;
  if (!busy) tell("");
  later(700);
});
addEventListener("online", save);
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
form.addEventListener("submit", () => {
  unsaved = false;
  over = true;
  clearTimeout(waiting);
});
