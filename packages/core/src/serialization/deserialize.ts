import type { DType } from "../dtypes/dtype.ts";
import { SerializationError } from "../errors.ts";
import { type EntryKind, entryKinds, type Registry, suggest } from "../registry/registry.ts";
import { tensor } from "../tensor/create.ts";
import type { NestedArray } from "../tensor/nested.ts";
import { recordRead, sharedObject } from "./sharing.ts";

/** An object as Keras writes it. */
export interface SerializedObject {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: unknown;
  readonly registered_name?: string | null;
  readonly build_config?: Record<string, unknown> | null;
  readonly compile_config?: Record<string, unknown> | null;
  readonly shared_object_id?: number;
}

/** A class that objects of configs can be made by. */
interface ConfigClass {
  fromConfig(config: Record<string, unknown>, registry: Registry): unknown;
}

/** What can be restored on an object beyond its config. */
interface Restorable {
  readonly built?: boolean;
  buildFromConfig?(config: Record<string, unknown>): void;
  compileFromConfig?(config: Record<string, unknown>, registry: Registry): void;
}

/**
 * True for the JSON of an object: a dictionary with a class name and a config.
 *
 * @example
 * isSerializedObject({ class_name: "Dense", config: { units: 3 } }); // true
 * isSerializedObject({ units: 3 }); // false
 */
export function isSerializedObject(json: unknown): json is SerializedObject {
  return typeof json === "object" && json !== null && typeof (json as SerializedObject).class_name === "string" && "config" in json;
}

function kindOf(module: string | null | undefined): EntryKind | null {
  const parts = (module ?? "").split(".").reverse();
  return (parts.find((part) => (entryKinds as readonly string[]).includes(part)) as EntryKind | undefined) ?? null;
}

/** The class or function of a name, of the kind its module tells or else of whichever kind has it. */
function find(names: readonly (string | null | undefined)[], hint: EntryKind | null, registry: Registry): unknown {
  const kinds = hint === null ? entryKinds : [hint, ...entryKinds.filter((kind) => kind !== hint)];
  for (const name of names) {
    if (typeof name !== "string") continue;
    for (const kind of kinds) if (registry.has(kind, name)) return registry.get(kind, name);
  }
  const wanted = String(names.findLast((name) => typeof name === "string"));
  const known = hint === null ? entryKinds.flatMap((kind) => registry.names(kind)) : registry.names(hint);
  throw new SerializationError(
    `[deserialize] nothing is called ${JSON.stringify(wanted)}${hint === null ? "" : ` among ${hint}`}${suggest(wanted, known)}. ` +
      `A class of your own must be in a plugin of the registry given`,
  );
}

/**
 * Makes what {@link serializeKerasObject} wrote. Classes and functions are looked up in `registry` and nowhere else: a config runs no code.
 *
 * @param hint The kind of thing expected, where a config that names no module (an older one) may be met.
 *
 * @throws SerializationError for names the registry does not know, for Python lambdas, and for configs that do not fit their class.
 *
 * @example
 * const registry = createRegistry([{ name: "mine", operations: { relu: ops.relu } }]);
 * deserializeKerasObject(serializeKerasObject(ops.relu), registry) === ops.relu; // true
 */
export function deserializeKerasObject(json: unknown, registry: Registry, hint: EntryKind | null = null): unknown {
  if (json === null || json === undefined) return null;
  if (typeof json === "string" || typeof json === "number" || typeof json === "boolean") return json;
  if (Array.isArray(json)) return json.map((item) => deserializeKerasObject(item, registry));
  if (!isSerializedObject(json)) {
    return Object.fromEntries(Object.entries(json as object).map(([key, value]) => [key, deserializeKerasObject(value, registry)]));
  }
  const { class_name: className } = json;
  if (className === "__lambda__") {
    throw new SerializationError(
      "[deserialize] the config holds a Python lambda, which cannot run here: replace it with a named function in a plugin",
    );
  }
  if (className === "__tensor__" || className === "__numpy__") {
    const { value, dtype } = json.config as { value: NestedArray; dtype: DType };
    return tensor(value, { dtype });
  }
  if (className === "__bytes__") return (json.config as { value: string }).value;
  if (className.startsWith("__")) throw new SerializationError(`[deserialize] a ${className} has no meaning outside of Python`);

  const kind = kindOf(json.module) ?? hint;
  if (className === "function")
    return find([json.registered_name === "function" ? null : json.registered_name, json.config as string], kind, registry);

  const shared = sharedObject(json.shared_object_id);
  if (shared !== undefined) return shared;
  const cls = find([json.registered_name, className], kind, registry) as Partial<ConfigClass>;
  if (typeof cls.fromConfig !== "function") {
    if (typeof cls === "function") return cls;
    throw new SerializationError(`[deserialize] ${JSON.stringify(className)} is in the registry, but is no class with fromConfig()`);
  }
  const object = cls.fromConfig((json.config ?? {}) as Record<string, unknown>, registry) as Restorable;
  if (json.build_config && object.built !== true) object.buildFromConfig?.(json.build_config);
  if (json.compile_config) object.compileFromConfig?.(json.compile_config, registry);
  recordRead(json.shared_object_id, object);
  return object;
}
