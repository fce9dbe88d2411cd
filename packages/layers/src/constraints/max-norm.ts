import { type AnyTensor, field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Constraint } from "./constraint.ts";
import { epsilon, normsAlong } from "./norms.ts";

/** Options of {@link MaxNorm}. */
export interface MaxNormOptions {
  /** Largest norm allowed. Default 2. */
  readonly maxValue?: number;
  /** Axes a norm is taken over: 0 (the default) for the inputs of a dense unit, [0, 1, 2] for a filter of a 2D convolution. */
  readonly axis?: number | readonly number[];
}

/**
 * Scales down weights whose norm is above `maxValue`. Identifier "max_norm".
 *
 * @example
 * new MaxNorm(1, { axis: 0 })(tensor([[3], [4]])); // [[0.6], [0.8]]
 */
export class MaxNorm extends Constraint {
  static readonly keras: KerasIdentity = { module: "keras.constraints", className: "MaxNorm" };
  static override readonly fields: readonly Field[] = [
    field.number("maxValue", { default: 2, min: 0 }),
    field.axes("axis", { default: 0 }),
  ];
  declare readonly maxValue: number;
  declare readonly axis: number | readonly number[];

  /** @param maxValue The option of that name; or all options. */
  constructor(maxValue: number | MaxNormOptions = {}, options: MaxNormOptions = {}) {
    super(withLeading(["maxValue"], [maxValue, options]));
  }

  override call(weight: AnyTensor): Tensor {
    const norms = normsAlong(weight, this.axis);
    return ops.multiply(weight, ops.divide(ops.clip(norms, 0, this.maxValue), ops.add(norms, epsilon)));
  }
}
