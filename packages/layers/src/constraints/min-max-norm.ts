import { type AnyTensor, field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Constraint } from "./constraint.ts";
import { epsilon, normsAlong } from "./norms.ts";

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormOptions {
  /** Smallest norm allowed. Default 0. */
  readonly minValue?: number;
  /** Largest norm allowed. Default 1. */
  readonly maxValue?: number;
  /** How much of the way to the allowed norm is gone at each update, 0 to 1. Default 1. */
  readonly rate?: number;
  /** Axes a norm is taken over; see MaxNorm. Default 0. */
  readonly axis?: number | readonly number[];
}

/**
 * Scales weights so that their norm comes between `minValue` and `maxValue`. Identifier "min_max_norm".
 *
 * @example
 * new MinMaxNorm(2, 4)(tensor([[0.6], [0.8]])); // [[1.2], [1.6]]
 */
export class MinMaxNorm extends Constraint {
  static readonly keras: KerasIdentity = { module: "keras.constraints", className: "MinMaxNorm" };
  static override readonly fields: readonly Field[] = [
    field.number("minValue", { default: 0, min: 0 }),
    field.number("maxValue", { default: 1, min: 0 }),
    field.number("rate", { default: 1, min: 0, max: 1 }),
    field.axes("axis", { default: 0 }),
  ];
  declare readonly minValue: number;
  declare readonly maxValue: number;
  declare readonly rate: number;
  declare readonly axis: number | readonly number[];

  /** @param minValue The option of that name, as maxValue after it; or all options. */
  constructor(minValue: number | MinMaxNormOptions = {}, maxValue: number | MinMaxNormOptions = {}, options: MinMaxNormOptions = {}) {
    super(withLeading(["minValue", "maxValue"], [minValue, maxValue, options]));
  }

  override call(weight: AnyTensor): Tensor {
    const norms = normsAlong(weight, this.axis);
    const allowed = ops.multiply(ops.clip(norms, this.minValue, this.maxValue), this.rate);
    const wanted = this.rate === 1 ? allowed : ops.add(allowed, ops.multiply(norms, 1 - this.rate));
    return ops.multiply(weight, ops.divide(wanted, ops.add(norms, epsilon)));
  }
}
