import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { poisson } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Mean of `yPred - yTrue · log(yPred)`.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new Poisson();
 * metric.updateState([[1, 2], [0, 4]], [[1, 3], [0.5, 4]]);
 * await metric.result().item(); // 0.1894
 */
export class Poisson extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Poisson" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "poisson" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return poisson(yTrue, yPred);
  }
}
