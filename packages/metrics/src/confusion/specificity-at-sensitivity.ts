import { field, type Field, type KerasIdentity, optionsOf, type Tensor } from "@neurite/core";
import { OperatingPoint, type OperatingPointOptions } from "./operating-point.ts";

/**
 * The best specificity at a sensitivity of at least the one given.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new SpecificityAtSensitivity(0.5);
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 1
 */
export class SpecificityAtSensitivity extends OperatingPoint {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "SpecificityAtSensitivity" };
  static override readonly fields: readonly Field[] = [field.number("sensitivity", { min: 0, max: 1, property: "limit" })];
  /** The sensitivity that is asked for, 0 to 1. */
  declare readonly limit: number;

  constructor(sensitivity: number, options: OperatingPointOptions = {}) {
    super({ sensitivity, ...optionsOf("SpecificityAtSensitivity", options) } as OperatingPointOptions);
  }

  override result(): Tensor {
    return this.best(this.specificity, this.sensitivity, this.limit);
  }
}
