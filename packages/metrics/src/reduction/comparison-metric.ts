import { type AnyTensor, maskOf, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import type { UpdateOptions } from "../core/metric.ts";
import { asTensor, maskedWeights } from "../core/samplewise.ts";
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
    this.addValues(values, mask === null ? sampleWeight : maskedWeights(sampleWeight ?? null, mask, this.dtype));
  }
}
