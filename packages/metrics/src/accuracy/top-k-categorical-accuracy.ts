import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";
import { sparseTopKCategoricalAccuracy } from "./sparse-top-k-categorical-accuracy.ts";

export interface TopKFunctionOptions {
  /** Default 5. */
  readonly k?: number;
}

export interface TopKCategoricalAccuracyOptions extends MetricOptions, TopKFunctionOptions {}

/** 1 where the right class is among the `k` highest predictions, else 0. Labels one-hot, [batch, …, classes]; result [batch, …]. */
export function topKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, options: TopKFunctionOptions = {}): Tensor {
  return sparseTopKCategoricalAccuracy(ops.argmax(asTensor(yTrue), { axis: -1 }), yPred, options);
}

/** Share of samples whose class is among the `k` highest predictions, with one-hot labels. */
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
