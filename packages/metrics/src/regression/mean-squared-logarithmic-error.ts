import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { meanSquaredLogarithmicError } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Mean of squared differences of logarithms. */
export class MeanSquaredLogarithmicError extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "MeanSquaredLogarithmicError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "mean_squared_logarithmic_error" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred);
  }
}
