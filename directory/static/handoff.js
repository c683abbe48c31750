// The screen of a handoff saves as one goes. What is not saved yet stays in the form and is tried again; it is
// kept nowhere else, since the device may be shared.
"use strict";

const form = document.querySelector("form[data-saves]");
const note = form.querySelector("[data-saved-note]");
const AGAIN = 4000;
let step = Number(form.elements.step.value);
let waiting;
let changed = false;
let busy = false;

function tell(text) {
  if (note.textContent !== text) note.textContent = text;
}

async function save() {
  if (busy || !changed) return;
  busy = true;
  changed = false;
  const body = new URLSearchParams(new FormData(form));
  tell(form.dataset.saving);
  try {
    const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    const told = await answer.json();
    if (answer.ok) {
      tell(form.dataset.saved);
    } else {
      tell(told.message || form.dataset.waiting);
    }
    // A save that was answered is over; the next one has a number and an id of its own.
    step += 1;
    form.elements.step.value = step;
    form.elements.save_id.value = crypto.randomUUID();
  } catch {
    // No answer: the same save again, so that it counts once however often it arrives.
    changed = true;
    tell(form.dataset.waiting);
    setTimeout(save, AGAIN);
  }
  busy = false;
  if (changed && note.textContent === form.dataset.saved) save();
}

form.addEventListener("input", () => {
  changed = true;
  clearTimeout(waiting);
  waiting = setTimeout(save, 700);
});
addEventListener("online", save);
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
form.addEventListener("submit", () => {
  changed = false;
  clearTimeout(waiting);
});
