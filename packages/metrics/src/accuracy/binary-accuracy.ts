import { field, type Field, type KerasIdentity, ops, type Tensor, type TensorLike } from "@neurite/core";
import { alignRanks } from "@neurite/losses";
import type { MetricOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";
import { ComparisonMetric } from "../reduction/comparison-metric.ts";

export interface BinaryAccuracyFunctionOptions {
  /** Predictions above it count as 1. Default 0.5. */
  readonly threshold?: number;
}

export interface BinaryAccuracyOptions extends MetricOptions, BinaryAccuracyFunctionOptions {}

/** 1 where a prediction above the threshold meets label 1, or one not above it label 0; else 0. */
export function binaryAccuracy(yTrue: TensorLike, yPred: TensorLike, { threshold = 0.5 }: BinaryAccuracyFunctionOptions = {}): Tensor {
  const [labels, predictions] = alignRanks(asTensor(yTrue), asTensor(yPred));
  return ops.cast(ops.equal(labels, ops.cast(ops.greater(predictions, threshold), labels.dtype)), "float32");
}

/** Share of yes-or-no predictions that are right. */
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
