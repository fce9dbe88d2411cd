/** Ops of functional models as Keras writes them: `Mean(axis, keepdims)` in the config, the tensors in the arguments of the node. */
import { SerializationError } from "../errors.ts";
import type { Registry } from "../registry/registry.ts";
import { type OpCall, opInfo, OpCall as OpCallClass } from "../symbolic/define-op.ts";
import { type KerasOperation, kerasOperations, unnamedOperations } from "../symbolic/keras-operations.ts";
import type { SymbolicNode, SymbolicOperation } from "../symbolic/symbolic-tensor.ts";
import { isTensorBase } from "../tensor/base.ts";
import type { SerializedObject } from "./deserialize.ts";

type Json = Record<string, unknown>;

/** The arguments of an application: positional ones, and keywords. */
export interface Application {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Json>;
}

const module = "keras.src.ops.";

/** Ops of neurite that Keras writes as another. */
const sameAs: Readonly<Record<string, string>> = {
  abs: "absolute",
  conj: "conjugate",
  "image.extract_patches_3d": "image.extract_patches",
};

let byOp: ReadonlyMap<string, string> | null = null;

/** The class that Keras writes an op as, with its module: "numpy.Mean". */
function classNameOf(op: string): string | undefined {
  byOp ??= new Map(
    Object.entries(kerasOperations)
      .map(([className, [name]]) => [name, className] as const)
      .reverse(),
  );
  return byOp.get(sameAs[op] ?? op);
}

/** A name whatever its case and underscores: "xMin", "x_min" and "xmin" are one. */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** What was given to an op, by the plain names of its parameters; operands that are many in one list. */
function givenTo({ op }: OpCall, { args, kwargs }: Pick<SymbolicNode, "args" | "kwargs">): Map<string, unknown> {
  const { params } = opInfo(op) as { readonly params: readonly string[] };
  const given = new Map<string, unknown>();
  const many = params.find((name, i) => params.indexOf(name) !== i);
  for (const [i, arg] of args.entries()) {
    const name = params[i] as string;
    if (name !== many) given.set(plain(name), arg);
    else if (isOptions(arg)) for (const [key, value] of Object.entries(arg)) given.set(plain(key), value);
    else given.set(plain(name), [...((given.get(plain(name)) as unknown[] | undefined) ?? []), arg]);
  }
  for (const [key, value] of Object.entries(kwargs)) given.set(plain(key), value);
  return given;
}

const isOptions = (x: unknown): x is Json => typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/** `key` and the parameter of the op that it stands for. */
function parameterOf(key: string): readonly [key: string, parameter: string] {
  const [own, parameter = own] = key.split("=") as [string, string?];
  return [own, parameter];
}

/**
 * The op as Keras writes it, without what is given at each application.
 *
 * @param node An application of it: the config holds its options.
 *
 * @throws SerializationError for an op that Keras has not.
 *
 * @example
 * // Of output = ops.relu(input), with input symbolic:
 * serializeOperation(output.node.operation, output.node, serializeKerasObject); // { module: "keras.src.ops.nn", class_name: "Relu", … }
 */
export function serializeOperation(call: OpCall, node: SymbolicNode, encode: (value: unknown) => unknown): Json {
  const [className, [, , keys = {}]] = kerasEntry(call);
  const given = givenTo(call, node);
  const config: Json = unnamedOperations.has(className) ? {} : { name: call.name };
  for (const [key, value] of Object.entries(keys)) {
    const [own, parameter] = parameterOf(key);
    config[own] = encode(given.get(plain(parameter)) ?? value);
  }
  const [file, name] = className.split(".") as [string, string];
  return { module: `${module}${file}`, class_name: name, config, registered_name: name };
}

function kerasEntry(call: OpCall): readonly [className: string, entry: KerasOperation] {
  const op = opInfo(call.op)?.name ?? call.name;
  const className = classNameOf(op);
  if (className === undefined) {
    throw new SerializationError(
      `[Model] operation ${JSON.stringify(call.name)} cannot be written: Keras has no operation ${op}. Put it into a layer`,
    );
  }
  return [className, kerasOperations[className] as KerasOperation];
}

/**
 * The arguments of one application as Keras writes them.
 *
 * @throws SerializationError for an op that Keras has not.
 *
 * @example
 * // Of output = ops.relu(input), with input symbolic:
 * serializeApplication(output.node.operation, output.node); // { args: [input], kwargs: {} }
 */
export function serializeApplication(call: OpCall, node: SymbolicNode): Application {
  const [className, [, names, , keywords = {}]] = kerasEntry(call);
  const given = givenTo(call, node);
  const args = names.flatMap((name) =>
    name.startsWith("*") ? (given.get(plain(name.slice(1))) as unknown[]) : [given.get(plain(name)) ?? null],
  );
  const kwargs = Object.entries(keywords).map(([key, value]) => {
    const [own, parameter] = parameterOf(key);
    return [own, given.get(plain(parameter)) ?? value ?? null];
  });
  return { args: className === "numpy.GetItem" ? [args[0], sliceConfig(args[1])] : args, kwargs: Object.fromEntries(kwargs) as Json };
}

