// Pages of partner sites: buttons that copy, and an example that follows its form. All works without, by hand.
"use strict";

function ready(part) {
  for (const button of part.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.nextElementSibling.textContent = button.dataset.done;
    });
  }
}
ready(document);

const form = document.querySelector("form[data-live]");
let latest;
form?.addEventListener("change", async () => {
  latest?.abort();
  latest = new AbortController();
  const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  try {
    const answer = await fetch(address, { signal: latest.signal });
    if (!answer.ok || answer.redirected) return form.requestSubmit();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-shown]");
    document.querySelector("[data-shown]").replaceWith(fresh);
    ready(fresh);
    history.replaceState(null, "", address);
  } catch (problem) {
    if (problem.name !== "AbortError") form.requestSubmit();
  }
});
