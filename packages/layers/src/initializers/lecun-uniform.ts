import { type Field, field, type KerasIdentity } from "@neurite/core";
import { type FanOptions, VarianceScaling } from "./variance-scaling.ts";

/**
 * Uniform within ±√(3 / fan in). Identifier "lecun_uniform". (LeCun et al., 1998)
 *
 * @example
 * new LecunUniform({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class LecunUniform extends VarianceScaling {
  static override readonly keras: KerasIdentity = { module: "keras.initializers", className: "LecunUniform" };
  static override readonly fields: readonly Field[] = [
    field.number("scale", { default: 1, omitted: "always" }),
    field.string("mode", { default: "fan_in", omitted: "always" }),
    field.string("distribution", { default: "uniform", omitted: "always" }),
  ];

  constructor(options: FanOptions = {}) {
    super(options);
  }
}
