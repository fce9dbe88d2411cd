import { type KerasIdentity, type Tensor } from "@neurite/core";
import { Layer, type LayerOptions } from "./layer.ts";

/**
 * Gives its input, of any shape. (Keras calls it `Identity`, which here is the initializer.)
 *
 * @example
 * new IdentityLayer()(tensor([1, 2])); // [1, 2]
 */
export class IdentityLayer extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Identity" };

  constructor(options: LayerOptions = {}) {
    super(options);
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }
}
