import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import type { MetricOptions, UpdateOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { MeanMetric } from "../reduction/mean-metric.ts";

/**
 * Square root of the mean of squared differences, over all samples.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar. As in Keras it counts what a mask leaves out, which
 * {@link MeanSquaredError} does not.
 *
 * @example
 * const metric = new RootMeanSquaredError();
 * metric.updateState([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]);
 * await metric.result().item(); // 1.0308
 */
export class RootMeanSquaredError extends MeanMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "RootMeanSquaredError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "root_mean_squared_error" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const [labels, predictions] = alignRanks(ops.cast(asTensor(yTrue), this.dtype), ops.cast(asTensor(yPred), this.dtype));
    this.addValues(ops.square(ops.subtract(predictions, labels)), sampleWeight);
  }

  override result(): Tensor {
    return ops.sqrt(super.result());
  }
}
