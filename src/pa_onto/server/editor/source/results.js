// Show answers: tables, yes or no, graphs, and what went wrong.
import { button, element } from "./dom.js";
import { compare, count, isNumber, shown } from "./terms.js";

const DRAWN = 200;
const LONGEST_TEXT = 200_000;

/** Return a table of rows that can be sorted; it draws some of them and says how many there are. */
export function table({ variables, rows }, known) {
  const body = element("tbody");
  const foot = element("div", { class: "foot" });
  const numbers = new Set(variables.filter((variable) => numeric(rows, variable)));
  let ordered = rows;
  let drawn = 0;

  function more(most) {
    const end = Math.min(drawn + most, ordered.length);
    const made = ordered.slice(drawn, end).map((row, at) => line(row, variables, drawn + at, numbers, known));
    body.append(...made);
    drawn = end;
    foot.replaceChildren();
    if (drawn === ordered.length) return;
    const next = Math.min(DRAWN * 5, ordered.length - drawn);
    foot.append(element("p", {}, `${count(drawn)} of ${count(ordered.length)} rows are shown; downloads hold all.`),
      button(`Show ${count(next)} more`, () => more(next), { class: "small" }));
  }

  function sort(variable, down) {
    ordered = [...rows].sort((one, other) => compare(one[variable], other[variable]));
    if (down) ordered.reverse();
    body.replaceChildren();
    drawn = 0;
    more(DRAWN);
  }

  more(DRAWN);
  const heads = headings(variables, numbers, sort);
  const made = element("table", {},
    element("caption", { class: "unseen" }, "Results; a heading sorts by its column"),
    element("thead", {}, element("tr", {}, element("th", { scope: "col", class: "number" }, element("span", { class: "unseen" }, "Row")), ...heads)), body);
  const scroller = element("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Table of results" }, made);
  return element("div", {}, scroller, foot);
}

function headings(variables, numbers, sort) {
  const heads = variables.map((variable) => {
    const head = element("th", { scope: "col", class: numbers.has(variable) ? "number" : null });
    head.append(button(variable, () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(variable, down);
    }));
    return head;
  });
  return heads;
}

/** Return whether a column holds nothing but numbers, as far as its first rows show. */
const numeric = (rows, variable) =>
  rows.slice(0, DRAWN).every((row) => !row[variable] || isNumber(row[variable]));

function line(row, variables, number, numbers, known) {
  const cells = variables.map((variable) => {
    const term = row[variable];
    return element("td", { class: numbers.has(variable) ? "number" : null }, ...(term ? [shown(term, known)] : []));
  });
  return element("tr", {}, element("td", { class: "number quiet" }, String(number + 1)), ...cells);
}

/** Return the answer to a yes-or-no question. */
export function verdict(boolean) {
  return element("p", { class: "verdict" }, boolean ? "Yes" : "No",
    element("span", { class: "quiet" }, boolean ? " true" : " false"));
}

/** Return a text as it is, its beginning where it is long. */
export function verbatim(text, label) {
  const cut = text.length > LONGEST_TEXT;
  const field = element("pre", { tabindex: "0", role: "region", "aria-label": label }, cut ? text.slice(0, LONGEST_TEXT) : text);
  if (!cut) return field;
  return element("div", {}, field, element("div", { class: "foot" }, element("p", {},
    `${count(LONGEST_TEXT)} of ${count(text.length)} characters are shown; downloads hold all.`)));
}

/** Return what is shown for a question that was not answered. */
export function failure(refusal, query) {
  const { place, details } = refusal;
  const parts = [element("h2", {}, refusal.message)];
  const text = place && query.split("\n")[place.line - 1];
  if (text) {
    const before = Array.from(text).slice(0, place.column - 1).join("");
    parts.push(element("pre", { class: "excerpt" }, element("span", { class: "quiet" }, `${place.line}  `), before,
      element("mark", {}, text.slice(before.length) || "⏎")));
  }
  if (details) parts.push(element("p", { class: "details" }, details));
  return element("div", { class: "failure", role: "alert" }, ...parts);
}
