// In a partner's frame: tells the page around how high this one is, so that nothing has to scroll twice.
// Only a page of the partner's own origins is told (data-origins); the widget's script there listens.
"use strict";

const allowed = (document.body.dataset.origins || "").split(" ").filter(Boolean);

function fits(origin) {
  return allowed.some((each) => {
    const [scheme, host] = each.split("://");
    return host.startsWith("*.")
      ? origin.startsWith(`${scheme}://`) && origin.endsWith(host.slice(1)) && !origin.slice(scheme.length + 3, 1 - host.length).includes("/")
      : origin === each;
  });
}

// Who frames us: as the browser says, or as the referrer does; else everyone on the list that is one origin.
function around() {
  const told = location.ancestorOrigins?.[0] || (document.referrer && new URL(document.referrer).origin);
  if (told) return fits(told) || told === location.origin ? [told] : [];
  return allowed.filter((each) => !each.includes("*"));
}

if (parent !== self) {
  const targets = around();
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    for (const each of targets) parent.postMessage({ type: "recovery-search:height", height }, each);
  };
  new ResizeObserver(tell).observe(document.body);
}
