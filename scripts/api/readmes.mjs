// node --conditions=source scripts/api/readmes.mjs <README.md>…: runs the programs in READMEs, those that import all that they name, against
// the sources, in a folder of their own. Prints what differs from the comments behind `console.log(…);`, and how many programs ran.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { agrees, parseValue, plain } from "./examples.mjs";
import { entryPoints } from "./public-api.mjs";

const files = new Map(entryPoints().map((entry) => [join(entry.package, entry.subpath), pathToFileURL(entry.file).href]));

/** The programs of a README: blocks of TypeScript with imports, of packages that are here. */
function programsOf(readme) {
  return [...readFileSync(readme, "utf8").matchAll(/^```ts\n(.*?)^```/gms)]
    .map(([, text]) => text)
    .filter((text) => text.startsWith("import ") && !text.includes("// …"));
}

/** The program with imports of sources, and with what it prints handed to `$print` with the comment behind it. */
function instrumented(text) {
  return text
    .replaceAll(/^(import .* from )"([^"]+)"/gm, (_, start, name) => `${start}"${files.get(name) ?? name}"`)
    .replaceAll(
      /^console\.log\((.*)\);(?: \/\/ (.*))?$/gm,
      (_, values, comment = "") => `await $print(${JSON.stringify(comment)}, ${values});`,
    );
}

const wrong = [];
globalThis.$print = async (comment, ...values) => {
  if (comment === "") return;
  const said = comment.split(/; |, (?![\d-])/)[0];
  const expected = values.length > 1 ? said.split(" ").map(parseValue) : [parseValue(said)];
  if (expected.includes(undefined) || expected.length !== values.length) return;
  const actual = await plain(values);
  if (!agrees(actual, expected)) wrong.push(`${JSON.stringify(actual)} is not ${comment}`);
};

const folder = mkdtempSync(join(tmpdir(), "neurite-readmes-"));
process.chdir(folder);
let ran = 0;
for (const readme of process.argv.slice(2)) {
  for (const [i, text] of programsOf(readme).entries()) {
    const program = join(folder, `${ran}-${i}.ts`);
    writeFileSync(program, instrumented(text));
    const before = wrong.length;
    try {
      await import(pathToFileURL(program).href);
      ran++;
    } catch (error) {
      if (error instanceof ReferenceError) continue;
      wrong.push(String(error));
    }
    for (let at = before; at < wrong.length; at++) wrong[at] = `${readme}: ${wrong[at]}`;
  }
}
process.chdir(tmpdir());
rmSync(folder, { recursive: true });
process.stdout.write(`\n${JSON.stringify({ wrong, ran })}\n`);
