import type { KerasIdentity, Tensor, Variable } from "@neurite/core";
import type { Counts } from "./counts.ts";
import { ShareOfPositives, type ShareOfPositivesOptions } from "./share-of-positives.ts";

/** Options of {@link Recall}. */
export interface RecallOptions extends ShareOfPositivesOptions {}

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
export class Recall extends ShareOfPositives {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Recall" };
  readonly falseNegatives: Variable = this.addCount("false_negatives");

  constructor(options: RecallOptions = {}) {
    super(options);
  }

  protected override get wrong(): Variable {
    return this.falseNegatives;
  }

  protected override wrongIn(counts: Counts): Tensor {
    return counts.falseNegatives();
  }
}
