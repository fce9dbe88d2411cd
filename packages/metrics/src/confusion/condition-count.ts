import { type Field, optionsOf, type Tensor, type TensorLike, type Variable } from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { countConfusion, type Counts, oneOrAll, thresholdList, thresholdsField } from "./counts.ts";

/** Options of the counts of true and false positives and negatives. */
export interface ConditionCountOptions extends MetricOptions {
  /** Predictions above it count as positive; a list gives one result for each. Default 0.5. */
  readonly thresholds?: number | readonly number[] | null;
}

/**
 * Base of the metrics that count one cell of the confusion matrix.
 *
 * Labels and predictions have the same shape; the result is a scalar, or [thresholds] where several are given.
 *
 * @example
 * const metric = new TruePositives();
 * metric.updateState([0, 1, 1], [0.2, 0.9, 0.4]);
 * metric.result(); // 1
 */
export abstract class ConditionCount extends Metric {
  static override readonly fields: readonly Field[] = [thresholdsField()];
  declare readonly thresholds: number | readonly number[] | null;
  readonly accumulator: Variable;

  constructor(options: ConditionCountOptions = {}) {
    super(options);
    this.accumulator = this.addVariable("accumulator", [thresholdList(this.thresholds, 0.5).length]);
  }

  /** The cell that is counted. */
  protected abstract pick(counts: Counts): Tensor;

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const thresholds = thresholdList(this.thresholds, 0.5);
    this.accumulator.assignAdd(this.pick(countConfusion(yTrue, yPred, { thresholds, sampleWeight, dtype: this.dtype })));
  }

  override result(): Tensor {
    return oneOrAll(this.accumulator.read(), thresholdList(this.thresholds, 0.5));
  }
}
