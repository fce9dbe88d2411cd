// Brings a fresh checkout to the point where everything runs: dependencies installed, native backend and packages built.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundlePackages } from "./bundle.mjs";
import { elapsed, projectNode, run, tool } from "./run.mjs";
import { listPackages, readJson, root } from "./workspace.mjs";

const minimumNode = [20, 19];

/** Throws unless the running Node is new enough. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1])) return;
  throw new Error(`neurite needs Node ${minimumNode.join(".")} or newer, and this is ${process.versions.node}`);
}

/**
 * How to call the pnpm version named in package.json: the one in PATH where it is that version, else npx, which keeps its own copy and installs nothing globally.
 *
 * @returns {Promise<readonly string[]>} the command and its first arguments
 */
export async function findPnpm() {
  const wanted = readJson(join(root, "package.json")).packageManager.split("@")[1];
  // Asked outside the checkout, where no packageManager field makes pnpm answer for another version.
  const present = await run("pnpm", ["--version"], { cwd: tmpdir() });
  if (present.code === 0 && present.output.trim() === wanted) return ["pnpm"];
  return ["npx", "--yes", `pnpm@${wanted}`];
}

/** Installs what the lockfile names, unless that was done already for the same lockfile and manifests. */
export async function install() {
  const stamp = join(root, "node_modules", ".neurite-installed");
  const state = installState();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return;
  const start = performance.now();
  process.stdout.write("Installing packages ... ");
  const [command, ...first] = await findPnpm();
  // The one install script there is builds the native backend: buildNative does that, and says so.
  const { code, output } = await run(command, [...first, "install", "--frozen-lockfile", "--ignore-scripts"]);
  if (code !== 0) {
    console.log("failed");
    throw new Error(`pnpm install failed:\n${output.trim()}`);
  }
  writeFileSync(stamp, state);
  console.log(elapsed(start));
}

function installState() {
  const hash = createHash("sha256");
  const files = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...listPackages().map((p) => `${p.folder}/package.json`)];
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return `${process.platform}-${process.arch} ${hash.digest("hex")}\n`;
}

/** Builds the native backends. Without a compiler that prints a line for each and is no failure, unless NEURITE_REQUIRE_NATIVE is set. */
export async function buildNative() {
  const notice = setTimeout(() => console.log("Building the native backends: about a minute, once"), 2000);
  for (const name of ["backend-cpu", "backend-cuda"]) {
    const { code, output } = await run(projectNode(), [join(root, "packages", name, "scripts/build-native.mjs")]);
    if (code !== 0) throw new Error(`building ${name} failed:\n${output.trim()}`);
    if (output.trim() !== "") console.log(output.trim());
  }
  clearTimeout(notice);
}

/** Builds every package and app with `tsc -b`, which does nothing where nothing changed, and the packages' bundles. */
export async function buildPackages() {
  const start = performance.now();
  const [{ code, output }] = await Promise.all([run(tool("tsc"), ["-b"]), bundlePackages()]);
  if (code !== 0) throw new Error(`tsc -b failed:\n${output.trim()}`);
  if (performance.now() - start > 2000) console.log(`Built the packages in ${elapsed(start)}`);
}

/** Runs a script's main function: an error is printed as its message alone and ends the process with code 1. */
export async function main(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
