// node scripts/check-budgets.mjs [--write]: fails where a package, an import or a browser program is larger than scripts/budgets.json
// allows. --write makes that table anew: what was measured and a tenth more.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { limitsFor, overBudget } from "./lib/budgets/compare.mjs";
import { measureBudgets } from "./lib/budgets/measure.mjs";
import { readJson, root } from "./lib/workspace.mjs";

const table = join(root, "scripts/budgets.json");
const measured = await measureBudgets();
for (const figures of Object.values(measured)) console.table(figures);
if (process.argv.includes("--write")) {
  writeFileSync(table, `${JSON.stringify(limitsFor(measured), null, 2)}\n`);
} else {
  const lines = overBudget(measured, readJson(table));
  for (const line of lines) console.log(line);
  if (lines.length > 0) process.exitCode = 1;
}
