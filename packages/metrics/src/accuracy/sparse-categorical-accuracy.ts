import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/**
 * 1 where the highest prediction is that of the label, else 0. Labels integers, [batch, …] or [batch, …, 1]; result [batch, …].
 *
 * @example
 * sparseCategoricalAccuracy([1, 2], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]]); // [1, 0]
 */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const predictions = asTensor(yPred);
  const given = asTensor(yTrue);
  const labels = given.ndim === predictions.ndim && given.shape.at(-1) === 1 ? ops.squeeze(given, { axis: -1 }) : given;
  const matches = ops.cast(ops.equal(labels, ops.cast(ops.argmax(predictions, { axis: -1 }), labels.dtype)), "float32");
  return matches.ndim > 1 && matches.shape.at(-1) === 1 ? ops.squeeze(matches, { axis: -1 }) : matches;
}

/**
 * Share of samples whose highest prediction is that of the label, with integer labels.
 *
 * Labels are integers [batch, …], predictions [batch, …, classes]; the result is a scalar.
 *
 * @example
 * const metric = new SparseCategoricalAccuracy();
 * metric.updateState([1, 2], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]]);
 * await metric.result().item(); // 0.5
 */
export class SparseCategoricalAccuracy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "SparseCategoricalAccuracy" };
  static override readonly fields: readonly Field[] = [field.string("name", { default: "sparse_categorical_accuracy" })];

  constructor(options: MetricOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return sparseCategoricalAccuracy(yTrue, yPred);
  }
}
