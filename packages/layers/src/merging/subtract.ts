import { type KerasIdentity, ops, type Tensor, ValueError } from "@neurite/core";
import { Merge } from "./merge.ts";

/**
 * The first of two inputs [batch, …] minus the second; their shapes broadcast.
 *
 * @throws ValueError for another number of inputs; ShapeError when the shapes do not broadcast.
 *
 * @example
 * new Subtract()([tensor([[1, 2]]), tensor([[3, 5]])]); // [[-2, -3]]
 */
export class Subtract extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Subtract" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const [a, b] = inputs;
    if (a === undefined || b === undefined || inputs.length > 2)
      throw new ValueError(`[Subtract] exactly two inputs are needed: got ${inputs.length}`);
    return ops.subtract(a, b);
  }
}
