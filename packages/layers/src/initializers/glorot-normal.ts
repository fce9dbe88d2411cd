import { type Field, field, type KerasIdentity } from "@neurite/core";
import { type FanOptions, VarianceScaling } from "./variance-scaling.ts";

/**
 * Truncated normal of deviation √(2 / (fan in + fan out)). Identifier "glorot_normal". (Glorot & Bengio, 2010)
 *
 * @example
 * new GlorotNormal({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class GlorotNormal extends VarianceScaling {
  static override readonly keras: KerasIdentity = { module: "keras.initializers", className: "GlorotNormal" };
  static override readonly fields: readonly Field[] = [
    field.number("scale", { default: 1, omitted: "always" }),
    field.string("mode", { default: "fan_avg", omitted: "always" }),
    field.string("distribution", { default: "truncated_normal", omitted: "always" }),
  ];

  constructor(options: FanOptions = {}) {
    super(options);
  }
}
