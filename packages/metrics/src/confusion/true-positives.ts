import type { KerasIdentity, Tensor } from "@neurite/core";
import { ConditionCount } from "./condition-count.ts";
import type { Counts } from "./counts.ts";

/** Number of positives that are predicted positive, weighted. */
export class TruePositives extends ConditionCount {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "TruePositives" };

  protected override pick(counts: Counts): Tensor {
    return counts.truePositives();
  }
}
