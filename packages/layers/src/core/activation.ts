import { type Field, type KerasIdentity, optionsOf, type Tensor } from "@neurite/core";
import type { ActivationFunction, ActivationLike } from "../activations/index.ts";
import { layerField } from "./fields.ts";
import { Layer, type LayerOptions } from "./layer.ts";

/**
 * Applies an activation function. Output of the input's shape.
 *
 * Inputs have any shape, [batch, …], outputs the same (with "glu" half the last axis).
 *
 * @example
 * new Activation("relu")(tensor([[-1, 2]])); // [[0, 2]]
 */
export class Activation extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Activation" };
  static override readonly fields: readonly Field[] = [layerField.activation("activation")];
  declare readonly activation: ActivationFunction;

  constructor(activation: ActivationLike, options: LayerOptions = {}) {
    super({ activation, ...optionsOf("Activation", options) } as LayerOptions);
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return this.activation(inputs);
  }
}
