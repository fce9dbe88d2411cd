import { type DType, isFloating, isTensor, isVariable, mapTree, NeuriteError, ops, tensor } from "@neurite/core";
import { refuseAsInput } from "./further-input.ts";

const isArrayOfNumbers = (x: unknown): boolean =>
  typeof x === "number" || typeof x === "boolean" || (Array.isArray(x) && (x.length === 0 || isArrayOfNumbers(x[0])));

function toTensor(x: unknown, compute: DType, casts: boolean): unknown {
  if (isTensor(x)) {
    if (casts && isFloating(x.dtype) && isFloating(compute) && x.dtype !== compute) return ops.cast(x, compute);
    return isVariable(x) ? x.read() : x;
  }
  if (x instanceof Float64Array || (x instanceof Float32Array && isFloating(compute))) return tensor(x, { dtype: compute });
  if (isArrayOfNumbers(x)) return tensor(x as number[], isFloating(compute) ? { dtype: compute } : {});
  if (ArrayBuffer.isView(x)) return tensor(x as unknown as Float32Array);
  return x;
}

/**
 * The inputs of a layer as tensors, floating ones in the dtype it computes in unless `casts` is false. Nested arrays of numbers and typed arrays
 * become tensors.
 */
export function asTensors(inputs: unknown, compute: DType, casts = true): unknown {
  refuseAsInput(inputs);
  if (isTensor(inputs) || isArrayOfNumbers(inputs)) return toTensor(inputs, compute, casts);
  if (Array.isArray(inputs)) return inputs.map((input) => asTensors(input, compute, casts));
  return mapTree(inputs, (leaf) => toTensor(leaf, compute, casts));
}

/** Adds to an error of neurite in which layer it came up; the innermost one is named. */
export function nameLayerIn(error: unknown, layer: { toString(): string }): unknown {
  if (error instanceof NeuriteError && !error.message.includes(", in layer ")) error.message += `, in layer ${layer.toString()}`;
  return error;
}

/** True for the options object that may end a call: a plain object. */
export function isCallOptions(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}
