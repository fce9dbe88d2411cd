import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { klDivergence } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Mean Kullback-Leibler divergence of predictions from labels.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new KLDivergence();
 * metric.updateState([[0.5, 0.5], [0.1, 0.9]], [[0.4, 0.6], [0.2, 0.8]]);
 * await metric.result().item(); // 0.02855
 */
export class KLDivergence extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "KLDivergence" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "kl_divergence" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return klDivergence(yTrue, yPred);
  }
}
