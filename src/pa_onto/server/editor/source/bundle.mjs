// Bundle the script of the query page and gather the licences of what is in it.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const OUT = process.argv[2];

// The tests compare this with the sources, so that nobody forgets to bundle them.
function sourcesDigest() {
  const names = readdirSync(".").filter((name) => /\.(js|mjs|json)$/.test(name)).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(readFileSync(name));
  return hash.digest("hex");
}

const result = await build({
  entryPoints: ["main.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
  banner: { js: `/* Licences: licenses.txt. Sources: sha256-${sourcesDigest()} */` },
});
writeFileSync(join(OUT, "editor.js"), result.outputFiles[0].contents);

const packages = new Set();
for (const path of Object.keys(result.metafile.inputs)) {
  const found = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
const texts = [...packages].sort().map((name) => {
  const folder = join("node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${about.version} (${about.license})\n\n${text}\n`;
});
const head = "editor.js holds these packages, each under its licence.\n";
writeFileSync(join(OUT, "licenses.txt"), [head, ...texts].join(`\n${"-".repeat(72)}\n\n`));
