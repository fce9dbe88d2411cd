import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { hinge } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Mean of `max(1 - yTrue · yPred, 0)`; labels -1 and 1, or 0 and 1. */
export class Hinge extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Hinge" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "hinge" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return hinge(yTrue, yPred);
  }
}
