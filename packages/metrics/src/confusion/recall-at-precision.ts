import { field, type Field, type KerasIdentity, type Tensor } from "@neurite/core";
import { OperatingPoint, type OperatingPointOptions } from "./operating-point.ts";

/** The best recall at a precision of at least the one given. */
export class RecallAtPrecision extends OperatingPoint {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "RecallAtPrecision" };
  static override readonly fields: readonly Field[] = [field.number("precision", { min: 0, max: 1, property: "limit" })];
  /** The precision that is asked for, 0 to 1. */
  declare readonly limit: number;

  constructor(precision: number, options: OperatingPointOptions = {}) {
    super({ precision, ...options } as OperatingPointOptions);
  }

  override result(): Tensor {
    return this.best(this.sensitivity, this.precisions, this.limit);
  }
}
