import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { hinge } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Mean of `max(1 - yTrue · yPred, 0)`; labels -1 and 1, or 0 and 1.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new Hinge();
 * metric.updateState([[-1, 1], [1, -1]], [[-0.5, 0.8], [0.2, 0.4]]);
 * await metric.result().item(); // 0.725
 */
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
