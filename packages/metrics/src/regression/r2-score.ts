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
import { alignRanks } from "@neurite/losses";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { asTensor } from "../core/samplewise.ts";

/** Options of {@link R2Score}. */
export interface R2ScoreOptions extends MetricOptions {
  /** How outputs are put together: their mean (the default), by variance, or null for one score for each. */
  readonly classAggregation?: "uniform_average" | "variance_weighted_average" | null;
  /** Independent variables, for the adjusted score. Default 0: not adjusted. */
  readonly numRegressors?: number;
}

/**
 * Coefficient of determination: 1 for perfect predictions, 0 for always predicting the mean. Labels [batch, outputs].
 *
 * @example
 * const metric = new R2Score();
 * metric.updateState([[1], [4], [3]], [[2], [4], [4]]);
 * await metric.result().item(); // 0.57143
 */
export class R2Score extends Metric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "R2Score" };
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: "r2_score" }),
    field.choice("classAggregation", ["uniform_average", "variance_weighted_average"], { default: "uniform_average", nullable: true }),
    field.integer("numRegressors", { default: 0, min: 0 }),
  ];
  declare readonly classAggregation: "uniform_average" | "variance_weighted_average" | null;
  declare readonly numRegressors: number;
  readonly numSamples: Variable = this.addVariable("num_samples");
  squaredSum: Variable | null = null;
  sum: Variable | null = null;
  /** Sum of squared errors. */
  totalMse: Variable | null = null;
  /** Sum of weights. */
  count: Variable | null = null;

  constructor(options: R2ScoreOptions = {}) {
    super(options);
  }

  #build(outputs: number): void {
    outsideInference(() => {
      this.squaredSum = this.addVariable("squared_sum", [outputs]);
      this.sum = this.addVariable("sum", [outputs]);
      this.totalMse = this.addVariable("residual", [outputs]);
      this.count = this.addVariable("count", [outputs]);
    });
  }

  /** @throws ShapeError unless labels and predictions are [batch, outputs]. */
  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const [labels, predictions] = alignRanks(ops.cast(asTensor(yTrue), this.dtype), ops.cast(asTensor(yPred), this.dtype)) as [
      Tensor,
      Tensor,
    ];
    if (labels.ndim !== 2 || predictions.ndim !== 2) {
      throw new ShapeError(`[R2Score] labels and predictions must be [batch, outputs]: got [${labels.shape}] and [${predictions.shape}]`);
    }
    if (this.sum === null) this.#build(predictions.shape[1] as number);
    const given =
      sampleWeight === null || sampleWeight === undefined
        ? ops.ones([], { dtype: this.dtype })
        : ops.cast(asTensor(sampleWeight), this.dtype);
    const weights = ops.broadcastTo(given.ndim === 1 ? ops.expandDims(given, 1) : given, labels.shape);
    const weighted = ops.multiply(labels, weights);
    const add = (variable: Variable | null, values: Tensor): void => void (variable as Variable).assignAdd(ops.sum(values, { axis: 0 }));
    add(this.sum, weighted);
    add(this.squaredSum, ops.multiply(labels, weighted));
    add(this.totalMse, ops.multiply(ops.square(ops.subtract(labels, predictions)), weights));
    add(this.count, weights);
    this.numSamples.assignAdd(labels.size);
  }

  override result(): Tensor {
    const { sum, count, squaredSum, totalMse } = this;
    if (sum === null || count === null || squaredSum === null || totalMse === null) return ops.zeros([], { dtype: this.dtype });
    const total = ops.subtract(squaredSum, ops.multiply(sum, ops.divide(sum, count)));
    const raw = ops.subtract(1, ops.divide(totalMse, total));
    const scores = ops.where(ops.isinf(raw), 0, raw);
    if (this.classAggregation === null) return this.#adjusted(scores);
    if (this.classAggregation === "uniform_average") return this.#adjusted(ops.mean(scores));
    return this.#adjusted(ops.divide(ops.sum(ops.multiply(total, scores)), ops.sum(total)));
  }

  /** Corrected for the number of regressors, where there are fewer of them than samples. */
  #adjusted(score: Tensor): Tensor {
    if (this.numRegressors === 0) return score;
    const free = ops.subtract(ops.subtract(this.numSamples, this.numRegressors), 1);
    const adjusted = ops.subtract(1, ops.divide(ops.multiply(ops.subtract(1, score), ops.subtract(this.numSamples, 1)), free));
    return ops.where(ops.greater(free, 0), adjusted, score);
  }
}