/**
 * True for the config of an op: its module is one of those in which Keras keeps them.
 *
 * @example
 * isOperationConfig({ module: "keras.src.ops.nn", class_name: "Relu", config: {} }); // true
 * isOperationConfig({ module: "keras.layers", class_name: "ReLU", config: {} }); // false
 */
export function isOperationConfig(json: SerializedObject): boolean {
  return typeof json.module === "string" && json.module.startsWith(module);
}

/**
 * Makes an op of its config. What `apply` takes are the arguments that Keras writes.
 *
 * @param registry Ops are entries of kind "operations", by the names they have in keras.ops.
 *
 * @throws SerializationError for an op that the registry does not know.
 *
 * @example
 * const json = { module: "keras.src.ops.nn", class_name: "Relu", config: {}, registered_name: "Relu" };
 * deserializeOperation(json, "relu", createRegistry([opsPlugin])).name; // "relu"
 */
export function deserializeOperation(json: SerializedObject, name: string, registry: Registry): SymbolicOperation {
  const config = (json.config ?? {}) as Json;
  const className = `${String(json.module).slice(module.length)}.${json.class_name}`;
  const entry = kerasOperations[className];
  const opName = entry === undefined ? className : nameOfOp(className, entry, config);
  if (entry === undefined || !registry.has("operations", opName)) {
    throw new SerializationError(
      `[Model] the file applies ${className} of keras.ops${entry === undefined ? "" : ` (${opName})`}, which is not among the operations of the registry. ` +
        `neurite's own are in opsPlugin`,
    );
  }
  const op = registry.get("operations", opName) as (...args: never[]) => unknown;
  const call = new OpCallClass(op, name);
  return {
    name,
    apply(args, kwargs) {
      const given = argumentsOf(op, entry, config, args, kwargs);
      return call.apply(given.args, given.kwargs);
    },
  };
}

/** Patches of images and of volumes are one class. */
function nameOfOp(className: string, [op]: KerasOperation, { size }: Json): string {
  return className === "image.ExtractPatches" && Array.isArray(size) && size.length === 3 ? "image.extract_patches_3d" : op;
}

/** Keras's arguments as those of the op: its required parameters in order, the rest as options unless it is what the op does anyway. */
function argumentsOf(op: unknown, entry: KerasOperation, config: Json, args: readonly unknown[], kwargs: Readonly<Json>): Application {
  const [, names, keys = {}, keywords = {}] = entry;
  const { params } = opInfo(op) as { readonly params: readonly string[] };
  const given = new Map<string, unknown>();
  const options: Json = {};
  const give = (parameter: string, value: unknown, usual: unknown): void => {
    if (params.some((param) => plain(param) === plain(parameter))) given.set(plain(parameter), value);
    else if (value !== undefined && value !== null && !isSame(value, usual)) options[camelCase(parameter)] = value;
  };
  for (const [key, usual] of Object.entries({ ...keys, ...keywords })) {
    const [own, parameter] = parameterOf(key);
    give(parameter, own in kwargs ? kwargs[own] : own in config ? config[own] : usual, usual);
  }
  const many = names.at(-1)?.startsWith("*") === true ? names.length - 1 : Infinity;
  names.slice(0, many).forEach((name, i) => give(name, i < args.length ? args[i] : kwargs[name], null));
  const operands = args.slice(many === Infinity ? args.length : many);
  if (opInfo(op)?.name === "get_item") given.set("key", indexKey(given.get("key")));
  const head = params.filter((param, i) => params.indexOf(param) === i).filter((param) => given.has(plain(param)));
  return { args: [...head.map((param) => given.get(plain(param))), ...operands], kwargs: options };
}

function isSame(value: unknown, usual: unknown): boolean {
  return (
    !isTensorBase(value) &&
    typeof value !== "function" &&
    (value === usual || (Array.isArray(value) && JSON.stringify(value) === JSON.stringify(usual)))
  );
}

/** A Python index as a key of `getItem`. */
function indexKey(json: unknown): unknown {
  const one = (item: unknown): unknown => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    const { class_name: name, config } = item as { class_name?: string; config?: { start: unknown; stop: unknown; step: unknown } };
    if (name === "__slice__" && config !== undefined) return [config.start, config.stop, config.step];
    return name === "__ellipsis__" ? "..." : item;
  };
  if (Array.isArray(json)) return json.map(one);
  return typeof json === "number" || isTensorBase(json) ? json : [one(json)];
}

/** A key of `getItem` as a Python index. */
function sliceConfig(key: unknown): unknown {
  const one = (item: unknown): unknown => {
    if (item === "...") return { class_name: "__ellipsis__", config: {} };
    if (item !== ":" && !Array.isArray(item)) return item;
    const [start = null, stop = null, step = null] = item === ":" ? [] : (item as (number | null)[]);
    return { class_name: "__slice__", config: { start, stop, step } };
  };
  return Array.isArray(key) ? key.map(one) : one(key);
}
