import { ops, type Tensor, type TensorLike } from "@neurite/core";
import type { UpdateOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { MeanMetric } from "./mean-metric.ts";

/** Base of metrics that are the mean over samples of something computed from labels and predictions. */
export abstract class ComparisonMetric extends MeanMetric {
  /** The value of each sample, [batch] or [batch, …]. */
  protected abstract compare(yTrue: TensorLike, yPred: TensorLike): Tensor;

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    this.addValues(this.compare(asTensor(yTrue), ops.cast(asTensor(yPred), this.dtype)), sampleWeight);
  }
}
