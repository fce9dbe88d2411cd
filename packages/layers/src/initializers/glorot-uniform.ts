import { type Field, field, type KerasIdentity } from "@neurite/core";
import { type FanOptions, VarianceScaling } from "./variance-scaling.ts";

/**
 * Uniform within ±√(6 / (fan in + fan out)). Identifier "glorot_uniform". (Glorot & Bengio, 2010)
 *
 * @example
 * new GlorotUniform({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class GlorotUniform extends VarianceScaling {
  static override readonly keras: KerasIdentity = { module: "keras.initializers", className: "GlorotUniform" };
  static override readonly fields: readonly Field[] = [
    field.number("scale", { default: 1, omitted: "always" }),
    field.string("mode", { default: "fan_avg", omitted: "always" }),
    field.string("distribution", { default: "uniform", omitted: "always" }),
  ];

  constructor(options: FanOptions = {}) {
    super(options);
  }
}
