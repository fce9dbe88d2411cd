import { type Field, field, type KerasIdentity } from "@neurite/core";
import { type FanOptions, VarianceScaling } from "./variance-scaling.ts";

/**
 * Uniform within ±√(6 / fan in). Identifier "he_uniform". (He et al., 2015, https://arxiv.org/abs/1502.01852)
 *
 * @example
 * new HeUniform({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class HeUniform extends VarianceScaling {
  static override readonly keras: KerasIdentity = { module: "keras.initializers", className: "HeUniform" };
  static override readonly fields: readonly Field[] = [
    field.number("scale", { default: 2, omitted: "always" }),
    field.string("mode", { default: "fan_in", omitted: "always" }),
    field.string("distribution", { default: "uniform", omitted: "always" }),
  ];

  constructor(options: FanOptions = {}) {
    super(options);
  }
}
