// What the budgets are about, all of it countable: files and bytes, no times.

import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundleForBrowsers } from "../browser/bundle.mjs";
import { packAll } from "../packages/pack.mjs";
import { projectNode, run } from "../run.mjs";
import { root } from "../workspace.mjs";

/** Whose dependencies are all packages. */
const umbrella = join(root, "packages/neurite");
const here = fileURLToPath(new URL(".", import.meta.url));

/** What Node loads for the import of these. */
const imports = {
  "core, backend-cpu and layers": ["@neurite/core", "@neurite/backend-cpu", "@neurite/layers"],
  neurite: ["neurite"],
};

/** Programs in `programs/`, as a bundler makes them for a browser. */
const programs = ["one-operation", "train-on-webgpu"];

/**
 * Every figure by its name, in three tables. The packages must be built.
 *
 * @returns {Promise<Record<string, Record<string, number>>>}
 */
export async function measureBudgets() {
  const loaded = {};
  for (const [name, modules] of Object.entries(imports)) {
    const { files, KiB } = await loadedFiles(modules);
    loaded[`${name}: files`] = files;
    loaded[`${name}: KiB`] = KiB;
  }
  const browser = {};
  for (const name of programs) browser[`${name}: KiB, minified and gzipped`] = await browserSize(join(here, "programs", `${name}.mjs`));
  const packed = {};
  for (const { name, tarball } of await packAll()) packed[`${name}: KiB`] = Math.ceil(statSync(tarball).size / 1024);
  return { "loaded by Node": loaded, "in a browser": browser, packed };
}

async function loadedFiles(modules) {
  const { code, output } = await run(projectNode(), [join(here, "loaded-files.mjs"), ...modules], { cwd: umbrella });
  if (code !== 0) throw new Error(`importing ${modules.join(", ")} failed:\n${output.trim()}`);
  return JSON.parse(output);
}

async function browserSize(input) {
  const chunks = await bundleForBrowsers(input);
  return Math.ceil(chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0) / 1024);
}
