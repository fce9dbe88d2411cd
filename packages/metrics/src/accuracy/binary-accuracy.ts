import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyFunctionOptions {
  /** Predictions above it count as 1. Default 0.5. */
  readonly threshold?: number;
}

/** Options of {@link BinaryAccuracy}. */
export interface BinaryAccuracyOptions extends MetricOptions, BinaryAccuracyFunctionOptions {}

/**
 * 1 where a prediction above the threshold meets label 1, or one not above it label 0; else 0.
 *
 * Labels and predictions have the same shape, which is that of the result.
 *
 * @example
 * binaryAccuracy([[0, 1], [1, 0]], [[0.2, 0.9], [0.4, 0.6]]); // [[1, 1], [0, 0]]
 */
export function binaryAccuracy(yTrue: TensorLike, yPred: TensorLike, options: BinaryAccuracyFunctionOptions = {}): Tensor {
  const { threshold = 0.5 } = optionsOf("binary_accuracy", options);
  const [labels, predictions] = alignRanks(asTensor(yTrue), asTensor(yPred));
  return ops.cast(ops.equal(labels, ops.cast(ops.greater(predictions, threshold), labels.dtype)), "float32");
}

/**
 * Share of yes-or-no predictions that are right.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new BinaryAccuracy();
 * metric.updateState([[0, 1], [1, 0]], [[0.2, 0.9], [0.4, 0.6]]);
 * await metric.result().item(); // 0.5
 */
export class BinaryAccuracy extends ComparisonMetric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "BinaryAccuracy" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "binary_accuracy" }),
    field.number("threshold", { default: 0.5, min: 0, max: 1 }),
  ];
  declare readonly threshold: number;

  constructor(options: BinaryAccuracyOptions = {}) {
    super(options);
  }

  protected override compare(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return binaryAccuracy(yTrue, yPred, this);
  }
}
