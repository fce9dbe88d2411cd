import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Merge } from "./merge.ts";

/** The product of its inputs, which broadcast. */
export class Multiply extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Multiply" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => ops.multiply(a, b));
  }
}
