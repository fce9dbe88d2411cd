import type { KerasIdentity, Tensor, Variable } from "@neurite/core";
import type { Counts } from "./counts.ts";
import { ShareOfPositives, type ShareOfPositivesOptions } from "./share-of-positives.ts";

/** Options of {@link Precision}. */
export interface PrecisionOptions extends ShareOfPositivesOptions {}

/**
 * Share of predicted positives that are right.
 *
 * Labels and predictions have the same shape; the result is a scalar, or [thresholds] where several are given.
 *
 * @example
 * const metric = new Precision();
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 0.5
 */
export class Precision extends ShareOfPositives {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "Precision" };
  readonly falsePositives: Variable = this.addCount("false_positives");

  constructor(options: PrecisionOptions = {}) {
    super(options);
  }

  protected override get wrong(): Variable {
    return this.falsePositives;
  }

  protected override wrongIn(counts: Counts): Tensor {
    return counts.falsePositives();
  }
}
