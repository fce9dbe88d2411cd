import { type DType, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Initializer } from "./initializer.ts";

/**
 * Ones everywhere. Identifier "ones".
 *
 * @example
 * new Ones()([2]); // [1, 1]
 */
export class Ones extends Initializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "Ones" };

  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    return ops.ones(shape, { dtype });
  }
}
