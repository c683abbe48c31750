// Takes the token of a secure link out of the address bar and into the form. It is kept nowhere else.
"use strict";

const form = document.querySelector("form[data-link]");

function take() {
  const token = location.hash.slice(1);
  if (!/^[\w-]{43}$/.test(token)) return;
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.token.value = token;
  form.elements.reference.required = false;
  form.querySelector("[data-reference]").hidden = true;
  for (const other of document.querySelectorAll("a[hreflang]")) other.hash = token;
}

take();
addEventListener("hashchange", take);
