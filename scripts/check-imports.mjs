// pnpm imports: holds every import, dependency and project reference of the workspace against import-rules.mjs.

import { appRule, packageRules } from "./import-rules.mjs";
import { checkWorkspace } from "./lib/imports/check-workspace.mjs";
import { root } from "./lib/workspace.mjs";

const { problems, files, packages } = checkWorkspace(process.argv[2] ?? root, { packageRules, appRule });
for (const problem of problems) console.log(problem);
if (problems.length > 0) {
  console.log(`\n${problems.length} broken import rule${problems.length === 1 ? "" : "s"}; the rules are in scripts/import-rules.mjs`);
  process.exitCode = 1;
} else {
  console.log(`${files} source files of ${packages} packages keep the import rules`);
}
