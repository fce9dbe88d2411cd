// node scripts/oracles.mjs [part of a path ...]: runs the oracles in packages/*/oracles with the Python that NEURITE_PYTHON names (it needs Keras,
// TensorFlow and SciPy), or those whose paths have one of the parts. They write the fixtures that tests are held to. With --check it runs nothing
// and fails where a fixture has no oracle, or an oracle no fixture.

import { delimiter, join } from "node:path";
import { findOracles, fixturesWithoutOracle, missingFixtures } from "./lib/oracles.mjs";
import { elapsed, run, tool } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const oracles = findOracles(root);
const parts = process.argv.slice(2);

if (parts.includes("--check")) {
  const lines = [
    ...fixturesWithoutOracle(root, oracles).map((path) => `${path}: no program in oracles of its package says that it writes this`),
    ...missingFixtures(root, oracles).map(({ script, path }) => `${script}: there is no ${path}`),
  ];
  for (const line of lines) console.log(line);
  process.exitCode = lines.length > 0 ? 1 : 0;
} else {
  const python = process.env.NEURITE_PYTHON;
  if (!python) throw new Error("NEURITE_PYTHON names no Python");
  const env = { ...process.env, PYTHONPATH: [join(root, "scripts/oracles"), process.env.PYTHONPATH ?? ""].join(delimiter) };
  for (const { script, folder } of oracles.filter(({ script }) => parts.length === 0 || parts.some((part) => script.includes(part)))) {
    const start = performance.now();
    const { code, output } = await run(python, [join(root, script)], { env, cwd: join(root, folder) });
    if (code !== 0) throw new Error(`${script} failed:\n${output}`);
    console.log(`${script} (${elapsed(start)})`);
  }
  await run(tool("oxfmt"), []);
}
