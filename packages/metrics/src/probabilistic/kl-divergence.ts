import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { klDivergence } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Mean Kullback-Leibler divergence of predictions from labels. */
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
