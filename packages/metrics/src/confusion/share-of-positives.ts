import { field, type Field, ops, optionsOf, type Tensor, type TensorLike, type Variable } from "@neurite/core";
import { Metric, type MetricOptions, type UpdateOptions } from "../core/metric.ts";
import { type Counts, countConfusion, defaultThreshold, oneOrAll, thresholdList, thresholdsField } from "./counts.ts";

/** Options of precision and recall. */
export interface ShareOfPositivesOptions extends MetricOptions {
  /** Predictions above it count as positive; a list gives one result for each. Default 0.5 (with `topK`: none). */
  readonly thresholds?: number | readonly number[] | null;
  /** Only the `topK` highest predictions of a sample can be positive. Default null: all. */
  readonly topK?: number | null;
  /** Only this class is looked at. Default null: all. */
  readonly classId?: number | null;
}

/** Base of precision and recall: the share of true positives among them and one kind of what is wrong. */
export abstract class ShareOfPositives extends Metric {
  static override readonly fields: readonly Field[] = [
    thresholdsField(),
    field.integer("topK", { default: null, min: 1 }),
    field.integer("classId", { default: null, min: 0 }),
  ];
  declare readonly thresholds: number | readonly number[] | null;
  declare readonly topK: number | null;
  declare readonly classId: number | null;
  readonly truePositives: Variable = this.addCount("true_positives");

  /** How many were wrong. */
  protected abstract get wrong(): Variable;

  /** How many of a batch are wrong. */
  protected abstract wrongIn(counts: Counts): Tensor;

  /** Makes a variable with a number for each threshold. */
  protected addCount(name: string): Variable {
    return this.addVariable(name, [this.#list.length]);
  }

  get #list(): readonly number[] {
    return thresholdList(this.thresholds, defaultThreshold(this.topK));
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight } = optionsOf(this.name, options);
    const { topK, classId, dtype } = this;
    const counts = countConfusion(yTrue, yPred, { thresholds: this.#list, topK, classId, sampleWeight, dtype });
    this.truePositives.assignAdd(counts.truePositives());
    this.wrong.assignAdd(this.wrongIn(counts));
  }

  override result(): Tensor {
    return oneOrAll(ops.divideNoNan(this.truePositives, ops.add(this.truePositives, this.wrong)), this.#list);
  }
}
