import { type Field, field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { InputSpec } from "../core/input-spec.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/**
 * Repeats each sample: [batch, features] → [batch, n, features].
 *
 * @example
 * new RepeatVector(2)(tensor([[1, 2]])); // [[[1, 2], [1, 2]]]
 */
export class RepeatVector extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "RepeatVector" };
  static override readonly fields: readonly Field[] = [field.integer("n", { min: 1 })];
  declare readonly n: number;
  override readonly inputSpec: InputSpec = new InputSpec({ ndim: 2 });

  constructor(n: number, options: LayerOptions = {}) {
    super({ n, ...optionsOf("RepeatVector", options) } as LayerOptions);
  }

  override call(inputs: Tensor): Tensor {
    return ops.repeat(ops.expandDims(inputs, 1), this.n, { axis: 1 });
  }
}
