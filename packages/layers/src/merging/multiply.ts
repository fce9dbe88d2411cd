import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Merge } from "./merge.ts";

/**
 * The product of its inputs, which broadcast.
 *
 * Inputs are a list of at least two tensors [batch, …] whose shapes broadcast; the output has the shape of all together.
 *
 * @example
 * new Multiply()([tensor([[1, 2]]), tensor([[3, 5]])]); // [[3, 10]]
 */
export class Multiply extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Multiply" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => ops.multiply(a, b));
  }
}
