import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Square root of the mean of squared differences, over all samples.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new RootMeanSquaredError();
 * metric.updateState([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]);
 * await metric.result().item(); // 1.0308
 */
export class RootMeanSquaredError extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "RootMeanSquaredError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "root_mean_squared_error" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    const [labels, predictions] = alignRanks(ops.cast(asTensor(yTrue), this.dtype), asTensor(yPred));
    return ops.square(ops.subtract(predictions, labels));
  }

  override result(): Tensor {
    return ops.sqrt(super.result());
  }
}
