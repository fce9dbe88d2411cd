import { type AnyTensor, type DType, maskOf, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import type { UpdateOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { MeanMetric } from "./mean-metric.ts";

/**
 * Base of metrics that are the mean over samples of something computed from labels and predictions [batch, …].
 *
 * @example
 * class MeanGap extends ComparisonMetric {
 *   compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
 *     return ops.mean(ops.subtract(yPred, yTrue), { axis: -1 });
 *   }
 * }
 * const metric = new MeanGap();
 * metric.updateState([[1], [2]], [[2], [5]]);
 * metric.result(); // 2
 */
export abstract class ComparisonMetric extends MeanMetric {
  /** The value of each sample, [batch] or [batch, …]. */
  protected abstract compare(yTrue: TensorLike, yPred: TensorLike): Tensor;

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const mask = maskOf(yPred) as AnyTensor | null;
    const values = this.compare(asTensor(yTrue), ops.cast(asTensor(yPred), this.dtype));
    this.addValues(values, mask === null ? sampleWeight : masked(sampleWeight ?? null, mask, this.dtype));
  }
}

/** Weights that are zero for padding; without others, 1 for the rest. */
function masked(sampleWeight: TensorLike | null, mask: AnyTensor, dtype: DType): Tensor {
  const counted = ops.cast(mask, dtype);
  if (sampleWeight === null) return counted;
  const [counts, weights] = alignRanks(counted, ops.cast(asTensor(sampleWeight), dtype));
  return ops.multiply(weights, counts);
}
