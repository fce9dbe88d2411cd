import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "../workspace.mjs";

/**
 * A program that uses the built packages, as a bundler makes it for browsers.
 *
 * @param {string} input path of the program, which may import all that `neurite` does
 * @returns {Promise<{ fileName: string, code: string }[]>} the entry comes first
 * @throws {Error} where it would load a module that is not in it: of Node, or one that is not found
 */
export async function bundleForBrowsers(input) {
  const bundle = await rolldown({
    input,
    platform: "browser",
    // The program's own imports are the umbrella's dependencies; those of packages are theirs.
    resolve: { modules: ["node_modules", join(root, "packages/neurite/node_modules")] },
    // Reached only in Node, by imports inside functions.
    external: /^node:/,
    logLevel: "silent",
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const chunks = output.filter(({ type }) => type === "chunk");
  const own = new Set(chunks.map(({ fileName }) => fileName));
  const outside = chunks.flatMap(({ imports }) => imports.filter((name) => !own.has(name)));
  if (outside.length > 0) throw new Error(`a browser cannot load ${outside.join(", ")}`);
  return chunks.sort((a, b) => Number(b.isEntry) - Number(a.isEntry)).map(({ fileName, code }) => ({ fileName, code }));
}
