// node scripts/check-docs.mjs [--write | --count]: fails where an exported symbol lacks documentation and scripts/api/undocumented.json
// does not have it, or has what is documented by now. --write takes out of the list what is documented (and, where there is no list
// yet, begins it); it never adds to one. --count prints what lacks, by package.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareWithList, declarationsOf, lacks, undocumented } from "./api/documentation.mjs";
import { entryPoints, readPublicApi } from "./api/public-api.mjs";
import { readJson, root } from "./lib/workspace.mjs";

const list = join(root, "scripts/api/undocumented.json");
const found = undocumented(declarationsOf(readPublicApi(entryPoints().map(({ file }) => file)).values()));

if (process.argv.includes("--count")) {
  const counts = {};
  for (const lack of lacks)
    for (const key of found[lack]) (counts[key.split("/")[1]] ??= Object.fromEntries(lacks.map((each) => [each, 0])))[lack]++;
  console.table(counts);
} else if (process.argv.includes("--write")) {
  const listed = existsSync(list) ? readJson(list) : found;
  const kept = Object.fromEntries(lacks.map((lack) => [lack, listed[lack].filter((key) => found[lack].includes(key))]));
  writeFileSync(list, `${JSON.stringify(kept, null, 2)}\n`);
} else {
  const { added, gone } = compareWithList(found, readJson(list));
  for (const line of added) console.log(`undocumented ${line}`);
  for (const line of gone) console.log(`documented by now, ${line}: run node scripts/check-docs.mjs --write`);
  if (added.length + gone.length > 0) process.exitCode = 1;
}
