import {
  field,
  type Field,
  type KerasIdentity,
  ops,
  optionsOf,
  outsideInference,
  ShapeError,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";

/** Options of {@link F1Score}. */
export interface F1ScoreOptions extends MetricOptions {
  /** How classes are put together: null (the default) gives one score for each, "micro" counts over all, "macro" takes the mean, "weighted" by their number. */
  readonly average?: "micro" | "macro" | "weighted" | null;
  /** Predictions above it count as positive. Default null: the highest of a sample. */
  readonly threshold?: number | null;
}

/** Options of {@link FBetaScore}. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much recall counts more than precision. Default 1. */
  readonly beta?: number;
}

const epsilon = 1e-7;

/**
 * `(1 + β²) · precision · recall / (β² · precision + recall)`; labels one-hot or many-hot, [batch, classes].
 *
 * @example
 * const metric = new FBetaScore({ beta: 2, average: "macro", threshold: 0.5 });
 * metric.updateState([[1, 0], [1, 1], [0, 1]], [[0.9, 0.6], [0.4, 0.7], [0.2, 0.8]]);
 * await metric.result().item(); // 0.73232
 */
export class FBetaScore extends Metric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "FBetaScore" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "fbeta_score" }),
    field.choice("average", ["micro", "macro", "weighted"], { default: null }),
    field.number("beta", { default: 1, min: Number.MIN_VALUE }),
    field.number("threshold", { default: null, min: Number.MIN_VALUE, max: 1 }),
  ];
  declare readonly average: "micro" | "macro" | "weighted" | null;
  declare readonly beta: number;
  declare readonly threshold: number | null;
  truePositives: Variable | null = null;
  falsePositives: Variable | null = null;
  falseNegatives: Variable | null = null;
  /** Number of labels of each class. */
  intermediateWeights: Variable | null = null;

  constructor(options: FBetaScoreOptions = {}) {
    super(options);
  }

  #build(classes: number): void {
    const shape = this.average === "micro" ? [] : [classes];
    outsideInference(() => {
      this.truePositives = this.addVariable("true_positives", shape);
      this.falsePositives = this.addVariable("false_positives", shape);
      this.falseNegatives = this.addVariable("false_negatives", shape);
      this.intermediateWeights = this.addVariable("intermediate_weights", shape);
    });
  }

  /** @throws ShapeError unless labels and predictions are [batch, classes]. */
  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const labels = ops.cast(asTensor(yTrue), this.dtype);
    const predictions = ops.cast(asTensor(yPred), this.dtype);
    if (labels.ndim !== 2 || predictions.ndim !== 2) {
      throw new ShapeError(
        `[${this.name}] labels and predictions must be [batch, classes]: got [${labels.shape}] and [${predictions.shape}]`,
      );
    }
    if (this.truePositives === null) this.#build(predictions.shape[1] as number);
    const chosen =
      this.threshold === null
        ? ops.logicalAnd(
            ops.greaterEqual(predictions, ops.max(predictions, { axis: -1, keepdims: true })),
            ops.greater(ops.abs(predictions), 1e-9),
          )
        : ops.greater(predictions, this.threshold);
    const positive = ops.cast(chosen, this.dtype);
    const weights =
      sampleWeight === null || sampleWeight === undefined ? null : ops.expandDims(ops.cast(asTensor(sampleWeight), this.dtype), 1);
    const axis = this.average === "micro" ? null : 0;
    const add = (variable: Variable | null, values: Tensor): void => {
      (variable as Variable).assignAdd(ops.sum(weights === null ? values : ops.multiply(values, weights), { axis }));
    };
    add(this.truePositives, ops.multiply(positive, labels));
    add(this.falsePositives, ops.multiply(positive, ops.subtract(1, labels)));
    add(this.falseNegatives, ops.multiply(ops.subtract(1, positive), labels));
    add(this.intermediateWeights, labels);
  }

  /** One score for each class, or their average. */
  override result(): Tensor {
    const { truePositives: tp, falsePositives: fp, falseNegatives: fn, intermediateWeights: counts } = this;
    if (tp === null || fp === null || fn === null || counts === null) return ops.zeros([], { dtype: this.dtype });
    const precision = ops.divide(tp, ops.add(ops.add(tp, fp), epsilon));
    const recall = ops.divide(tp, ops.add(ops.add(tp, fn), epsilon));
    const square = this.beta ** 2;
    const mean = ops.divide(ops.multiply(precision, recall), ops.add(ops.add(ops.multiply(precision, square), recall), epsilon));
    const scores = ops.multiply(mean, 1 + square);
    if (this.average === null) return scores;
    if (this.average === "weighted") return ops.sum(ops.multiply(scores, ops.divide(counts, ops.add(ops.sum(counts), epsilon))));
    return ops.mean(scores);
  }
}
