// Packs every publishable package as `npm publish` would.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.mjs";
import { findPnpm } from "../setup.mjs";
import { listPackages, root } from "../workspace.mjs";

let packed;

/**
 * Packs all packages that are not private, once in a process. They must be built.
 *
 * @returns {Promise<{ name: string, path: string, tarball: string }[]>}
 */
export function packAll() {
  packed ??= pack();
  return packed;
}

async function pack() {
  const destination = join(root, "output/packed");
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination, { recursive: true });
  const [command, ...first] = await findPnpm();
  const result = [];
  for (const { name, path, manifest } of listPackages().filter((p) => !p.manifest.private)) {
    const tarball = join(destination, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
    const { code, output } = await run(command, [...first, "pack", "--out", tarball], { cwd: path });
    if (code !== 0) throw new Error(`packing ${name} failed:\n${output.trim()}`);
    result.push({ name, path, tarball });
  }
  return result;
}
