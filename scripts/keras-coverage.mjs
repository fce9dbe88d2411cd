// node scripts/keras-coverage.mjs [--check]: writes docs/keras-coverage.md, which names of Keras neurite has, from its real exports.
// With --check it writes nothing and fails where the page is stale. Run with --conditions=source.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { entryPoints, readPublicApi } from "./api/public-api.mjs";
import { compareApis } from "./keras-coverage/compare.mjs";
import { renderCoverage } from "./keras-coverage/render.mjs";
import { readJson, root } from "./lib/workspace.mjs";

const page = join(root, "docs/keras-coverage.md");
const { version, ...keras } = readJson(join(root, "scripts/keras-coverage/keras-api.json"));
const entries = entryPoints().filter((entry) => entry.package === "neurite");
const api = readPublicApi(entries.map(({ file }) => file));

/** Symbols by entry point and, within namespaces, by path: "./layers", ".:ops", ".:ops.image". */
const tables = new Map();
/** The values that the entry points really export, at the same keys. */
const modules = new Map();
function collect(key, symbols, values) {
  tables.set(key, new Map(symbols.map((symbol) => [symbol.name, symbol])));
  modules.set(key, values);
  for (const { name, kind, members } of symbols) {
    if (kind === "namespace") collect(key.includes(":") ? `${key}.${name}` : `${key}:${name}`, members, values[name] ?? {});
  }
}
for (const { subpath, file } of entries) collect(subpath, api.get(file), await import(pathToFileURL(file).href));

function find({ entry, also = [], namespace }, name) {
  for (const subpath of [entry, ...also]) {
    const key = namespace === undefined ? subpath : `${subpath}:${namespace}`;
    const symbol = tables.get(key)?.get(name);
    if (symbol !== undefined && symbol.kind !== "type") return { ...symbol, value: modules.get(key)[name] };
  }
  return undefined;
}

const { fieldsOf } = modules.get(".");
/** Defaults that a class declares as fields; null where it has none. */
function fieldDefaults({ kind, value }) {
  const fields = kind === "class" ? fieldsOf(value) : [];
  return fields.length === 0 ? null : new Map(fields.map((field) => [field.name, plainDefault(field)]));
}

function plainDefault(field) {
  if (field.required) return undefined;
  const value = field.default;
  return value === null || ["string", "number", "boolean"].includes(typeof value) || Array.isArray(value) ? value : undefined;
}

const text = renderCoverage(version, compareApis(keras, find, fieldDefaults));
if (!process.argv.includes("--check")) writeFileSync(page, text);
else if (readFileSync(page, "utf8") !== text) {
  console.log("docs/keras-coverage.md is stale: run pnpm keras-coverage");
  process.exitCode = 1;
}
