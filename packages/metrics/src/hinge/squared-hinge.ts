import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { squaredHinge } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Mean of `max(1 - yTrue · yPred, 0)²`; labels -1 and 1, or 0 and 1. */
export class SquaredHinge extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "SquaredHinge" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "squared_hinge" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return squaredHinge(yTrue, yPred);
  }
}
