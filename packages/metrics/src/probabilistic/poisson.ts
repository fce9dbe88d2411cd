import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { poisson } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Mean of `yPred - yTrue · log(yPred)`. */
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
