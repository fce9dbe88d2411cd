import { type AnyTensor, type DType, isTensor, ops, type Tensor, tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "./reduction.ts";

/** Keeps logarithms and divisions finite; Keras's `backend.epsilon()`. */
export const epsilon = 1e-7;

/** Anything tensor-like as a tensor; floating data that is not on a device yet in `dtype`. */
export function asTensor(x: TensorLike, dtype: DType = "float32"): AnyTensor {
  if (isTensor(x)) return x;
  return x instanceof Float64Array || x instanceof Float32Array ? tensor(x, { dtype }) : tensor(x as number[]);
}

/** Predictions, and labels in their dtype. */
export function floatPair(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const predictions = asTensor(yPred);
  const labels = asTensor(yTrue, predictions.dtype);
  return [ops.cast(labels, predictions.dtype), predictions as Tensor];
}

/** {@link floatPair}, brought to one rank. */
export function alignedPair(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const [labels, predictions] = floatPair(yTrue, yPred);
  return alignRanks(labels, predictions) as [Tensor, Tensor];
}

/** Labels moved toward the uniform distribution over `classes`. */
export function smoothLabels(labels: Tensor, smoothing: number, classes: number): Tensor {
  return smoothing === 0 ? labels : ops.add(ops.multiply(labels, 1 - smoothing), smoothing / classes);
}
