// Small additions to pages that work without them. Nothing is stored and nothing is sent elsewhere.
"use strict";

// Quick exit: Shift three times within five seconds, or the link; the page is emptied at once.
const exit = document.querySelector("a[data-exit]");
let presses = [];
function leave(event) {
  event.preventDefault();
  if (document.body.hidden) return; // On its way: to ask again would begin the way anew.
  document.title = " ";
  document.body.hidden = true;
  location.replace(exit.href);
}
if (exit) {
  exit.addEventListener("click", leave);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") { presses = []; return; }
    const now = Date.now();
    presses = [...presses.filter((time) => now - time < 5000), now];
    if (presses.length >= 3) leave(event);
  });
}

// "Use my location": a button, never by itself; two decimals (about half a mile) are all that is used.
for (const button of document.querySelectorAll("button[data-locate]")) {
  const form = button.form;
  const said = form.querySelector("[data-located]");
  if (!navigator.geolocation) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = said.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const text = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
        let field = form.elements.namedItem("ll");
        if (!field) {
          field = Object.assign(document.createElement("input"), { type: "hidden", name: "ll" });
          form.append(field);
        }
        field.value = text;
        if (field.type === "checkbox") field.checked = true;
        form.elements.namedItem("near").value = "";
        said.textContent = said.dataset.done;
      },
      () => { said.textContent = said.dataset.failed; },
      { maximumAge: 600000, timeout: 15000 },
    );
  });
  form.elements.namedItem("near").addEventListener("input", () => {
    const field = form.elements.namedItem("ll");
    if (!field) return;
    if (field.type === "checkbox") field.checked = false; else field.remove();
    said.textContent = "";
  });
}

// Filters: "Show 42 results" on the button while boxes are ticked. Always by POST: no URL says what was asked.
const show = document.querySelector("button[data-show]");
if (show) {
  const form = show.form;
  let waiting;
  let asked;
  const count = async () => {
    asked?.abort();
    asked = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("per_page", "1");
    try {
      const answer = await fetch("/api/v1/search", { method: "POST", body, signal: asked.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const { total } = await answer.json();
      show.textContent = (total === 1 ? show.dataset.one : show.dataset.show).replace("#", total.toLocaleString(document.documentElement.lang));
    } catch (problem) {
      if (problem.name !== "AbortError") show.textContent = show.dataset.plain;
    }
  };
  document.addEventListener("change", (event) => {
    if (event.target.form !== form || !event.target.closest(".filters")) return;
    clearTimeout(waiting);
    waiting = setTimeout(count, 250);
  });
}
