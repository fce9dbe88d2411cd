import type { KerasIdentity, Tensor } from "@neurite/core";
import { ConditionCount } from "./condition-count.ts";
import type { Counts } from "./counts.ts";

/** Number of positives that are predicted negative, weighted. */
export class FalseNegatives extends ConditionCount {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "FalseNegatives" };

  protected override pick(counts: Counts): Tensor {
    return counts.falseNegatives();
  }
}
