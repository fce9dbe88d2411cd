// Oracles: Python programs in packages/*/oracles that write the numbers which tests are held to. The first words of one are """Writes PATH …: what it
// is""", with paths from its package; an oracle that writes a folder owns all that is in it, and one that names no path belongs to no fixture.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listPackages } from "./workspace.mjs";

/** What tests read of the files in folders for them: data, and modules that Keras's values were written to. */
const isFixture = (path) =>
  /\/(testing|fixtures)\/(.*\.(json|h5|keras|tfevents|npy|npz|safetensors|onnx)|(.*\/)?keras-[^/]*\.ts)$/.test(path);

const filesIn = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : [];

/** Paths, from the package, that an oracle says it writes. */
export function pathsWritten(source) {
  const sentence = /^"""Writes ([^:]*):/.exec(source);
  return sentence === null ? [] : [...sentence[1].matchAll(/\bsrc\/[\w./-]+/g)].map(([path]) => path);
}

/**
 * @param {string} root
 * @returns {{ script: string, folder: string, fixtures: string[] }[]} the oracles that write fixtures; paths from the root, with "/"
 */
export function findOracles(root) {
  return listPackages(root).flatMap(({ folder, path }) =>
    filesIn(join(path, "oracles")).flatMap(({ name, parentPath }) => {
      const written = name.endsWith(".py") ? pathsWritten(readFileSync(join(parentPath, name), "utf8")) : [];
      return written.length === 0
        ? []
        : { script: `${folder}/oracles/${name}`, folder, fixtures: written.map((each) => `${folder}/${each}`) };
    }),
  );
}

/** Fixtures of packages that no oracle says it writes. */
export function fixturesWithoutOracle(root, oracles) {
  const owned = oracles.flatMap(({ fixtures }) => fixtures);
  return listPackages(root)
    .filter(({ isApp }) => !isApp)
    .flatMap(({ path }) => filesIn(join(path, "src")).map(({ name, parentPath }) => join(parentPath, name)))
    .map((path) => path.slice(root.length + 1).replaceAll("\\", "/"))
    .filter((path) => isFixture(path) && !owned.some((each) => path === each || path.startsWith(`${each}/`)));
}

/** Paths that oracles say they write and that are not there. */
export function missingFixtures(root, oracles) {
  return oracles.flatMap(({ script, fixtures }) =>
    fixtures.filter((path) => !existsSync(join(root, path))).map((path) => ({ script, path })),
  );
}
