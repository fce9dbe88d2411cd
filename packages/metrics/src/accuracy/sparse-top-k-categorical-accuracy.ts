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
 * 1 where the label is among the `k` highest predictions, else 0. Labels integers, [batch, …]; result [batch, …].
 *
 * @example
 * sparseTopKCategoricalAccuracy([1, 0], [[0.05, 0.9, 0.05], [0.1, 0.6, 0.3]], { k: 2 }); // [1, 0]
 */
export function sparseTopKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, options: SparseTopKFunctionOptions = {}): Tensor {
  const { k = 5, fromSortedIds = false } = optionsOf("sparse_top_k_categorical_accuracy", options);
  const predictions = asTensor(yPred);
  const labels = ops.expandDims(ops.cast(asTensor(yTrue), fromSortedIds ? predictions.dtype : "int32"), -1);
  if (fromSortedIds) {
    const last = predictions.ndim - 1;
    const shape = [...predictions.shape.slice(0, last), Math.min(k, predictions.shape[last] as number)];
    const first = ops.slice(predictions, predictions.shape.map(() => 0), shape); // prettier-ignore
    return ops.cast(ops.any(ops.equal(labels, first), { axis: -1 }), "float32");
  }
  // The label is among the k highest when fewer than k predictions are above its own.
  const classes = predictions.shape.at(-1) as number;
  const isLabel = ops.equal(labels, ops.arange(classes, { dtype: "int32" }));
  const own = ops.sum(ops.where(isLabel, predictions, 0), { axis: -1, keepdims: true });
  const above = ops.sum(ops.cast(ops.greater(predictions, own), "float32"), { axis: -1 });
  return ops.cast(ops.less(above, k), "float32");
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
