import { type AnyTensor, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Constraint } from "./constraint.ts";

/**
 * Sets negative weights to zero. Identifier "non_neg".
 *
 * @example
 * new NonNeg()(tensor([-1, 2])); // [0, 2]
 */
export class NonNeg extends Constraint {
  static readonly keras: KerasIdentity = { module: "keras.constraints", className: "NonNeg" };

  override call(weight: AnyTensor): Tensor {
    return ops.maximum(weight, 0);
  }
}
