import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { meanAbsoluteError } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Mean of absolute differences. */
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
