import type { KerasIdentity, Tensor } from "@neurite/core";
import { ConditionCount } from "./condition-count.ts";
import type { Counts } from "./counts.ts";

/** Number of negatives that are predicted negative, weighted. */
export class TrueNegatives extends ConditionCount {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "TrueNegatives" };

  protected override pick(counts: Counts): Tensor {
    return counts.trueNegatives();
  }
}
