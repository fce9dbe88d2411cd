import { type AnyTensor, ops, type Tensor } from "@neurite/core";

/**
 * How losses of samples become one number: their mean over all elements ("sum_over_batch_size", "mean"), their sum, their sum divided by
 * the sum of weights ("mean_with_sample_weight"), or not at all (null, "none").
 */
export type Reduction = "sum_over_batch_size" | "sum" | "mean" | "mean_with_sample_weight" | "none" | null;

export const reductions: readonly string[] = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"];

/**
 * Gives two tensors whose ranks differ by one the same rank, where the last axis of the longer one has size 1: a flat one is given that
 * axis, else the axis is dropped.
 *
 * [batch] and [batch, 1] become twice [batch, 1]; [batch, n] and [batch, n, 1] twice [batch, n].
 *
 * @example
 * const [a, b] = alignRanks(tensor([1, 2]), tensor([[3], [4]]));
 * a.shape; // [2, 1]
 */
export function alignRanks<A extends AnyTensor, B extends AnyTensor>(a: A, b: B): [A | Tensor, B | Tensor] {
  if (a.ndim === b.ndim + 1 && a.shape.at(-1) === 1) return b.ndim === 1 ? [a, ops.expandDims(b, -1)] : [ops.squeeze(a, { axis: -1 }), b];
  if (b.ndim === a.ndim + 1 && b.shape.at(-1) === 1) return a.ndim === 1 ? [ops.expandDims(a, -1), b] : [a, ops.squeeze(b, { axis: -1 })];
  return [a, b];
}

/** bool weights that count an element (true) or not, scaled so that a mean over all elements is one over those that count. */
function maskWeights(mask: AnyTensor, reduction: Reduction, dtype: AnyTensor["dtype"]): Tensor {
  const weights = ops.cast(mask, dtype);
  if (reduction !== "mean" && reduction !== "sum_over_batch_size") return weights;
  return ops.multiply(weights, ops.divideNoNan(mask.size, ops.sum(weights)));
}

/**
 * Weights and reduces unreduced losses.
 *
 * @param values Loss of each sample, [batch, …].
 * @param sampleWeight [batch] or any shape that broadcasts to that of `values`.
 * @param mask bool: which elements count.
 *
 * @example
 * reduceWeighted(tensor([1, 3]), { reduction: "sum", sampleWeight: tensor([1, 2]) }); // 7
 */
export function reduceWeighted(
  values: Tensor,
  { reduction, sampleWeight = null, mask = null }: { reduction: Reduction; sampleWeight?: AnyTensor | null; mask?: AnyTensor | null },
): Tensor {
  const { dtype } = values;
  let weights = sampleWeight === null ? null : ops.cast(sampleWeight, dtype);
  if (mask !== null) {
    const scaled = maskWeights(mask, reduction, dtype);
    if (weights === null) weights = scaled;
    else {
      const [a, b] = alignRanks(scaled, weights);
      weights = ops.multiply(b, a);
    }
  }
  let weighted = values;
  if (weights !== null) {
    const [a, b] = alignRanks(values, weights);
    weights = b;
    weighted = ops.multiply(a, b);
  }
  if (reduction === null || reduction === "none" || weighted.ndim === 0) return weighted;
  const total = ops.sum(weighted);
  if (reduction === "sum") return total;
  if (reduction === "mean_with_sample_weight" && weights !== null) return ops.divideNoNan(total, ops.sum(weights));
  return weighted.size === 0 ? total : ops.divide(total, weighted.size);
}
