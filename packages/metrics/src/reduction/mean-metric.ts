import { ops, type Tensor, type TensorLike, type Variable } from "@neurite/core";
import { Metric } from "../core/metric.ts";
import { samplewise } from "../core/samplewise.ts";

/**
 * Base of metrics that are a weighted mean over samples; values and weights are [batch, …], the result a scalar.
 *
 * @example
 * const metric = new Mean();
 * metric.updateState([1, 5], { sampleWeight: [3, 1] });
 * metric.result(); // 2
 */
export abstract class MeanMetric extends Metric {
  /** Sum of values times weights. */
  readonly total: Variable = this.addVariable("total");
  /** Sum of weights. */
  readonly count: Variable = this.addVariable("count");

  /** Takes values into the mean: one a sample, or more that are averaged first. */
  protected addValues(given: TensorLike, sampleWeight: TensorLike | null | undefined): void {
    const { values, weights } = samplewise(given, sampleWeight, "mean", this.dtype);
    this.total.assignAdd(ops.sum(values));
    this.count.assignAdd(weights === null ? values.size : ops.sum(weights));
  }

  override result(): Tensor {
    return ops.divideNoNan(this.total, this.count);
  }
}
