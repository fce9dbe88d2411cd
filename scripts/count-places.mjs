// node scripts/count-places.mjs [--check]: writes into docs/architecture.md what it takes to add things, counted in the sources.
// With --check it writes nothing and fails where the page is stale. Lines are rounded, so that a small change leaves the page as it is.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countPlaces } from "./lib/places/count.mjs";
import { replaceBetween, renderPlaces } from "./lib/places/render.mjs";
import { root } from "./lib/workspace.mjs";

const page = join(root, "docs/architecture.md");
const before = readFileSync(page, "utf8");
const after = replaceBetween(before, renderPlaces(countPlaces(root)));
if (!process.argv.includes("--check")) writeFileSync(page, after);
else if (before !== after) {
  console.log("docs/architecture.md is stale: run pnpm count-places");
  process.exitCode = 1;
}
