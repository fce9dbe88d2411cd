import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { categoricalHinge } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Mean of `max(neg - pos + 1, 0)` with the score of the right class and the highest of the others; one-hot labels. */
export class CategoricalHinge extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "CategoricalHinge" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "categorical_hinge" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return categoricalHinge(yTrue, yPred);
  }
}
