import { SerializationError } from "../errors.ts";
import { isSymbolic } from "../symbolic/symbolic-tensor.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import { nestArray } from "../tensor/nested.ts";
import { functionName, refuseUnnamed } from "./function-names.ts";
import { classOf, identityOf, type KerasIdentity } from "./identity.ts";
import { recordWritten } from "./sharing.ts";

/** An object that configs can hold. */
export interface Serializable {
  getConfig(): Record<string, unknown>;
  /** What it is called in configs, where that is not what its class is called. */
  readonly kerasIdentity?: KerasIdentity;
  /** What is needed to make its weights; null before it was built. */
  getBuildConfig?(): Record<string, unknown> | null;
  /** How it was compiled; null where it was not. */
  getCompileConfig?(): Record<string, unknown> | null;
}

/**
 * True for objects (also callable ones) that give a config.
 *
 * @example
 * isSerializable({ getConfig: () => ({}) }); // true
 */
export function isSerializable(x: unknown): x is Serializable & object {
  return ((typeof x === "object" && x !== null) || typeof x === "function") && typeof (x as Partial<Serializable>).getConfig === "function";
}

/**
 * Anything as the JSON that Keras 3 writes for it: objects as `{ module, class_name, config, registered_name }`, functions by name,
 * plain values, arrays and dictionaries as they are.
 *
 * @throws SerializationError for functions without a name, and for objects without `getConfig`.
 *
 * @example
 * serializeKerasObject([1, "same", null]); // [1, "same", null]
 * (serializeKerasObject(ops.relu) as { config: string }).config; // "relu"
 */
export function serializeKerasObject(object: unknown): unknown {
  if (object === null || object === undefined) return null;
  if (typeof object === "string" || typeof object === "number" || typeof object === "boolean") return object;
  if (typeof object === "bigint") return Number(object);
  if (Array.isArray(object)) return object.map(serializeKerasObject);
  if (isSymbolic(object)) {
    const { node, index } = object;
    return {
      class_name: "__keras_tensor__",
      config: { shape: [...object.shape], dtype: object.dtype, keras_history: [node.operation.name, node.index, index] },
    };
  }
  if (isTensorBase(object)) return serializeTensor(object);
  if (isSerializable(object)) return serializeInstance(object);
  if (typeof object === "function") {
    refuseUnnamed(object, "");
    const name = functionName(object);
    return { module: "builtins", class_name: "function", config: name, registered_name: "function" };
  }
  const prototype = Object.getPrototypeOf(object) as unknown;
  if (prototype === Object.prototype || prototype === null) return serializeEntries(object as Record<string, unknown>);
  throw new SerializationError(`[serialize] a ${classOf(object).name} cannot be written: it has no getConfig()`);
}

function serializeEntries(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, serializeKerasObject(value)]));
}

function serializeTensor(tensor: AnyTensor): unknown {
  const { dtype, shape } = tensor;
  return { class_name: "__tensor__", config: { value: serializeKerasObject(nestArray(tensor.dataSync(), dtype, shape)), dtype } };
}

function serializeInstance(object: Serializable & object): Record<string, unknown> {
  const { module, className, registeredName } = object.kerasIdentity ?? identityOf(classOf(object));
  const config: Record<string, unknown> = {
    module,
    class_name: className,
    config: object.getConfig(),
    registered_name: registeredName ?? null,
  };
  const build = object.getBuildConfig?.() ?? null;
  if (build !== null) config["build_config"] = serializeEntries(build);
  const compile = object.getCompileConfig?.() ?? null;
  if (compile !== null) config["compile_config"] = serializeEntries(compile);
  recordWritten(object, config);
  return config;
}
