import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Merge } from "./merge.ts";

/**
 * The mean of its inputs, which broadcast.
 *
 * Inputs are a list of at least two tensors [batch, …] whose shapes broadcast; the output has the shape of all together.
 *
 * @example
 * new Average()([tensor([[1, 2]]), tensor([[3, 5]])]); // [[2, 3.5]]
 */
export class Average extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Average" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return ops.divide(
      inputs.reduce((a, b) => ops.add(a, b)),
      inputs.length,
    );
  }
}
