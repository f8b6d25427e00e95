// Show RDF terms: IRIs short and linked, literals with their language or datatype.
import { element } from "./dom.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "long", "int", "short", "byte",
  "nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong"].map((name) => XSD + name));
const LONGEST = 280;
const SHOWN = 200;

/** Return an IRI as a prefixed name where one fits, the longest namespace first, else as it is. */
export function shorten(iri, prefixes) {
  let best = null;
  for (const [prefix, space] of Object.entries(prefixes)) {
    if (space && iri.startsWith(space) && (!best || space.length > best[1].length)) {
      best = [prefix, space];
    }
  }
  const local = best ? iri.slice(best[1].length) : "";
  return best && /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?$/u.test(local)
    ? `${best[0]}:${local}`
    : iri;
}

/** Return the address that a link to an IRI may have, null where it must stay text. */
export function address(iri, pages) {
  if (!/^https?:\/\/[^\s/]/i.test(iri)) return null;
  for (const [start, place] of Object.entries(pages)) {
    const rest = iri.slice(start.length);
    // A second slash would lead to another host.
    if (iri.startsWith(start) && !/^[/\\]/.test(rest)) return place + rest;
  }
  return iri;
}

/** Return whether a term is a number. */
export const isNumber = (term) => term?.type !== "uri" && NUMBERS.has(term?.datatype);

/** Return what shows a term of the SPARQL results format. */
export function shown(term, { prefixes, pages }) {
  if (term.type === "uri") return iri(term.value, prefixes, pages);
  if (term.type === "bnode") return element("span", { class: "blank" }, `_:${term.value}`);
  if (term.type === "triple") return triple(term.value, { prefixes, pages });
  return literal(term, prefixes);
}

function iri(value, prefixes, pages) {
  const text = shorten(value, prefixes);
  const target = address(value, pages);
  const content = folded(text);
  if (target === null || content.nodeName === "DETAILS") {
    return element("bdi", { class: "iri", title: text === value ? null : value }, content);
  }
  const outside = target === value;
  return element("a", {
    href: target,
    title: text === value ? null : value,
    target: "_blank",
    rel: outside ? "external noopener noreferrer" : "noopener",
  }, element("bdi", {}, content));
}

function literal(term, prefixes) {
  const language = term["xml:lang"];
  const text = element("bdi", { lang: language ?? null, dir: "auto", class: "text" },
    folded(term.value));
  const note = language ?? (term.datatype && term.datatype !== `${XSD}string` && !isNumber(term)
    ? shorten(term.datatype, prefixes) : "");
  return note ? element("span", {}, text, " ", element("small", { class: "note" }, note)) : text;
}

function triple({ subject, predicate, object }, known) {
  const parts = [subject, predicate, object].flatMap((part) => [" ", shown(part, known)]);
  return element("span", { class: "triple" }, "<<", ...parts, " >>");
}

function folded(text) {
  const characters = text.length > LONGEST ? Array.from(text) : [];
  if (characters.length <= LONGEST) return document.createTextNode(text);
  const head = characters.slice(0, SHOWN).join("");
  const summary = element("summary", {},
    element("span", { class: "head" }, `${head}… `),
    element("span", { class: "more" }, `${count(characters.length)} characters`));
  return element("details", {}, summary, element("div", {}, text));
}

/** Return a number with its thousands apart. */
export const count = (number) => number.toLocaleString("en");

/** Return what one term sorts by before another. */
export function compare(one, other) {
  if (!one || !other) return (other ? 1 : 0) - (one ? 1 : 0);
  if (isNumber(one) && isNumber(other)) return Number(one.value) - Number(other.value);
  return collator.compare(String(one.value), String(other.value));
}
const collator = new Intl.Collator("en", { numeric: true });
