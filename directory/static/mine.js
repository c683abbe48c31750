// Takes the token of a private link out of the address bar and opens the page. It is kept nowhere else.
"use strict";

const door = document.querySelector("form[data-own]");

function take() {
  const token = location.hash.slice(1);
  if (!/^[\w-]{43}$/.test(token)) return;
  history.replaceState(null, "", location.pathname + location.search);
  door.elements.key.value = token;
  door.elements.key.type = "password";
  door.submit();
}

take();
addEventListener("hashchange", take);
