import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Merge } from "./merge.ts";

/**
 * The largest of its inputs, element by element.
 *
 * Inputs are a list of at least two tensors [batch, …] whose shapes broadcast; the output has the shape of all together.
 *
 * @example
 * new Maximum()([tensor([[1, 7]]), tensor([[3, 5]])]); // [[3, 7]]
 */
export class Maximum extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Maximum" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => ops.maximum(a, b));
  }
}
