// What adding an op, a layer, a primitive or a backend takes: counted for those there are.

import { join } from "node:path";
import { readSources, roundedLines } from "./sources.mjs";

/** Names that mean nothing else in the sources. */
const elementwise = ["atan2", "erf", "expm1", "log1p", "rsqrt"];
const structured = [
  "argreduce",
  "argsort",
  "cholesky",
  "cumulative",
  "reduce_window",
  "triangular_solve",
  "window_gather",
  "window_scatter",
];

const typescript = /\.ts$/;
const native = /\.(cpp|h)$/;
const backends = ["reference", "cpu", "webgpu", "cuda"];

/**
 * @param {string} root the repository
 * @returns {{ op: number, layer: number, primitives: { kind: string, parts: { part: string, files: number }[] }[],
 *   backends: { name: string, typescript: number, native: number }[] }} medians of files, and lines of code
 */
export function countPlaces(root) {
  const sources = (name, extension = typescript) => readSources(join(root, "packages", name, "src"), extension);
  const ops = sources("core").filter(({ path }) => path.startsWith("ops/"));
  const layers = sources("layers");
  const parts = [
    ["core", sources("core").filter(({ path }) => path.startsWith("primitives/"))],
    ["compiler", sources("compiler")],
    ...backends.map((name) => [`backend-${name}`, [...sources(`backend-${name}`), ...sources(`backend-${name}`, native)]]),
  ];
  const primitives = Object.entries({ elementwise, structured }).map(([kind, names]) => ({
    kind,
    parts: parts.map(([part, files]) => ({ part, files: median(names.map((name) => naming(files, name))) })),
  }));
  return {
    op: median(definedIn(ops, /^export const (\w+)\b.*= (?:\w+O|o)p\(/gm).map((name) => holding(ops, name))),
    layer: median(
      definedIn(layers, /^export class (\w+) extends/gm)
        .filter(isRegistered(layers))
        .map((name) => holding(layers, name)),
    ),
    primitives,
    backends: backends.map((name) => ({
      name,
      typescript: roundedLines(sources(`backend-${name}`)),
      native: roundedLines(sources(`backend-${name}`, native)),
    })),
  };
}

function definedIn(sources, pattern) {
  return sources.flatMap(({ code }) => [...code.matchAll(pattern)].map((match) => match[1]));
}

function isRegistered(layers) {
  const plugin = layers.find(({ path }) => path === "plugin.ts");
  return (name) => new RegExp(`\\b${name}\\b`).test(plugin?.code ?? "");
}

/** Files that define, export or register a name: its own, an index, the plugin. */
function holding(sources, name) {
  const word = new RegExp(`\\b${name}\\b`);
  const own = new RegExp(`^export (const|class) ${name}\\b`, "m");
  const from = (code) => code.split(/;$/m).some((statement) => /^\s*export \{/.test(statement) && word.test(statement));
  return sources.filter(({ path, code }) => own.test(code) || (path === "plugin.ts" && word.test(code)) || from(code) || reexports(path, code, sources, own)).length; // prettier-ignore
}

/** Whether a file has `export *` of the file that defines the name. */
function reexports(path, code, sources, own) {
  const folder = path.split("/").slice(0, -1);
  return [...code.matchAll(/^export \* from "\.\/(.+)"/gm)].some(([, target]) => {
    const file = [...folder, target].join("/");
    return sources.some((source) => source.path === file && own.test(source.code));
  });
}

/** Files that name a primitive, in whatever spelling: window_scatter, windowScatter, WindowScatter. */
function naming(sources, name) {
  const word = new RegExp(`(?<![a-z])${name.replaceAll("_", "_?")}(?![a-z])`, "i");
  return sources.filter(({ path, code }) => word.test(code) || word.test(path)).length;
}

/** The lower of the two middle ones, so that it is a count that occurs. */
export function median(numbers) {
  if (numbers.length === 0) throw new Error("nothing was found to count: the sources are not where they were");
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
}
