import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { categoricalHinge } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Mean of `max(neg - pos + 1, 0)` with the score of the right class and the highest of the others; one-hot labels.
 *
 * Labels and predictions are [batch, …, classes]; the result is a scalar.
 *
 * @example
 * const metric = new CategoricalHinge();
 * metric.updateState([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.3, 0.6]]);
 * await metric.result().item(); // 0.425
 */
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
