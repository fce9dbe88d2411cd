import type { KerasIdentity, Tensor } from "@neurite/core";
import { ConditionCount } from "./condition-count.ts";
import type { Counts } from "./counts.ts";

/**
 * Number of negatives that are predicted positive, weighted.
 *
 * Labels and predictions have the same shape; the result is a scalar, or [thresholds] where several are given.
 *
 * @example
 * const metric = new FalsePositives();
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 1
 */
export class FalsePositives extends ConditionCount {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "FalsePositives" };

  protected override pick(counts: Counts): Tensor {
    return counts.falsePositives();
  }
}
