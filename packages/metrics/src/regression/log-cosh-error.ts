import { field, type Field, type KerasIdentity, type Tensor, type TensorLike } from "@neurite/core";
import { logCosh } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * Mean of `log(cosh(yPred - yTrue))`.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new LogCoshError();
 * metric.updateState([[0, 1], [2, 4]], [[0.5, 1], [2, 2]]);
 * await metric.result().item(); // 0.36128
 */
export class LogCoshError extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "LogCoshError" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "logcosh" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return logCosh(yTrue, yPred);
  }
}
