import { decodeArray, type EncodedArray, isEncodedArray, toTensor } from "../../format/host-array.ts";

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

/** Arguments of a case with tensors for arrays. */
export function decodeArguments(json: unknown): unknown {
  if (isEncodedArray(json)) return json.dtype === "string" ? decodeArray(json).data : toTensor(decodeArray(json));
  if (Array.isArray(json)) return json.map(decodeArguments);
  if (typeof json !== "object" || json === null) return json;
  if ("ellipsis" in json) return "...";
  if ("slice" in json) {
    const [start, stop, step] = json.slice as readonly (number | null)[];
    return { start, stop, step };
  }
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, decodeArguments(value)]));
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
