// The second form of each package, for Node alone: one file instead of hundreds, which is imported several times as fast.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { listPackages } from "./workspace.mjs";

/**
 * Bundles the entry points of packages, those of `exports` that have a `source`, into their folders `bundle`, with source maps. What they import
 * from other packages stays an import. A folder `bundle` lies as deep as `src` and `dist` do, so that paths relative to a file there hold in all three.
 *
 * `dist`, a file for each module, remains for everything but Node: a bundler of browser programs leaves out whole modules, and can do less
 * with a bundle of bundles.
 *
 * @param {readonly { path: string, manifest: any }[]} [packages] as `listPackages` gives them; all if left out
 */
export async function bundlePackages(packages = listPackages()) {
  const { rolldown } = await import("rolldown");
  await Promise.all(packages.map((pkg) => bundlePackage(rolldown, pkg)));
}

async function bundlePackage(rolldown, { path, manifest }) {
  const input = entryPoints(path, manifest);
  if (Object.keys(input).length === 0) return;
  const bundle = await rolldown({
    input,
    platform: "node",
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    tsconfig: join(path, "tsconfig.json"),
    transform: { target: "es2022" },
    plugins: [{ name: "latin-1", generateBundle: (_, files) => Object.values(files).forEach(escapeBeyondLatin1) }],
    onLog: (level, log) => {
      if (level === "warn") throw new Error(`bundling ${manifest.name}: ${log.message}`);
    },
  });
  const folder = join(path, "bundle");
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    // Names of functions and classes are seen: in errors, in configs.
    keepNames: true,
    chunkFileNames: "[name]-[hash].js",
    // One file with all that several entry points need.
    codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] },
    sourcemap: true,
    // The sources are published beside it.
    sourcemapExcludeSources: true,
    comments: { legal: true, annotation: true, jsdoc: false },
  });
  await bundle.close();
  const written = new Set(output.flatMap(({ fileName }) => [fileName, `${fileName}.map`]));
  for (const file of readdirSync(folder)) if (!written.has(file)) rmSync(join(folder, file));
}

/** One character beyond makes V8 keep a whole file with two bytes for each. What is left of them stands in texts. */
function escapeBeyondLatin1(file) {
  if (file.type === "chunk")
    file.code = file.code.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function entryPoints(path, manifest) {
  const input = {};
  for (const { node, source } of Object.values(manifest.exports ?? {})) {
    if (node === undefined) continue;
    const file = join(path, source);
    if (!existsSync(file)) throw new Error(`${manifest.name} exports ${source}, which is not there`);
    input[node.slice("./bundle/".length, -".js".length)] = file;
  }
  return input;
}
