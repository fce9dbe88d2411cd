import { type Field, field, type KerasIdentity } from "@neurite/core";
import { type FanOptions, VarianceScaling } from "./variance-scaling.ts";

/**
 * Truncated normal of deviation √(1 / fan in): for SELU. Identifier "lecun_normal". (Klambauer et al., 2017, https://arxiv.org/abs/1706.02515)
 *
 * @example
 * new LecunNormal({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class LecunNormal extends VarianceScaling {
  static override readonly keras: KerasIdentity = { module: "keras.initializers", className: "LecunNormal" };
  static override readonly fields: readonly Field[] = [
    field.number("scale", { default: 1, omitted: "always" }),
    field.string("mode", { default: "fan_in", omitted: "always" }),
    field.string("distribution", { default: "truncated_normal", omitted: "always" }),
  ];

  constructor(options: FanOptions = {}) {
    super(options);
  }
}
