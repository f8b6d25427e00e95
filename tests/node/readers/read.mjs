// Reads JSON-LD documents with jsonld.js and prints the N-Quads of each as a JSON array.
// Standard input: {"url": …, "context": …, "documents": […]}. Nothing is fetched.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.argv[2] + "/");
const jsonld = require("jsonld");
const { url, context, documents } = JSON.parse(readFileSync(0, "utf8"));

async function documentLoader(wanted) {
  if (wanted !== url) throw new Error(`asks for ${wanted}`);
  return { contextUrl: null, documentUrl: url, document: context };
}

const found = [];
for (const document of documents) {
  found.push(await jsonld.toRDF(document, { documentLoader, format: "application/n-quads" }));
}
process.stdout.write(JSON.stringify(found));
