/** Loads what build-addon made. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the package that has the module at `url` in its src/ or dist/. */
const rootOf = (url) => dirname(dirname(fileURLToPath(url)));

export function loadAddon(url, file, title) {
  const path = join(rootOf(url), "build", "Release", file);
  if (!existsSync(path)) return { addon: null, problem: `the ${title} was not built (${path} is missing)` };
  try {
    return { addon: createRequire(url)(path), problem: null };
  } catch (error) {
    return { addon: null, problem: `the ${title} cannot be loaded (${error instanceof Error ? error.message.trim() : String(error)})` };
  }
}

export function buildAdvice(url) {
  return `Install a C++20 compiler (g++ or clang++), then run: node ${join(rootOf(url), "scripts", "build-native.mjs")}`;
}
