import { type AnyTensor, field, type Field, type KerasIdentity, ops, type Tensor, withLeading } from "@neurite/core";
import { Regularizer } from "./regularizer.ts";

/** Options of {@link L1}. */
export interface L1Options {
  /** Factor on the sum of absolute values. Default 0.01. */
  readonly l1?: number;
}

/**
 * `l1 · Σ|x|`. Identifier "l1".
 *
 * @example
 * new L1(0.1)(tensor([-1, 2])); // 0.3
 */
export class L1 extends Regularizer {
  static readonly keras: KerasIdentity = { module: "keras.regularizers", className: "L1" };
  static override readonly fields: readonly Field[] = [field.number("l1", { key: "l1", default: 0.01, min: 0 })];
  declare readonly l1: number;

  /** @param l1 The option of that name; or all options. */
  constructor(l1: number | L1Options = {}, options: L1Options = {}) {
    super(withLeading(["l1"], [l1, options]));
  }

  override call(x: AnyTensor): Tensor {
    return ops.multiply(ops.sum(ops.abs(x)), this.l1);
  }
}
