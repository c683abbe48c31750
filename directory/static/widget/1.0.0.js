/* <recovery-search>, version 1.0.0: a search for help on anyone's page. One file, no dependencies.
   The page's own rules reach neither in nor out; texts from anywhere become text nodes and nothing else. */
(() => {
"use strict";
const TAG = "recovery-search";
const script = document.currentScript || document.querySelector('script[src*="/widget/v1"]');
if (!script || customElements.get(TAG)) return;
const HOME = script.src.replace(/\/widget\/v[^/]+\/widget\.js.*$/, "");
const ORIGIN = new URL(HOME).origin;
const PATIENCE = 20000;
const ROWS = 5;
const LISTS = ["need", "filter", "kind"];
const ASKED = ["q", "need", "near", "ll", "radius", "unit", "filter", "open", "day", "from", "to", "attend", "kind", "sort"];

const TEXTS = {
  en: {
    find: "Find help", crisis: "Crisis:", call988: "call 988", text: "text", danger: "Danger:", treatment: "Treatment:",
    where: "Where?", place: "ZIP code, city or county", what: "What do you need?", all: "All kinds of help",
    words: "In your own words", open: "Open now", more: "Filters", search: "Search", wait: "Searching…",
    call: "Call {}", ext: "ext. {}", way: "Directions", details: "Details", join: "Join online", own: "From {}",
    example: "Example", back: "Back", next: "Next", page: "Page {} of {}", pages: "Pages of results",
    down: "The search cannot be reached right now. Your connection or our server may be resting.",
    talk: "someone to talk to, day and night", seek: "free help to find treatment",
    again: "Try again", full: "Open the whole search",
  },
  es: {
    find: "Encuentre ayuda", crisis: "Crisis:", call988: "llame al 988", text: "mensaje", danger: "Peligro:", treatment: "Tratamiento:",
    where: "¿Dónde?", place: "código postal, ciudad o condado", what: "¿Qué necesita?", all: "Todo tipo de ayuda",
    words: "Con sus propias palabras", open: "Abierto ahora", more: "Filtros", search: "Buscar", wait: "Buscando…",
    call: "Llame al {}", ext: "ext. {}", way: "Cómo llegar", details: "Detalles", join: "Unirse en línea", own: "De {}",
    example: "Ejemplo", back: "Anterior", next: "Siguiente", page: "Página {} de {}", pages: "Páginas de resultados",
    down: "En este momento no se puede llegar a la búsqueda. Su conexión o nuestro servidor pueden estar en pausa.",
    talk: "alguien con quien hablar, de día y de noche", seek: "ayuda gratuita para encontrar tratamiento",
    again: "Intentar de nuevo", full: "Abrir la búsqueda completa",
  },
};

/* Per look: colors for light and for dark; the only one where a look has one. tests/web/test_widget_files.py checks them. */
const COLORS = ["surface", "text", "soft", "accent", "on-accent", "tint", "edge"];
const THEMES = {
  "calm": ["#fffdf9 #27241e #5c5548 #1c5a52 #ffffff #e2efe9 #857a69", "#1d2322 #ece7dd #b9b3a6 #93d3c4 #0c2622 #21382f #84908b"],
  "plain": ["#ffffff #1f2328 #57606a #0b57d0 #ffffff #eaf1fb #7d8590", "#16191d #e8eaed #aab2bb #9cc2ff #0b1c36 #1f2a3a #7d8793"],
  "light": ["#ffffff #1f2328 #57606a #0b57d0 #ffffff #eaf1fb #7d8590"],
  "dark": ["#16191d #e8eaed #aab2bb #9cc2ff #0b1c36 #1f2a3a #7d8793"],
  "contrast": ["#ffffff #000000 #000000 #00008b #ffffff #ffffff #000000", "#000000 #ffffff #ffffff #ffe14d #000000 #000000 #ffffff"],
};

const STYLE = `
:host{all:initial!important;display:block!important}
:host([hidden]){display:none!important}
*,::before{box-sizing:border-box}
[hidden]{display:none!important}
.box{container-type:inline-size;background:var(--surface);color:var(--text);font:1em/1.5 var(--recovery-search-font,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif);border:1px solid var(--edge);border-radius:var(--round);overflow:hidden;overflow-wrap:anywhere;text-align:start;--round:var(--recovery-search-radius,.6em);--row:34.5em;--more:17em}
.in{padding:.8em}
ul,ol,p,h1,h2,h3,h4,h5,h6,fieldset{margin:0;padding:0;border:0;min-inline-size:0}
ul,ol{list-style:none}
a{color:var(--accent);text-underline-offset:.18em}
a:hover{text-decoration-thickness:.14em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.crisis{background:var(--tint);padding:.15em .9em;font-size:.875em;display:flex;flex-wrap:wrap;column-gap:1.4em}
.crisis a,.foot a{display:inline-block;padding-block:.4em;font-weight:600}
form{display:grid;gap:.7em;align-items:end}
label,legend,summary,.name{font-weight:600}
.field{display:grid;gap:.2em;align-content:start;min-inline-size:0}
small,.hint,.soft{font-size:.875em;font-weight:400;color:var(--soft)}
input,select,button{font:inherit;color:inherit;max-inline-size:100%;margin:0}
input[type=text],select{inline-size:100%;min-block-size:2.75em;padding:.35em .6em;background:var(--surface);border:1px solid var(--edge);border-radius:calc(var(--round)*.6)}
.tick{display:flex;gap:.55em;align-items:center;min-block-size:2.25em;font-weight:400}
.tick input{inline-size:1.25em;block-size:1.25em;flex:none;accent-color:var(--accent)}
.tick .soft{margin-inline-start:auto}
button,.call{display:inline-flex;align-items:center;justify-content:center;min-block-size:2.75em;padding:.35em 1em;border:1px solid var(--accent);border-radius:calc(var(--round)*.6);background:var(--accent);color:var(--on-accent);font-weight:600;text-decoration:none;cursor:pointer}
.second,.call{background:var(--tint);color:var(--accent)}
button[disabled]{opacity:.55;cursor:default}
details{border:1px solid var(--edge);border-radius:calc(var(--round)*.6)}
summary{padding:.5em .7em;cursor:pointer;min-block-size:2.6em}
.more{padding:0 .7em .7em;display:grid;gap:.8em;align-items:start}
.groups{display:contents}
.found{min-block-size:calc(var(--rows)*var(--row) + var(--more));padding-block-start:1.1em;display:flow-root}
.found[aria-busy=true] ol{opacity:.6}
.heading{font-size:1.25em;line-height:1.25;font-weight:600}
.heading:focus{outline:0}
.notes>*{margin-block-start:.35em}
ol,.stack{display:grid;gap:.7em;margin-block-start:.8em}
li.result{border:1px solid var(--edge);border-radius:var(--round);padding:.8em;display:grid;gap:.25em 1.2em;align-content:start}
.info{display:grid;gap:.15em;align-content:start}
.name{font-size:1.0625em;line-height:1.3}
.name a{color:inherit;display:inline-block;padding-block:.1em}
.mark{display:inline-block;border:1px solid;border-radius:.3em;padding:0 .45em;font-size:.875em;font-weight:600;color:var(--accent);justify-self:start}
.mark.is-example{border-style:dashed;color:var(--soft)}
.open{color:var(--accent);font-weight:600}
.acts{display:flex;flex-wrap:wrap;gap:.3em 1.2em;align-items:center;margin-block-start:.3em}
.acts a:not(.call){display:inline-block;padding-block:.55em;font-weight:600}
.call{flex:1 0 100%;flex-wrap:wrap;column-gap:.35em;padding-inline:.6em;font-variant-numeric:tabular-nums}
.call span,.lines a{white-space:nowrap}
.pages{display:flex;flex-wrap:wrap;gap:.6em;align-items:center;justify-content:space-between;margin-block-start:.9em}
.wrong{border-inline-start:4px solid var(--accent);padding-inline-start:.7em}
.foot{font-size:.875em;padding:.2em .9em;border-block-start:1px solid}
.box,li.result,details,.foot{border-color:var(--edge);border-color:color-mix(in srgb,var(--edge) 55%,var(--surface))}
@container (min-width:18em){.found{--row:29em;--more:13em}}
@container (min-width:23em){.found{--row:24em;--more:12.5em}.call{flex:0 1 auto}}
@container (min-width:28em){.found{--row:20em;--more:10em}}
@container (min-width:34em){.found{--row:17em;--more:8.5em}form{grid-template-columns:1fr 1fr}.wide{grid-column:1/-1}.more{grid-template-columns:1fr 1fr}}
@container (min-width:52em){.found{--row:14em}form{grid-template-columns:1fr 1fr auto auto}.more{grid-template-columns:repeat(3,1fr)}li.result{grid-template-columns:1fr auto}.acts{grid-row:1/span 2;grid-column:2;align-self:center;flex-direction:column;align-items:stretch;text-align:center;margin:0}.acts a:not(.call){padding-block:.2em}}
@media (prefers-reduced-motion:no-preference){button,.call,ol{transition:opacity .15s}}
@media (forced-colors:active){.call,.second{border-color:ButtonText}}
`;

let sheet;
let count = 0;
const dark = matchMedia("(prefers-color-scheme: dark)");

/* The frame of /embed tells how high it is: only ours, and only to the frame that it came from. */
addEventListener("message", ({ origin, data, source }) => {
  if (origin !== ORIGIN || !data || data.type !== `${TAG}:height`) return;
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.contentWindow === source) frame.height = Math.min(Math.max(data.height | 0, 200), 20000);
  }
});

