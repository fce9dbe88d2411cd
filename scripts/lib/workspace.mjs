// What the scripts know about the workspace: where its packages are and what their manifests say.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Reads and parses a JSON file. */
export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * Every package and app of the workspace, sorted by folder.
 *
 * @param {string} [workspaceRoot]
 * @returns {{ folder: string, path: string, name: string, isApp: boolean, manifest: any }[]} `folder` as in "packages/core"
 */
export function listPackages(workspaceRoot = root) {
  const found = [];
  for (const group of ["packages", "apps"]) {
    const groupPath = join(workspaceRoot, group);
    if (!existsSync(groupPath)) continue;
    for (const entry of readdirSync(groupPath, { withFileTypes: true })) {
      const path = join(groupPath, entry.name);
      if (!entry.isDirectory() || !existsSync(join(path, "package.json"))) continue;
      const manifest = readJson(join(path, "package.json"));
      found.push({ folder: `${group}/${entry.name}`, path, name: manifest.name, isApp: group === "apps", manifest });
    }
  }
  return found.sort((a, b) => (a.folder < b.folder ? -1 : 1));
}
