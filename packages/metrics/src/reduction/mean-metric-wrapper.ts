import { field, type Field, functionName, invalid, type KerasIdentity, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import type { MetricOptions } from "../core/metric.ts";
import { ComparisonMetric } from "./comparison-metric.ts";

/** From labels and predictions to the value of each sample. */
export type MetricFunction = (yTrue: TensorLike, yPred: TensorLike) => Tensor;

/**
 * The mean over samples of a function of labels and predictions [batch, …, outputs] that gives [batch, …].
 *
 * @example
 * const metric = new MeanMetricWrapper((yTrue, yPred) => ops.mean(ops.subtract(yPred, yTrue), { axis: -1 }), { name: "gap" });
 * metric.updateState([[1], [2]], [[2], [5]]);
 * metric.result(); // 2
 */
export class MeanMetricWrapper extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "MeanMetricWrapper" };
  static override readonly fields: readonly Field[] = [
    field.object("fn", {
      expected: "a function from labels and predictions to the value of each sample",
      resolve: (value) => (typeof value === "function" ? value : invalid),
    }),
  ];
  declare readonly fn: MetricFunction;

  /** `name` is by default that of the function. */
  constructor(fn: MetricFunction, options: MetricOptions = {}) {
    super({ name: functionName(fn) || undefined, ...optionsOf("MeanMetricWrapper", options), fn } as MetricOptions);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return this.fn(yTrue, yPred);
  }
}
