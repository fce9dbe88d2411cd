import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { meanAbsolutePercentageError } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Mean of absolute differences in percent of the labels.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new MeanAbsolutePercentageError();
 * metric.updateState([[1, 2], [2, 4]], [[1.5, 2], [2, 3]]);
 * await metric.result().item(); // 18.75
 */
export class MeanAbsolutePercentageError extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "MeanAbsolutePercentageError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean_absolute_percentage_error" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred);
  }
}
