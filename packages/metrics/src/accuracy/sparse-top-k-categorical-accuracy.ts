import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Options of {@link sparseTopKCategoricalAccuracy}. */
export interface SparseTopKFunctionOptions {
  /** Default 5. */
  readonly k?: number;
  /** Predictions are class numbers, the likeliest first, rather than scores. Default false. */
  readonly fromSortedIds?: boolean;
}

/** Options of {@link SparseTopKCategoricalAccuracy}. */
export interface SparseTopKCategoricalAccuracyOptions extends MetricOptions, SparseTopKFunctionOptions {}

/**
 * 1 where the label is among the `k` highest predictions, else 0. Labels are integers [batch, …], or [batch, …, 1]; the result has their shape.
 *
 * @example
 * sparseTopKCategoricalAccuracy([1, 0], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]], { k: 2 }); // [1, 0]
 */
export function sparseTopKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, options: SparseTopKFunctionOptions = {}): Tensor {
  const { k = 5, fromSortedIds = false } = optionsOf("sparse_top_k_categorical_accuracy", options);
  const given = asTensor(yPred);
  const all = ops.cast(asTensor(yTrue), fromSortedIds ? given.dtype : "int32");
  const classes = given.shape.at(-1) as number;
  const predictions = ops.reshape(given, [-1, classes]);
  const labels = ops.reshape(all, [-1, 1]);
  if (fromSortedIds) {
    const first = ops.slice(predictions, [0, 0], [predictions.shape[0] as number, Math.min(k, classes)]);
    return ops.reshape(ops.cast(ops.any(ops.equal(labels, first), { axis: -1 }), "float32"), all.shape);
  }
  // The label is among the k highest when fewer than k predictions are above its own.
  const isLabel = ops.equal(labels, ops.arange(classes, { dtype: "int32" }));
  const own = ops.sum(ops.where(isLabel, predictions, 0), { axis: -1, keepdims: true });
  const above = ops.sum(ops.cast(ops.greater(predictions, own), "float32"), { axis: -1 });
  return ops.reshape(ops.cast(ops.less(above, k), "float32"), all.shape);
}

/**
 * Share of samples whose label is among the `k` highest predictions, with integer labels.
 *
 * Labels are integers [batch, …], predictions [batch, …, classes]; the result is a scalar.
 *
 * @example
 * const metric = new SparseTopKCategoricalAccuracy({ k: 2 });
 * metric.updateState([1, 0], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]]);
 * await metric.result().item(); // 0.5
 */
export class SparseTopKCategoricalAccuracy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "SparseTopKCategoricalAccuracy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "sparse_top_k_categorical_accuracy" }),
    field.integer("k", { default: 5, min: 1 }),
    field.boolean("fromSortedIds", { default: false, omitted: "default" }),
  ];
  declare readonly k: number;
  declare readonly fromSortedIds: boolean;

  constructor(options: SparseTopKCategoricalAccuracyOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return sparseTopKCategoricalAccuracy(yTrue, yPred, this);
  }
}
