// npm start [-- example [options]]: sets the checkout up and runs an example, by default the one that trains a network on handwritten digits.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectNode, run } from "./lib/run.mjs";
import { buildNative, buildPackages, checkNode, install, main } from "./lib/setup.mjs";
import { root } from "./lib/workspace.mjs";

const sources = join(root, "apps/examples/src");
const defaultExample = "mnist-mlp";

await main(async () => {
  const args = process.argv.slice(2);
  const example = args.length > 0 && !args[0].startsWith("-") ? args.shift() : defaultExample;
  if (!existsSync(join(sources, `${example}.ts`))) {
    throw new Error(`there is no example "${example}"; there are: ${exampleNames().join(", ")}`);
  }
  checkNode();
  await install();
  await buildNative();
  await buildPackages();
  const { code } = await run(projectNode(), [join(root, "apps/examples/dist", `${example}.js`), ...args], { show: true });
  return code;
});

function exampleNames() {
  return readdirSync(sources)
    .filter((file) => file.endsWith(".ts") && !file.includes(".test") && file !== "index.ts")
    .map((file) => file.slice(0, -3));
}
