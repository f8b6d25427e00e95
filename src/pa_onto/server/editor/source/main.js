// The query page: pick an example, run it, read the answer.
import { ask, GRAPH, read, Refusal } from "./client.js";
import { button, byId, element } from "./dom.js";
import { openEditor } from "./editor.js";
import { failure, table, verbatim, verdict } from "./results.js";
import { count } from "./terms.js";

const FORMATS = {
  table: { CSV: "text/csv", TSV: "text/tab-separated-values", JSON: "application/sparql-results+json", XML: "application/sparql-results+xml" },
  boolean: { JSON: "application/sparql-results+json", XML: "application/sparql-results+xml" },
  graph: { Turtle: "text/turtle", "N-Triples": "application/n-triples", "JSON-LD": "application/ld+json", "RDF/XML": "application/rdf+xml" },
};
const ENDINGS = { CSV: "csv", TSV: "tsv", JSON: "json", XML: "xml", Turtle: "ttl", "N-Triples": "nt", "JSON-LD": "jsonld", "RDF/XML": "rdf" };
const FRAGMENT = "#query=";

const endpoint = byId("form").action;
const known = await (await fetch("query/examples.json")).json();
const field = openEditor(byId("editor"), shared() ?? byId("query").value, { endpoint, prefixes: known.prefixes, run });
let running = null;

byId("editor").hidden = false;
byId("query").hidden = true;
byId("query-label").addEventListener("click", () => field.focus());
byId("endpoint").textContent = endpoint;
for (const id of ["choose", "share", "keys"]) byId(id).hidden = false;
offerExamples();
byId("form").addEventListener("submit", (event) => { event.preventDefault(); run(); });
byId("stop").addEventListener("click", () => running?.abort());
byId("share").addEventListener("click", share);
window.addEventListener("hashchange", () => {
  const text = shared();
  if (text !== null && text !== field.text) field.text = text;
  chooseExample();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) run();
});
document.documentElement.dataset.ready = "";

function offerExamples() {
  const select = byId("example");
  const groups = new Map();
  select.append(element("option", { value: "", hidden: true }, "A query of your own"));
  known.examples.forEach((example, at) => {
    if (!groups.has(example.group)) groups.set(example.group, element("optgroup", { label: example.group }));
    groups.get(example.group).append(element("option", { value: String(at) }, example.title));
  });
  select.append(...groups.values());
  select.addEventListener("change", () => {
    field.text = aboutExample().query;
    field.clear();
  });
  chooseExample();
}

/** Show which example the query is, if it is one as it stands. */
function chooseExample() {
  const at = known.examples.findIndex((example) => example.query === field.text);
  byId("example").value = at < 0 ? "" : String(at);
  aboutExample();
}

function aboutExample() {
  const example = known.examples[byId("example").value];
  const hints = (example?.about ?? []).map((text) => {
    const [name] = text.split(":");
    return element("p", { class: "quiet" }, "Change ", element("code", {}, name), ` to another ${text.slice(name.length + 1).trim()}.`);
  });
  byId("about").replaceChildren(...(example ? [element("p", {}, example.description), ...hints] : []));
  return example;
}

async function run() {
  running?.abort();
  const mine = running = new AbortController();
  const query = field.text;
  const started = performance.now();
  field.clear();
  waiting(true);
  history.replaceState(null, "", FRAGMENT + encodeURIComponent(query));
  try {
    const answer = await ask(endpoint, query, mine.signal);
    const took = (performance.now() - started) / 1000;
    if (running === mine) say(present(answer, query), took);
  } catch (error) {
    if (running === mine) fail(error, query);
  } finally {
    if (running === mine) {
      running = null;
      waiting(false);
    }
  }
}

function waiting(so) {
  byId("stop").hidden = !so;
  byId("results").setAttribute("aria-busy", String(so));
  document.documentElement.classList.toggle("waiting", so);
  if (so) byId("status").textContent = "Running …";
}

function say(what, seconds) {
  byId("status").textContent = `${what} in ${seconds < 0.0995 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`}`;
}

function fail(error, query) {
  if (error.name === "AbortError") {
    byId("status").textContent = "Stopped.";
    return;
  }
  if (!(error instanceof Refusal)) throw error;
  byId("status").textContent = "";
  show(failure(error, query));
  if (error.place) field.mark(error.place, error.message + (error.details ? ` ${error.details}` : ""));
}

/** Show an answer and return what it is in words. */
function present({ media, text }, query) {
  if (media === GRAPH) {
    show(bar("graph", query, []), verbatim(text, "Graph as Turtle"));
    return "A graph";
  }
  const answer = read(text);
  if ("boolean" in answer) {
    show(bar("boolean", query, []), verdict(answer.boolean));
    return answer.boolean ? "Yes" : "No";
  }
  const rows = answer.rows.length;
  const said = rows === 1 ? "1 row" : `${count(rows)} rows`;
  const prefixes = { ...known.prefixes, ...declared(query) };
  const drawn = rows ? table(answer, { prefixes, pages: known.pages }) : element("p", { class: "nothing" }, "No rows: nothing matches.");
  const raw = verbatim(text, "Answer as JSON");
  raw.hidden = true;
  show(bar("table", query, views([["Table", drawn], ["Raw", raw]])), drawn, raw);
  return said;
}

function show(...parts) {
  const results = byId("results");
  results.replaceChildren(...parts);
  results.hidden = false;
}

/** Return buttons of which each shows one of several views. */
function views(choices) {
  const buttons = choices.map(([name, view], at) => button(name, () => {
    choices.forEach(([, other], number) => {
      other.hidden = other !== view;
      buttons[number].setAttribute("aria-pressed", String(other === view));
    });
  }, { "aria-pressed": String(at === 0), class: "small" }));
  return buttons;
}

function bar(kind, query, buttons) {
  const downloads = Object.entries(FORMATS[kind]).map(([name, media]) =>
    button(name, () => download(query, name, media), { class: "small", "aria-label": `Download ${name}` }));
  return element("div", { class: "bar" },
    ...(buttons.length ? [element("div", { class: "views", role: "group", "aria-label": "View" }, ...buttons)] : []),
    element("div", { class: "downloads", role: "group", "aria-label": "Download" }, element("span", { class: "quiet" }, "Download"), ...downloads));
}

async function download(query, name, media) {
  try {
    const { text } = await ask(endpoint, query, undefined, media);
    const place = URL.createObjectURL(new Blob([text], { type: media }));
    element("a", { href: place, download: `results.${ENDINGS[name]}` }).click();
    setTimeout(() => URL.revokeObjectURL(place), 60_000);
    byId("status").textContent = `results.${ENDINGS[name]} is downloaded.`;
  } catch (error) {
    fail(error, query);
  }
}

/** Return the prefixes that a query declares. */
function declared(query) {
  const found = query.matchAll(/\bPREFIX\s+([\w.-]*):\s*<([^<>"{}|^`\\\s]*)>/gi);
  return Object.fromEntries([...found].map(([, prefix, space]) => [prefix, space]));
}

/** Return the query in the address of the page, null when there is none. */
function shared() {
  if (!location.hash.startsWith(FRAGMENT)) return null;
  try {
    return decodeURIComponent(location.hash.slice(FRAGMENT.length));
  } catch {
    return null;
  }
}

async function share() {
  history.replaceState(null, "", FRAGMENT + encodeURIComponent(field.text));
  try {
    await navigator.clipboard.writeText(location.href);
    byId("status").textContent = "The link is copied.";
  } catch {
    byId("status").textContent = "The address of this page holds the query now: copy that.";
  }
}
