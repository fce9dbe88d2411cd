import { type AnyTensor, isInteger, isTensor, mapTree, ShapeError, tensor, type TensorLike, ValueError, type DType } from "@neurite/core";

/** Inputs or targets: tensors, typed arrays or nested arrays with samples along the first axis, or lists and objects of them. */
export type Data = TensorLike | readonly TensorLike[] | Readonly<Record<string, TensorLike>>;

/**
 * Splits data into one leaf for each of the `expected` inputs or outputs: a list or an object of arrays where there are several,
 * one array (tensor, typed array, nested arrays) where there is one.
 */
export function dataLeaves(what: string, data: Data, expected: number): unknown[] {
  const isWhole = isTensor(data) || ArrayBuffer.isView(data);
  let leaves: unknown[];
  if (isWhole) leaves = [data];
  else if (!Array.isArray(data)) leaves = typeof data === "object" && data !== null ? Object.values(data) : [data];
  else if (expected > 1 || (data.length === 1 && (isTensor(data[0]) || ArrayBuffer.isView(data[0])))) leaves = [...(data as unknown[])];
  else leaves = [data];
  if (leaves.length !== expected) {
    const role = what.startsWith("x") ? "inputs" : "outputs";
    throw new ValueError(`[fit] ${what}: ${expected} arrays are needed, one for each of the model's ${role}: got ${leaves.length}`);
  }
  return leaves;
}

/** One leaf as a tensor. `floating` turns 8-bit and 64-bit typed arrays into what models compute with: float32 (x) or int32 (labels). */
export function asTensor(what: string, leaf: unknown, floating: boolean): AnyTensor {
  if (isTensor(leaf)) return leaf;
  if (leaf === null || leaf === undefined || typeof leaf === "string" || typeof leaf === "function") {
    throw new ValueError(`[fit] ${what} must be a tensor, a typed array or nested arrays: got ${leaf === null ? "null" : typeof leaf}`);
  }
  let dtype: DType | undefined;
  if (leaf instanceof Float64Array) dtype = "float32";
  else if (leaf instanceof Uint8Array || leaf instanceof Int8Array || leaf instanceof Uint8ClampedArray || leaf instanceof Uint16Array) dtype = floating ? "float32" : "int32";
  return dtype === undefined ? tensor(leaf as number[]) : tensor(leaf as Float32Array, { dtype });
}

/** Checks that arrays are not empty and hold the same number of samples. */
export function checkCounts(arrays: readonly { readonly name: string; readonly tensor: AnyTensor }[]): number {
  const [first] = arrays;
  if (first === undefined) throw new ValueError("[fit] there is no data");
  for (const { name, tensor: array } of arrays) {
    if (array.ndim === 0) throw new ShapeError(`[fit] ${name} is a single number: samples run along the first axis`);
    if (array.shape[0] === 0) throw new ValueError(`[fit] ${name} is empty: ${array.dtype}[${array.shape}]`);
    if (array.shape[0] !== first.tensor.shape[0]) {
      throw new ShapeError(
        `[fit] arrays hold different numbers of samples: ${arrays.map(({ name: n, tensor: t }) => `${n} ${String(t.shape[0])}`).join(", ")}`,
      );
    }
  }
  return first.tensor.shape[0] as number;
}

/** Whether labels are integers: those are never cast to the outputs' dtype. */
export const isLabels = (array: AnyTensor): boolean => isInteger(array.dtype as DType) || array.dtype === "bool";

/** Gives a tree of outputs the leaves of another list. */
export function rebuildTree(tree: unknown, leaves: readonly unknown[]): unknown {
  let next = 0;
  return mapTree(tree, () => leaves[next++]);
}

/** The numbers 0 … n-1 in random order (Fisher-Yates), from a generator of numbers in [0, 1). */
export function permutation(n: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}
