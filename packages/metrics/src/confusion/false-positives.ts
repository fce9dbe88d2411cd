import type { KerasIdentity, Tensor } from "@neurite/core";
import { ConditionCount } from "./condition-count.ts";
import type { Counts } from "./counts.ts";

/** Number of negatives that are predicted positive, weighted. */
export class FalsePositives extends ConditionCount {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "FalsePositives" };

  protected override pick(counts: Counts): Tensor {
    return counts.falsePositives();
  }
}
