import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** 1 where the highest prediction is that of the right class, else 0. Labels one-hot, [batch, …, classes]; result [batch, …]. */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const labels = ops.argmax(asTensor(yTrue), { axis: -1 });
  return ops.cast(ops.equal(labels, ops.argmax(asTensor(yPred), { axis: -1 })), "float32");
}

/** Share of samples whose highest prediction is that of the right class, with one-hot labels. */
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
