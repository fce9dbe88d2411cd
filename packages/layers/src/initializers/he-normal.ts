import { type Field, field, type KerasIdentity } from "@neurite/core";
import { type FanOptions, VarianceScaling } from "./variance-scaling.ts";

/**
 * Truncated normal of deviation √(2 / fan in): for ReLU and its kin. Identifier "he_normal". (He et al., 2015, https://arxiv.org/abs/1502.01852)
 *
 * @example
 * new HeNormal({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class HeNormal extends VarianceScaling {
  static override readonly keras: KerasIdentity = { module: "keras.initializers", className: "HeNormal" };
  static override readonly fields: readonly Field[] = [
    field.number("scale", { default: 2, omitted: "always" }),
    field.string("mode", { default: "fan_in", omitted: "always" }),
    field.string("distribution", { default: "truncated_normal", omitted: "always" }),
  ];

  constructor(options: FanOptions = {}) {
    super(options);
  }
}
