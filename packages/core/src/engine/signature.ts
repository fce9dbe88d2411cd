/** What distinguishes one trace of a function from another: its arguments, apart from the elements of tensors and plain numbers. */
import type { Backend } from "../backend/backend.ts";
import { describe } from "../describe.ts";
import { DeviceError, DisposedError, ValueError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { isTensorBase } from "../tensor/base.ts";
import { isVariable } from "../tensor/variable.ts";
import { mapTree } from "../tree.ts";
import { context } from "./context.ts";
import { identity, intern, KeyWriter } from "./key-writer.ts";

const mark = { tensor: -201, number: -202, array: -203, object: -204, end: -205, identity: -206 } as const;

/** One call's arguments: what is passed at run time, and (in `key`, until the next call is looked at) what the trace is looked up by. */
export interface Arguments {
  readonly key: KeyWriter;
  readonly tensors: readonly Value[];
  readonly numbers: readonly number[];
  /** That of the tensors, else the default one; null while that was not chosen. */
  readonly device: Backend | null;
}

const key = new KeyWriter();

/**
 * Tensors count by dtype and shape, plain numbers not at all, other plain values by value; variables, functions and objects of classes
 * are themselves.
 * @throws ValueError for typed arrays, whose contents would become constants of the trace; DeviceError for tensors on two devices.
 */
export function readArguments(what: string, args: readonly unknown[]): Arguments {
  const tensors: Value[] = [];
  const numbers: number[] = [];
  let device: Backend | null = null;
  const read = (item: unknown): void => {
    if (typeof item === "number") {
      key.put(mark.number);
      numbers.push(item);
    } else if ((typeof item !== "object" && typeof item !== "function") || item === null) {
      key.putItem(item);
    } else if (isTensorBase(item) && !isVariable(item)) {
      const { value } = item;
      if (value.disposed) throw new DisposedError(`[${what}] an argument was disposed: dispose() ends a tensor's life`);
      if (value.device !== null && value.device !== device) {
        if (device !== null)
          throw new DeviceError(`[${what}] arguments are on two devices: ${device.description} and ${value.device.description}`);
        device = value.device;
      }
      key.put(mark.tensor);
      key.put(intern(value.dtype));
      key.putShape(value.shape);
      tensors.push(value);
    } else if (Array.isArray(item)) {
      key.put(mark.array);
      key.put(item.length);
      for (let i = 0; i < item.length; i++) read(item[i]);
    } else if (isPlainObject(item)) {
      key.put(mark.object);
      for (const name of Object.keys(item)) {
        key.putItem(name);
        read((item as Record<string, unknown>)[name]);
      }
      key.put(mark.end);
    } else if (ArrayBuffer.isView(item)) {
      throw new ValueError(`[${what}] an argument is ${describe(item)}: its contents would be fixed in the trace; pass tensor(data)`);
    } else {
      key.put(mark.identity);
      key.put(identity(item));
    }
  };
  key.start();
  for (let i = 0; i < args.length; i++) read(args[i]);
  device ??= context.device;
  key.put(device === null ? 0 : identity(device));
  return { key, tensors, numbers, device };
}

function isPlainObject(item: object): boolean {
  const prototype = Object.getPrototypeOf(item) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** True for what the traced function gets as a traced tensor. */
export function isTraced(leaf: unknown): boolean {
  return typeof leaf === "number" || (isTensorBase(leaf) && !isVariable(leaf));
}

/** The signature for people, a line an argument: `argument 0: float32[2]`. */
export function describeArguments(args: readonly unknown[]): string[] {
  const lines: string[] = [];
  mapTree(args, (leaf, path) => {
    lines.push(`${path.replace(/^\[(\d+)\]/, "argument $1")}: ${describeLeaf(leaf)}`);
    return null;
  });
  return lines;
}

function describeLeaf(leaf: unknown): string {
  if (isVariable(leaf)) return `variable ${JSON.stringify(leaf.name)}`;
  if (isTensorBase(leaf)) return `${leaf.dtype}[${leaf.shape}]`;
  if (typeof leaf === "number") return "number";
  return typeof leaf === "object" || typeof leaf === "function"
    ? `${describe(leaf)}${leaf === null ? "" : ` #${identity(leaf)}`}`
    : describe(leaf);
}

/** What changed from one signature to the next. */
export function describeChange(before: readonly string[], now: readonly string[]): string {
  const split = (line: string): readonly [string, string] => {
    const at = line.indexOf(": ");
    return [line.slice(0, at), line.slice(at + 2)];
  };
  const old = new Map(before.map(split));
  const changes = now.map(split).flatMap(([argument, text]) => {
    const last = old.get(argument);
    return last === text ? [] : [`${argument}: ${last ?? "(none)"} → ${text}`];
  });
  return changes.join("; ") || "other devices, or fewer arguments";
}
