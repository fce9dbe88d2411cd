import { type AnyTensor, field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Regularizer } from "./regularizer.ts";

/** Options of {@link L2}. */
export interface L2Options {
  /** Factor on the sum of squares. Default 0.01. */
  readonly l2?: number;
}

/**
 * `l2 · Σx²`. Identifier "l2".
 *
 * @example
 * new L2(0.1)(tensor([-1, 2])); // 0.5
 */
export class L2 extends Regularizer {
  static readonly keras: KerasIdentity = { module: "keras.regularizers", className: "L2" };
  static override readonly fields: readonly Field[] = [field.number("l2", { key: "l2", default: 0.01, min: 0 })];
  declare readonly l2: number;

  /** @param l2 The option of that name; or all options. */
  constructor(l2: number | L2Options = {}, options: L2Options = {}) {
    super(withLeading(["l2"], [l2, options]));
  }

  override call(x: AnyTensor): Tensor {
    return ops.multiply(ops.sum(ops.square(x)), this.l2);
  }
}
