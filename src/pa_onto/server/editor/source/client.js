// Ask the endpoint, and say what went wrong in words.

const SOLUTIONS = "application/sparql-results+json";
export const GRAPH = "text/turtle";

/** A question that was not answered: what to say, and where in the query the fault is. */
export class Refusal extends Error {
  constructor(headline, details = "", place = null) {
    super(headline);
    this.details = details;
    this.place = place;
  }
}

/** Send a query; return the media type and the text of the answer. Throws Refusal. */
export async function ask(endpoint, query, signal, accept = `${SOLUTIONS}, ${GRAPH};q=0.9`) {
  let reply;
  let text;
  try {
    reply = await fetch(endpoint, {
      method: "POST",
      headers: { accept, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ query }),
      credentials: "omit",
      signal,
    });
    text = await reply.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal("The server does not answer.", "Is it still running? Try again.");
  }
  if (!reply.ok) throw refusal(reply.status, text.trim());
  return { media: (reply.headers.get("content-type") ?? "").split(";")[0].trim(), text };
}

/** Return the rows, with their variables, or the boolean of an answer. Throws Refusal. */
export function read(text) {
  try {
    const answer = JSON.parse(text);
    if (typeof answer.boolean === "boolean") return { boolean: answer.boolean };
    return { variables: answer.head.vars, rows: answer.results.bindings };
  } catch {
    throw new Refusal("The answer cannot be read.", text.slice(0, 500));
  }
}

function refusal(status, text) {
  const found = /error at (\d+):(\d+):?\s*(.*)/s.exec(text);
  if (found) {
    const [line, column] = [Number(found[1]), Number(found[2])];
    return new Refusal(`Not SPARQL at line ${line}, column ${column}.`, sentence(found[3]),
      { line, column });
  }
  if (status === 503) return new Refusal("The query was not answered.", text);
  return new Refusal(status < 500 ? "The query is refused." : "The server failed.", text);
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
