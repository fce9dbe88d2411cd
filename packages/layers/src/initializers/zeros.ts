import { type DType, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Initializer } from "./initializer.ts";

/**
 * Zeros everywhere. Identifier "zeros".
 *
 * @example
 * new Zeros()([2]); // [0, 0]
 */
export class Zeros extends Initializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "Zeros" };

  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    return ops.zeros(shape, { dtype });
  }
}
