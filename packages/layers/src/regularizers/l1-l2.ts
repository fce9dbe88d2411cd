import { type AnyTensor, field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Regularizer } from "./regularizer.ts";

/** Options of {@link L1L2}. */
export interface L1L2Options {
  /** Factor on the sum of absolute values. Default 0. */
  readonly l1?: number;
  /** Factor on the sum of squares. Default 0. */
  readonly l2?: number;
}

/**
 * `l1 · Σ|x| + l2 · Σx²`. Identifier "l1l2" (with both factors 0: give them).
 *
 * @example
 * new L1L2(0.1, 0.1)(tensor([-1, 2])); // 0.8
 */
export class L1L2 extends Regularizer {
  static readonly keras: KerasIdentity = { module: "keras.regularizers", className: "L1L2" };
  static override readonly fields: readonly Field[] = [
    field.number("l1", { key: "l1", default: 0, min: 0 }),
    field.number("l2", { key: "l2", default: 0, min: 0 }),
  ];
  declare readonly l1: number;
  declare readonly l2: number;

  /** @param l1 The option of that name, as l2 after it; or all options. */
  constructor(l1: number | L1L2Options = {}, l2: number | L1L2Options = {}, options: L1L2Options = {}) {
    super(withLeading(["l1", "l2"], [l1, l2, options]));
  }

  override call(x: AnyTensor): Tensor {
    const absolute = this.l1 === 0 ? null : ops.multiply(ops.sum(ops.abs(x)), this.l1);
    const square = this.l2 === 0 ? null : ops.multiply(ops.sum(ops.square(x)), this.l2);
    if (absolute !== null && square !== null) return ops.add(absolute, square);
    return absolute ?? square ?? ops.zeros([], { dtype: x.dtype });
  }
}
