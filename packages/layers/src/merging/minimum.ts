import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Merge } from "./merge.ts";

/**
 * The smallest of its inputs, element by element.
 *
 * Inputs are a list of at least two tensors [batch, …] whose shapes broadcast; the output has the shape of all together.
 *
 * @example
 * new Minimum()([tensor([[1, 7]]), tensor([[3, 5]])]); // [[1, 5]]
 */
export class Minimum extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Minimum" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => ops.minimum(a, b));
  }
}
