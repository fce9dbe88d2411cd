import { type AnyTensor, type DType, isTensor, maskOf, ops, type Tensor, tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";

/** Anything tensor-like as a tensor. */
export function asTensor(x: TensorLike): AnyTensor {
  if (isTensor(x)) return x;
  return x instanceof Float64Array ? tensor(x, { dtype: "float32" }) : tensor(x as number[]);
}

const axesFrom = (first: number, rank: number): number[] => Array.from({ length: rank - first }, (_, i) => first + i);

/** Weights that are zero where the mask is false; without others, 1 elsewhere. */
export function maskedWeights(sampleWeight: TensorLike | null, mask: AnyTensor, dtype: DType): Tensor {
  const counted = ops.cast(mask, dtype);
  if (sampleWeight === null) return counted;
  const [counts, weights] = alignRanks(counted, ops.cast(asTensor(sampleWeight), dtype));
  return ops.multiply(weights, counts);
}

/**
 * Values reduced to one for each sample, times its weight; and the weights, likewise. A scalar stays one. As in Keras, a mask of the values
 * counts only where there are weights.
 */
export function samplewise(
  given: TensorLike,
  sampleWeight: TensorLike | null | undefined,
  reduce: "mean" | "sum",
  dtype: DType,
): { values: Tensor; weights: Tensor | null } {
  const along = reduce === "mean" ? ops.mean : ops.sum;
  const reduceOver = (x: Tensor, axis: readonly number[]): Tensor => (axis.length === 0 ? x : along(x, { axis }));
  let values = ops.cast(asTensor(given), dtype);
  let weights: Tensor | null = null;
  if (sampleWeight !== null && sampleWeight !== undefined) {
    const mask = maskOf(given) as AnyTensor | null;
    const counted = mask === null ? ops.cast(asTensor(sampleWeight), dtype) : maskedWeights(sampleWeight, mask, dtype);
    const [aligned, weight] = alignRanks(values, counted);
    values = reduceOver(aligned, axesFrom(Math.min(weight.ndim, aligned.ndim), aligned.ndim));
    const full = ops.broadcastTo(weight, values.shape);
    values = ops.multiply(values, full);
    weights = reduceOver(full, axesFrom(1, Math.max(1, full.ndim)));
  }
  return { values: reduceOver(values, axesFrom(1, Math.max(1, values.ndim))), weights };
}
