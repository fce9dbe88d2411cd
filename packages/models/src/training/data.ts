import {
  type AnyTensor,
  describeValue,
  type DType,
  isTensor,
  NeuriteError,
  ShapeError,
  tensor,
  type TensorLike,
  ValueError,
} from "@neurite/core";

/** Inputs or targets: tensors, typed arrays or nested arrays with samples along the first axis, or lists and objects of them. */
export type Data = TensorLike | readonly Data[] | { readonly [name: string]: Data };

/** What the data are for: how errors begin. */
export type Job = "call" | "fit" | "evaluate" | "predict" | "predictOnBatch" | "trainOnBatch" | "testOnBatch" | "computeLoss";

/** Inputs become float32, integer targets int32, weights float32. */
export type Role = "inputs" | "targets" | "weights";

const bytesAndShorts: readonly (abstract new (...args: never[]) => unknown)[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
];
const isBigArray = (x: unknown): x is BigInt64Array | BigUint64Array => x instanceof BigInt64Array || x instanceof BigUint64Array;

/** The dtype that models compute with, for arrays whose own is another; undefined keeps their own. */
function dtypeFor(array: unknown, role: Role): DType | undefined {
  if (role === "weights") return "float32";
  if (isBigArray(array)) return "int32";
  if (bytesAndShorts.some((type) => array instanceof type)) return role === "inputs" ? "float32" : "int32";
  if (array instanceof Uint32Array) return role === "targets" ? "int32" : undefined;
  if (array instanceof Float32Array || array instanceof Int32Array) return undefined;
  if (ArrayBuffer.isView(array)) return "float32";
  return typeof firstElement(array) === "bigint" ? "int32" : undefined;
}

function firstElement(nested: unknown): unknown {
  return Array.isArray(nested) ? firstElement(nested[0]) : isBigArray(nested) ? nested[0] : nested;
}

/**
 * One array as a tensor, in a dtype that models compute with: 8- and 16-bit pixels become float32, labels int32, float64 becomes float32.
 *
 * @param name What errors call it: `x`, `y["main"]`.
 * @throws ValueError for what is no array, or holds what is no number; ShapeError for ragged nested arrays.
 */
export function asTensor(job: Job, name: string, array: unknown, role: Role): AnyTensor {
  if (isTensor(array)) return array;
  refuseStreams(job, name, array);
  if (!Array.isArray(array) && (!ArrayBuffer.isView(array) || array instanceof DataView)) {
    throw new ValueError(`[${job}] ${name} must be a tensor, a typed array or nested arrays: got ${describeValue(array)}`);
  }
  const dtype = dtypeFor(array, role);
  try {
    return tensor(array as number[], dtype === undefined ? {} : { dtype });
  } catch (error) {
    if (error instanceof NeuriteError) error.message = `[${job}] ${name}: ${error.message.replace(/^\[\w+\] /, "")}`;
    throw error;
  }
}

/** Batches that come one by one are no arrays. */
function refuseStreams(job: Job, name: string, data: unknown): void {
  if (typeof data !== "object" || data === null || Array.isArray(data) || ArrayBuffer.isView(data)) return;
  if (Symbol.asyncIterator in data || Symbol.iterator in data) {
    throw new ValueError(
      `[${job}] ${name} is a stream of batches (${describeValue(data)}), where an array must be: a stream takes the place of x and y together`,
    );
  }
}

/** An array with what errors call it. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: AnyTensor;
}

/** Throws for arrays without samples. */
export function refuseEmpty(job: Job, arrays: readonly NamedTensor[]): void {
  for (const { name, tensor: array } of arrays) {
    if (array.ndim === 0) throw new ShapeError(`[${job}] ${name} is a single number: samples run along the first axis`);
    if (array.shape[0] === 0) throw new ValueError(`[${job}] ${name} is empty: ${array.dtype}[${array.shape}]`);
  }
}

/** Checks that arrays are not empty and hold the same number of samples, which is returned. */
export function countSamples(job: Job, arrays: readonly NamedTensor[]): number {
  refuseEmpty(job, arrays);
  const counts = arrays.map(({ tensor: array }) => array.shape[0]);
  if (counts.some((count) => count !== counts[0])) {
    const found = arrays.map(({ name }, i) => `${name} ${counts[i]}`).join(", ");
    throw new ShapeError(`[${job}] arrays hold different numbers of samples: ${found}`);
  }
  return counts[0];
}

/** Throws unless an option is a whole number of at least `least`; null and undefined pass. */
export function checkCount(job: Job, name: string, value: number | null | undefined, least: number): void {
  if (value !== undefined && value !== null && (!Number.isInteger(value) || value < least)) {
    throw new ValueError(`[${job}] ${name} must be a whole number of at least ${least}: got ${String(value)}`);
  }
}
