import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { meanAbsoluteError } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Mean of absolute differences.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new MeanAbsoluteError();
 * metric.updateState([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]);
 * await metric.result().item(); // 0.625
 */
export class MeanAbsoluteError extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "MeanAbsoluteError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean_absolute_error" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return meanAbsoluteError(yTrue, yPred);
  }
}
