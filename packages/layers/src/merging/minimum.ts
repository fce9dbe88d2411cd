import { type KerasIdentity, ops, type Tensor } from "@neurite/core";
import { Merge } from "./merge.ts";

/** The smallest of its inputs, element by element. */
export class Minimum extends Merge {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Minimum" };

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => ops.minimum(a, b));
  }
}
