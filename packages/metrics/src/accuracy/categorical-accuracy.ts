import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * 1 where the highest prediction is that of the right class, else 0. Labels one-hot, [batch, …, classes]; result [batch, …].
 *
 * @example
 * categoricalAccuracy([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]]); // [1, 0]
 */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const labels = ops.argmax(asTensor(yTrue), { axis: -1 });
  return ops.cast(ops.equal(labels, ops.argmax(asTensor(yPred), { axis: -1 })), "float32");
}

/**
 * Share of samples whose highest prediction is that of the right class, with one-hot labels.
 *
 * Labels and predictions are [batch, …, classes]; the result is a scalar.
 *
 * @example
 * const metric = new CategoricalAccuracy();
 * metric.updateState([[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]]);
 * await metric.result().item(); // 0.5
 */
export class CategoricalAccuracy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "CategoricalAccuracy" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "categorical_accuracy" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return categoricalAccuracy(yTrue, yPred);
  }
}
