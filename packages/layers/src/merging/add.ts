import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Merge } from "./merge.ts";

/**
 * The sum of its inputs, which broadcast: `new Add()([a, b])`.
 *
 * @example
 * new Add()([tensor([[1, 2]]), tensor([[3, 5]])]); // [[4, 7]]
 */
export class Add extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Add" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => ops.add(a, b));
  }
}
