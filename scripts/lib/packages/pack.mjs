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
 * @returns {Promise<{ name: string, tarball: string }[]>}
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
  const { code, output } = await run(command, [
    ...first,
    "--recursive",
    "--filter=./packages/*",
    "pack",
    "--pack-destination",
    destination,
  ]);
  if (code !== 0) throw new Error(`packing failed:\n${output.trim()}`);
  return listPackages()
    .filter((p) => !p.manifest.private)
    .map(({ name, manifest }) => ({
      name,
      tarball: join(destination, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`),
    }));
}
