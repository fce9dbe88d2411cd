import { type DType, field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Initializer } from "./initializer.ts";

/** Options of {@link Constant}. */
export interface ConstantOptions {
  /** Default 0. */
  readonly value?: number;
}

/**
 * One number everywhere. Identifier "constant".
 *
 * @example
 * new Constant({ value: 3 })([2]); // [3, 3]
 */
export class Constant extends Initializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "Constant" };
  static override readonly fields: readonly Field[] = [field.number("value", { default: 0 })];
  declare readonly value: number;

  /** @param value The option of that name; or all options. */
  constructor(value: number | ConstantOptions = {}, options: ConstantOptions = {}) {
    super(withLeading(["value"], [value, options]));
  }

  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    return ops.full(shape, this.value, { dtype });
  }
}
