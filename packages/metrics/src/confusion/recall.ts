import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, type TensorLike, type Variable } from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { countConfusion, defaultThreshold, oneOrAll, thresholdList, thresholdsField } from "./counts.ts";

/** Options of {@link Recall}. */
export interface RecallOptions extends MetricOptions {
  /** Predictions above it count as positive; a list gives one result for each. Default 0.5 (with `topK`: none). */
  readonly thresholds?: number | readonly number[] | null;
  /** Only the `topK` highest predictions of a sample can be positive. Default null: all. */
  readonly topK?: number | null;
  /** Only this class is looked at. Default null: all. */
  readonly classId?: number | null;
}

/**
 * Share of positives that are predicted.
 *
 * Labels and predictions have the same shape; the result is a scalar, or [thresholds] where several are given.
 *
 * @example
 * const metric = new Recall();
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 0.5
 */
export class Recall extends Metric {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Recall" };
  static override readonly fields: readonly Field[] = [
    thresholdsField(),
    field.integer("topK", { default: null, min: 1 }),
    field.integer("classId", { default: null, min: 0 }),
  ];
  declare readonly thresholds: number | readonly number[] | null;
  declare readonly topK: number | null;
  declare readonly classId: number | null;
  readonly truePositives: Variable = this.addVariable("true_positives", [this.#list.length]);
  readonly falseNegatives: Variable = this.addVariable("false_negatives", [this.#list.length]);

  constructor(options: RecallOptions = {}) {
    super(options);
  }

  get #list(): readonly number[] {
    return thresholdList(this.thresholds, defaultThreshold(this.topK));
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const { topK, classId, dtype } = this;
    const counts = countConfusion(yTrue, yPred, { thresholds: this.#list, topK, classId, sampleWeight, dtype });
    this.truePositives.assignAdd(counts.truePositives());
    this.falseNegatives.assignAdd(counts.falseNegatives());
  }

  override result(): Tensor {
    return oneOrAll(ops.divideNoNan(this.truePositives, ops.add(this.truePositives, this.falseNegatives)), this.#list);
  }
}
