import { ValueError } from "../errors.ts";
import { describe } from "../describe.ts";
import { type EntryKind, type Registry, suggest } from "../registry/registry.ts";
import { deserializeKerasObject, isSerializedObject } from "./deserialize.ts";
import { getDefaultRegistry } from "../registry/default.ts";
import { invalid } from "./field.ts";
import { isSerializable } from "./serialize.ts";

const isClass = (x: unknown): x is new () => unknown =>
  typeof x === "function" && typeof (x as { fromConfig?: unknown }).fromConfig === "function" && !isSerializable(x);

/**
 * What an identifier stands for: a string (looked up in `registry`, then among the package's `own` entries), the config of an object,
 * a class (made without options), or an object or function, which is returned as it is.
 *
 * @returns `invalid` (the symbol) for anything else.
 *
 * @throws ValueError for unknown names, with the nearest known ones.
 *
 * @example
 * const own = { relu: ops.relu };
 * resolveIdentifier("operations", own, "relu", createRegistry([])) === ops.relu; // true
 */
export function resolveIdentifier(kind: EntryKind, own: Readonly<Record<string, unknown>>, value: unknown, registry?: Registry): unknown {
  if (typeof value === "string") {
    const names = registry ?? getDefaultRegistry();
    if (typeof names.has !== "function" || typeof names.names !== "function")
      throw new ValueError(`[registry] the registry must be one that createRegistry made: received ${describe(names)}`);
    const entry = names.has(kind, value) ? names.get(kind, value) : Object.hasOwn(own, value) ? own[value] : undefined;
    if (entry === undefined) {
      const known = [...new Set([...Object.keys(own), ...names.names(kind)])];
      throw new ValueError(`[registry] unknown name ${JSON.stringify(value)} among ${kind}${suggest(value, known)}`);
    }
    return isClass(entry) ? new entry() : entry;
  }
  if (isClass(value)) return new value();
  if (typeof value === "function" || isSerializable(value)) return value;
  if (isSerializedObject(value)) return deserializeKerasObject(value, registry ?? getDefaultRegistry(), kind);
  return invalid;
}
