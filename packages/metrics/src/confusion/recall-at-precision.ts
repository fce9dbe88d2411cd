import { field, type Field, type KerasIdentity, optionsOf, type Tensor } from "@neurite/core";
import { OperatingPoint, type OperatingPointOptions } from "./operating-point.ts";

/**
 * The best recall at a precision of at least the one given.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new RecallAtPrecision(0.8);
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 0.5
 */
export class RecallAtPrecision extends OperatingPoint {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "RecallAtPrecision" };
  static override readonly fields: readonly Field[] = [field.number("precision", { min: 0, max: 1, property: "limit" })];
  /** The precision that is asked for, 0 to 1. */
  declare readonly limit: number;

  constructor(precision: number, options: OperatingPointOptions = {}) {
    super({ precision, ...optionsOf("RecallAtPrecision", options) } as OperatingPointOptions);
  }

  override result(): Tensor {
    return this.best(this.sensitivity, this.precisions, this.limit);
  }
}
