import { tensor } from "@neurite/core";
import { decodeArray, type EncodedArray, isEncodedArray, toTensor } from "../../format/host-array.ts";
import type { PythonArguments } from "./arguments.ts";

/** One line of a file of set D: a call of keras.ops and what it gave. */
export interface OpCase {
  readonly id: string;
  /** Keras's name: "add", "image.resize". */
  readonly op: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** An array, a Python scalar, or a list of them. */
  readonly expected: unknown;
  /** One array for each floating output: the gradients are those of Σ output · w. */
  readonly w?: readonly EncodedArray[] | null;
  readonly grads?: readonly ExpectedGradient[] | null;
  readonly rtol?: number;
  readonly atol?: number;
  readonly notes?: string;
}

export interface ExpectedGradient {
  /** Where the argument is: ["args", 0], ["args", 0, 1], ["kwargs", "bias"]. */
  readonly wrt: readonly (string | number)[];
  /** null: not connected. */
  readonly value: EncodedArray | null;
}

/** The arguments of a case, with tensors for arrays. */
export function argumentsOf({ op, args, kwargs }: OpCase): PythonArguments {
  const decoded = { args: args.map(decodeArgument), kwargs: decodeArgument(kwargs) as Readonly<Record<string, unknown>> };
  return op === "get_item" ? { ...decoded, args: [decoded.args[0], indexKey(args[1])] } : decoded;
}

/** What Python's x[key] takes as the array that ops.getItem takes. A list inside is an array of indices, and a range is [start, stop, step]. */
function indexKey(json: unknown): unknown[] {
  const entries = Array.isArray(json) ? (json as unknown[]) : [json];
  return entries.map((entry) => (Array.isArray(entry) ? tensor(entry as number[], { dtype: "int32" }) : decodeArgument(entry)));
}

function decodeArgument(json: unknown): unknown {
  if (isEncodedArray(json)) return json.dtype === "string" ? decodeArray(json).data : toTensor(decodeArray(json));
  if (Array.isArray(json)) return json.map(decodeArgument);
  if (typeof json !== "object" || json === null) return json;
  if ("ellipsis" in json) return "...";
  if ("slice" in json) return json.slice;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, decodeArgument(value)]));
}

/** The thing at a path. */
export function at(tree: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((node, key) => (node as Readonly<Record<string | number, unknown>>)[key], tree);
}

/** The same tree with another thing at a path. */
export function withReplaced(tree: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const child = withReplaced((tree as Readonly<Record<string | number, unknown>>)[key], rest, value);
  if (Array.isArray(tree)) return tree.with(key as number, child);
  return { ...(tree as object), [key]: child };
}
