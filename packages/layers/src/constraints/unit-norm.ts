import { type AnyTensor, field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Constraint } from "./constraint.ts";
import { epsilon, normsAlong } from "./norms.ts";

/** Options of {@link UnitNorm}. */
export interface UnitNormOptions {
  /** Axes a norm is taken over; see MaxNorm. Default 0. */
  readonly axis?: number | readonly number[];
}

/**
 * Scales weights to norm 1. Identifier "unit_norm".
 *
 * @example
 * new UnitNorm()(tensor([[3], [4]])); // [[0.6], [0.8]]
 */
export class UnitNorm extends Constraint {
  static readonly keras: KerasIdentity = { module: "keras.constraints", className: "UnitNorm" };
  static override readonly fields: readonly Field[] = [field.axes("axis", { default: 0 })];
  declare readonly axis: number | readonly number[];

  /** @param axis The option of that name; or all options. */
  constructor(axis: number | readonly number[] | UnitNormOptions = {}, options: UnitNormOptions = {}) {
    super(withLeading(["axis"], [axis, options]));
  }

  override call(weight: AnyTensor): Tensor {
    return ops.divide(weight, ops.add(normsAlong(weight, this.axis), epsilon));
  }
}
