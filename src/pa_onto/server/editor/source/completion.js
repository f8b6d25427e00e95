// Complete keywords, variables and the names that the loaded data use.
import { syntaxTree } from "@codemirror/language";
import { ask, read } from "./client.js";
import { shorten } from "./terms.js";

const KEYWORDS = `SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK WHERE FROM NAMED PREFIX BASE
 FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND AS EXISTS NOT IN UNDEF GROUP BY ORDER ASC DESC
 HAVING LIMIT OFFSET COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES
 DATATYPE BOUND IRI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI
 CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS NOW UUID
 COALESCE IF SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE`.trim().split(/\s+/);

// All stop early, so that a store of any size answers at once.
const LABELLED = `
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term ?label WHERE {
  ?term skos:prefLabel|rdfs:label ?label .
  FILTER (ISIRI(?term) && LANG(?label) IN ("en", ""))
} LIMIT 4000`;
const PROPERTIES = `
SELECT DISTINCT ?term WHERE { { SELECT ?term WHERE { ?s ?term ?o } LIMIT 50000 } } LIMIT 1000`;
const CLASSES = `
SELECT DISTINCT ?term WHERE { { SELECT ?term WHERE { ?s a ?term } LIMIT 20000 } } LIMIT 1000`;

/** Return a source of completions over what an endpoint holds; it is asked when first needed. */
export function completions(endpoint, prefixes) {
  let names = null;
  return async (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (/^(Comment|String|IriRef)$/.test(node.name)) return null;
    const word = context.matchBefore(/[?$]\w*|[\w-]*:?[\w-]*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const text = context.state.doc.toString();
    if (/^[?$]/.test(word.text)) return { from: word.from, options: variables(text, word.text) };
    names ??= await vocabulary(endpoint, prefixes);
    return { from: word.from, options: [...KEYWORDS.map(keyword), ...names],
      validFor: /^[\w-]*:?[\w-]*$/ };
  };
}

const keyword = (label) => ({ label, type: "keyword", boost: 1 });

function variables(text, typed) {
  const found = new Set(text.match(/[?$]\w+/g));
  if (text.split(typed).length < 3) found.delete(typed);
  return [...found].sort().map((label) => ({ label, type: "variable" }));
}

async function vocabulary(endpoint, prefixes) {
  const answers = await Promise.all([LABELLED, PROPERTIES, CLASSES].map(async (query) => {
    try {
      return read((await ask(endpoint, query)).text).rows;
    } catch {
      return [];
    }
  }));
  const labels = new Map();
  for (const row of answers.flat()) {
    if (row.term.type !== "uri") continue;
    const name = shorten(row.term.value, prefixes);
    if (name === row.term.value) continue;
    if (!labels.get(name)) labels.set(name, row.label?.value ?? "");
  }
  return [...labels].map(([label, detail]) => ({
    label,
    detail: detail.slice(0, 60),
    type: "name",
    apply: (view, completion, from, to) => insert(view, label, from, to, prefixes),
  }));
}

/** Write a name, and declare its prefix unless the query does. */
function insert(view, name, from, to, prefixes) {
  const prefix = name.split(":")[0];
  const declared = new RegExp(`\\bPREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
  const changes = [{ from, to, insert: name }];
  const head = declared ? "" : `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
  const at = /^(?:#[^\n]*\n)*/.exec(view.state.doc.toString())[0].length;
  if (head) changes.unshift({ from: at, insert: head });
  view.dispatch({
    changes,
    selection: { anchor: from + head.length + name.length },
    userEvent: "input.complete",
  });
}