const put = (text, ...values) => values.reduce((said, value) => said.replace("{}", value), text);
const words = (text) => (text || "").split(/[\s,]+/).filter(Boolean);

/* An element with attributes and children; what is false or empty is left out. */
function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value != null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

const link = (address, attributes, ...children) =>
  make("a", { href: /^(https?|tel|sms):/.test(address) ? address : null, part: "link", ...attributes }, ...children);

class RecoverySearch extends HTMLElement {
  static observedAttributes = ["key", "lang", "rows", "theme", "lock", "from-url", "heading", ...ASKED];

  #root = this.attachShadow({ mode: "open" });
  #number = ++count;
  #chosen = {};      // name -> values, by the visitor
  #site = { locked: [], presets: {} };
  #control = null;
  #waiting = false;
  #lang = "en";
  #paint = () => this.#color();

  connectedCallback() {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    this.#root.adoptedStyleSheets = [sheet];
    this.#lang = this.#language();
    this.#build();
    dark.addEventListener("change", this.#paint);
    this.#ask({ start: true });
  }

  disconnectedCallback() {
    dark.removeEventListener("change", this.#paint);
    this.#control?.abort();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.#root.firstChild) return;
    delete this.#chosen[name];
    if (name === "near") delete this.#chosen.ll;
    if (name === "theme") return this.#color();
    if (this.#waiting) return;
    this.#waiting = true;
    queueMicrotask(() => {
      this.#waiting = false;
      if (!this.isConnected) return;
      this.#lang = this.#language();
      this.#build();
      this.#ask({ start: true });
    });
  }

  /* What is asked ---------------------------------------------------------------------------------- */

  get #texts() { return TEXTS[this.#lang]; }

  #language() {
    const said = this.getAttribute("lang") || this.closest("[lang]")?.lang || navigator.language || "";
    const code = said.slice(0, 2).toLowerCase();
    return TEXTS[code] ? code : "en";
  }

  #locked(name) {
    return words(this.getAttribute("lock")).includes(name) || this.#site.locked.includes(name);
  }

  /* Values of a parameter: what the visitor chose, else the page's address, else the attribute. */
  #values(name) {
    const locked = this.#locked(name);
    if (!locked && this.#chosen[name]) return this.#chosen[name];
    const open = this.getAttribute("from-url");
    if (!locked && open !== null && (!open.trim() || words(open).includes(name))) {
      const given = new URLSearchParams(location.search).getAll(`rs-${name}`);
      if (given.length) return given;
    }
    const text = this.getAttribute(name);
    return text === null ? null : LISTS.includes(name) ? words(text) : [text];
  }

  #rows() {
    const rows = +(this.getAttribute("rows") || this.#site.presets.rows || ROWS);
    return rows >= 1 && rows <= 20 ? Math.floor(rows) : ROWS;
  }

  /* `start`: nobody has asked yet, so the server does not count it as a search. */
  #address(page, start) {
    const given = new URLSearchParams({ key: this.getAttribute("key") || "" });
    for (const name of ASKED) {
      for (const value of this.#values(name) || []) given.append(name, value);
    }
    given.set(this.hasAttribute("lang") ? "lang" : "page_lang", this.#lang);
    if (start) given.set("start", 1);
    if (this.hasAttribute("rows")) given.set("per_page", this.#rows());
    if (page > 1) given.set("page", page);
    return `${HOME}/widget/v1/search?${given}`;
  }

  async #ask({ page = 1, focus = false, start = false }) {
    this.#control?.abort();
    const control = this.#control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE);
    const { found, status } = this.#parts;
    found.setAttribute("aria-busy", "true");
    status.textContent = this.#texts.wait;
    this.#mark("");
    let answer = null, code = 0;
    try {
      const response = await fetch(this.#address(page, start), { credentials: "omit", referrerPolicy: "no-referrer", signal: control.signal });
      code = response.status;
      answer = await response.json();
    } catch { /* said below: nothing came, or nothing that can be read */ }
    clearTimeout(timer);
    if (control !== this.#control || !this.isConnected) return;
    if (code === 200 && answer?.site) this.#show(answer); else this.#fail(code, answer);
    this.#parts.found.setAttribute("aria-busy", "false");
    if (focus) this.#parts.heading.focus();
  }

  #tell(name, detail, cancelable) {
    return this.dispatchEvent(new CustomEvent(`${TAG}:${name}`, { bubbles: true, composed: true, cancelable, detail }));
  }

  /* The frame of it -------------------------------------------------------------------------------- */

  #parts = {};

  #build() {
    const say = this.#texts, parts = this.#parts = {};
    const input = (name, label, hint) => {
      parts[name] = make("input", { type: "text", id: name, name, part: "input", maxlength: 300, autocomplete: name === "near" ? "postal-code" : "off",
        enterkeyhint: "search", value: (this.#values(name) || [""])[0] });
      return make("div", { class: "field", "data-of": name }, make("label", { for: name }, label, hint && make("span", { class: "hint" }, ` ${hint}`)), parts[name]);
    };
    parts.need = make("select", { id: "need", name: "need", part: "input" }, make("option", { value: (this.#values("need") || []).join(" ") }, say.all));
    parts.open = make("input", { type: "checkbox", name: "open", value: "now" });
    parts.open.checked = (this.#values("open") || [])[0] === "now";
    parts.more = make("div", { class: "groups" });
    const level = Math.min(Math.max(this.getAttribute("heading") | 0 || 2, 1), 5);
    parts.level = level;
    parts.heading = make(`h${level}`, { class: "heading", tabindex: -1, part: "heading" }, say.find);
    parts.status = make("p", { class: "soft", role: "status", part: "status" });
    parts.body = make("div", {});
    parts.found = make("div", { class: "found", part: "results" }, parts.heading, parts.status, parts.body);
    parts.full = link(`${HOME}/search`, { rel: "noreferrer" }, say.full);
    parts.form = make("form", { role: "search", part: "form", "aria-label": this.#number > 1 ? `${say.find} ${this.#number}` : say.find },
      input("near", say.where, say.place),
      make("div", { class: "field", "data-of": "need" }, make("label", { for: "need" }, say.what), parts.need),
      make("label", { class: "tick", "data-of": "open" }, parts.open, say.open),
      make("button", { part: "button" }, say.search),
      make("details", { class: "wide" }, make("summary", { part: "filters" }, say.more),
        make("div", { class: "more" }, input("q", say.words), parts.more)));
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#read();
      this.#ask({});
    });
    parts.form.addEventListener("input", (event) => { event.target.dirty = true; });
    const line = (label, ...links) => make("li", {}, `${label} `, ...links);
    parts.box = make("div", { class: "box", part: "box", lang: this.#lang },
      make("ul", { class: "crisis", part: "crisis" },
        line(say.crisis, link("tel:988", {}, say.call988), " · ", link("sms:988", {}, say.text)),
        line(say.danger, link("tel:911", {}, "911")),
        line(say.treatment, link("tel:+18006624357", {}, "1-800-662-4357"))),
      make("div", { class: "in" }, parts.form, parts.found),
      make("p", { class: "foot", part: "foot" }, parts.full));
    this.#root.replaceChildren(parts.box);
    this.#color();
    this.#lockFields();
  }

  #color() {
    const { box, found } = this.#parts;
    if (!box) return;
    const look = THEMES[this.getAttribute("theme")] || THEMES[this.#site.presets.theme] || THEMES.calm;
    const second = look[1] && dark.matches;
    look[second ? 1 : 0].split(" ").forEach((color, place) => {
      box.style.setProperty(`--${COLORS[place]}`, `var(--recovery-search-${COLORS[place]}, ${color})`);
    });
    box.style.colorScheme = second || look === THEMES.dark ? "dark" : "light";
    found.style.setProperty("--rows", this.#rows());
  }

  #lockFields() {
    for (const each of this.#parts.form.querySelectorAll("[data-of]")) each.hidden = this.#locked(each.dataset.of);
  }

  /* What stands in the form, as the visitor's choice; a field left empty is empty on purpose. */
  #read() {
    const data = new FormData(this.#parts.form);
    const keep = (name, values) => { if (!this.#locked(name)) this.#chosen[name] = values.length ? values : [""]; };
    const near = data.get("near").trim();
    if (near !== (this.#site.asked?.near || this.#values("near") || [""])[0]) this.#chosen.ll = [];
    keep("near", [near]);
    keep("q", [data.get("q").trim()]);
    keep("need", words(data.get("need")));
    keep("open", data.getAll("open"));
    for (const name of new Set([...this.#parts.more.querySelectorAll("[name]")].map((each) => each.name))) keep(name, data.getAll(name));
  }

  #mark(id) {
    const { near } = this.#parts;
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", id]]) {
      if (id) near.setAttribute(name, value); else near.removeAttribute(name);
    }
  }

  /* Answers ---------------------------------------------------------------------------------------- */

  #show(answer) {
    const { site, said, results, total, query } = answer;
    const lang = TEXTS[site.lang] ? site.lang : "en";
    this.#site = site;
    if (lang !== this.#lang) {
      this.#lang = lang;
      this.#build();
    }
    const { heading, status, body, full } = this.#parts, say = this.#texts;
    this.#fill(site);
    heading.textContent = said.heading;
    status.textContent = said.summary;
    full.href = HOME + said.url;
    body.replaceChildren(
      make("div", { class: "notes soft" }, ...said.notes.map((note) => make("p", {}, note))),
      make("ol", { start: said.first }, ...results.map((each) => this.#result(each, site))),
      this.#suggestions(answer),
      results.length ? "" : this.#lines(),
      said.pages > 1 ? this.#pages(query.page, said.pages) : "");
    this.#tell("results", { total, page: query.page, ids: results.map(({ id }) => id) });
  }

  #fill({ needs, groups, asked }) {
    const { form, need, near, q, open, more } = this.#parts;
    const wanted = need.dirty ? need.value : (asked.need || []).join(" ");
    need.replaceChildren(...needs.map(([value, label]) => make("option", { value }, label)));
    need.value = wanted;
    if (need.selectedIndex < 0) need.selectedIndex = 0;
    for (const field of [near, q]) if (!field.dirty) field.value = (asked[field.name] || [""])[0];
    if (!open.dirty) open.checked = (asked.open || [])[0] === "now";
    more.replaceChildren(...groups.filter(({ name }) => !this.#locked(name)).map((group) => this.#group(group, asked)));
    for (const field of [near, q, need, open]) field.dirty = false;
    this.#color();
    this.#lockFields();
    const { hidden } = form.querySelector("[data-of=q]");
    form.querySelector("details").hidden = hidden && !more.firstChild;
  }

  #group({ name, label, one, options }, asked) {
    if (one) {
      const select = make("select", { id: name, name, part: "input" }, ...options.map(([value, text]) => make("option", { value }, text)));
      select.value = options.find((each) => each[2])[0];
      return make("div", { class: "field" }, make("label", { for: name }, label), select);
    }
    const chosen = asked[name] || [];
    return make("fieldset", {}, make("legend", {}, label), ...options.map(([value, text, number]) =>
      make("label", { class: "tick" }, make("input", { type: "checkbox", name, value, checked: chosen.includes(value) }), text,
        number && make("span", { class: "soft" }, number))));
  }

  #result({ id, name, organization, is_example: example, own, card }, { name: site }) {
    const say = this.#texts, address = HOME + card.url;
    const select = (event) => {
      if (!this.#tell("select", { id, name, url: address }, true)) event.preventDefault();
    };
    const lang = this.#lang === "en" ? null : "en"; /* names are as the source wrote them */
    const details = (to, text, label) => {
      const made = link(address + to, { rel: "noreferrer", "aria-label": label, lang: label ? null : lang }, text);
      made.addEventListener("click", select);
      return made;
    };
    const place = [card.distance, card.where].filter(Boolean).join(" · ");
    const info = make("div", { class: "info" },
      own && make("span", { class: "mark", part: "own-mark" }, put(say.own, site)),
      make(`h${this.#parts.level + 1}`, { class: "name", part: "name" }, details("", name), example ? " " : "",
        example && make("span", { class: "mark is-example" }, say.example)),
      organization !== name && organization && make("p", { class: "soft", lang }, organization),
      card.what && make("p", {}, card.what),
      place && make("p", {}, place, card.placed && make("span", { class: "soft" }, ` (${card.placed})`)),
      card.serves && make("p", {}, card.serves),
      card.time && make("p", { class: card.state === "open" ? "open" : "" }, card.time),
      ...card.capacity.map((room) => make("p", { class: "soft" }, room)));
    return make("li", { class: "result", part: own ? "result own" : "result" },
      info,
      make("div", { class: "acts" },
        card.tel && link(card.tel, { class: "call", part: "call" }, make("span", {}, put(say.call, card.phone)),
          card.extension && make("span", {}, ` ${put(say.ext, card.extension)}`)),
        card.join_url && link(card.join_url, { rel: "noreferrer" }, say.join),
        card.directions && details("#getting-there", say.way, `${say.way}: ${name}`),
        details("", say.details, `${say.details}: ${name}`)),
      make("p", { class: "soft" }, card.source));
  }

  #suggestions({ suggestions, said }) {
    if (!suggestions.length) return "";
    return make("div", { class: "stack" }, make(`h${this.#parts.level + 1}`, { class: "name" }, said.try), ...suggestions.map(({ text, query, total }) => {
      const button = make("button", { type: "button", class: "second", part: "button" }, `${text} (${total})`);
      button.addEventListener("click", () => {
        for (const [name, value] of Object.entries(query)) this.#chosen[name] = value == null || value === false ? [""] : [value === true ? 1 : value].flat().map(String);
        this.#ask({ focus: true });
      });
      return button;
    }));
  }

  #pages(page, last) {
    const say = this.#texts;
    const step = (text, to) => {
      const button = make("button", { type: "button", class: "second", part: "button", disabled: to < 1 || to > last }, text);
      button.addEventListener("click", () => this.#ask({ page: to, focus: true }));
      return button;
    };
    return make("div", { class: "pages", role: "group", "aria-label": say.pages }, step(say.back, page - 1), make("span", {}, put(say.page, page, last)), step(say.next, page + 1));
  }

  #lines() {
    const say = this.#texts;
    return make("ul", { class: "stack lines" }, make("li", {}, link("tel:988", {}, "988"), ` ${say.talk}`),
      make("li", {}, link("tel:+18006624357", {}, "1-800-662-4357"), ` ${say.seek}`));
  }

  /* Whatever went wrong: a sentence, the numbers that always answer, and a way on. */
  #fail(code, answer) {
    const { body, status, near } = this.#parts, say = this.#texts;
    const message = answer?.message || say.down;
    const again = make("button", { type: "button", class: "second", part: "button" }, say.again);
    again.addEventListener("click", () => this.#ask({ focus: true }));
    status.textContent = "";
    body.replaceChildren(make("div", { class: "stack wrong", role: "alert", part: "error", id: "error" }, make("p", {}, message)),
      code === 422 ? "" : this.#lines(),
      code === 403 || code === 422 ? "" : make("div", { class: "stack" }, again));
    if (answer?.fields?.near) {
      this.#mark("error");
      near.focus();
    }
    this.#tell("error", { code, error: answer?.error || "unreachable", message });
  }
}

customElements.define(TAG, RecoverySearch);
})();
