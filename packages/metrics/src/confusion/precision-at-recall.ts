import { field, type Field, type KerasIdentity, optionsOf, type Tensor } from "@neurite/core";
import { OperatingPoint, type OperatingPointOptions } from "./operating-point.ts";

/**
 * The best precision at a recall of at least the one given.
 *
 * Labels and predictions have the same shape, [batch, …]; the result is a scalar.
 *
 * @example
 * const metric = new PrecisionAtRecall(0.5);
 * metric.updateState([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6]);
 * await metric.result().item(); // 1
 */
export class PrecisionAtRecall extends OperatingPoint {
  static readonly keras: KerasIdentity = { module: "keras.metrics", className: "PrecisionAtRecall" };
  static override readonly fields: readonly Field[] = [field.number("recall", { min: 0, max: 1, property: "limit" })];
  /** The recall that is asked for, 0 to 1. */
  declare readonly limit: number;

  constructor(recall: number, options: OperatingPointOptions = {}) {
    super({ recall, ...optionsOf("PrecisionAtRecall", options) } as OperatingPointOptions);
  }

  override result(): Tensor {
    return this.best(this.precisions, this.sensitivity, this.limit);
  }
}
