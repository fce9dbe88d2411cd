import { type Field, field, type KerasIdentity, ops, optionsOf, type Tensor, ValueError } from "@neurite/core";
import { InputSpec } from "../core/input-spec.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/**
 * Reorders the axes of a sample: `new Permute([2, 1])` swaps the two of [batch, a, b]. Axes count from 1.
 *
 * @example
 * new Permute([2, 1])(ops.ones([1, 3, 4])).shape; // [1, 4, 3]
 */
export class Permute extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Permute" };
  static override readonly fields: readonly Field[] = [field.numbers("dims")];
  declare readonly dims: readonly number[];

  /** @throws ValueError unless `dims` holds each axis once, from 1. */
  constructor(dims: readonly number[], options: LayerOptions = {}) {
    super({ dims, ...optionsOf("Permute", options) } as LayerOptions);
    if (this.dims.toSorted((a, b) => a - b).some((axis, i) => axis !== i + 1)) {
      throw new ValueError(`[Permute] dims must hold each axis once, from 1: got [${this.dims}]`);
    }
    this.inputSpec = new InputSpec({ ndim: this.dims.length + 1 });
  }

  override call(inputs: Tensor): Tensor {
    return ops.transpose(inputs, { axes: [0, ...this.dims] });
  }
}
