import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";
import { sparseTopKCategoricalAccuracy } from "./sparse-top-k-categorical-accuracy.ts";

/** Options of {@link topKCategoricalAccuracy}. */
export interface TopKFunctionOptions {
  /** Default 5. */
  readonly k?: number;
}

/** Options of {@link TopKCategoricalAccuracy}. */
export interface TopKCategoricalAccuracyOptions extends MetricOptions, TopKFunctionOptions {}

/**
 * 1 where the right class is among the `k` highest predictions, else 0. Labels one-hot, [batch, …, classes]; result [batch, …].
 *
 * @example
 * topKCategoricalAccuracy([[0, 1, 0], [1, 0, 0]], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]], { k: 2 }); // [1, 0]
 */
export function topKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, options: TopKFunctionOptions = {}): Tensor {
  optionsOf("top_k_categorical_accuracy", options);
  return sparseTopKCategoricalAccuracy(ops.argmax(asTensor(yTrue), { axis: -1 }), yPred, options);
}

/**
 * Share of samples whose class is among the `k` highest predictions, with one-hot labels.
 *
 * Labels and predictions are [batch, …, classes]; the result is a scalar.
 *
 * @example
 * const metric = new TopKCategoricalAccuracy({ k: 2 });
 * metric.updateState([[0, 1, 0], [1, 0, 0]], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]]);
 * await metric.result().item(); // 0.5
 */
export class TopKCategoricalAccuracy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "TopKCategoricalAccuracy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "top_k_categorical_accuracy" }),
    field.integer("k", { default: 5, min: 1 }),
  ];
  declare readonly k: number;

  constructor(options: TopKCategoricalAccuracyOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return topKCategoricalAccuracy(yTrue, yPred, this);
  }
}
