import { field, type Field, type KerasIdentity, ops, optionsOf, random, type Tensor } from "@neurite/core";
import type { DropoutOptions } from "./dropout.ts";
import { DropoutLayer } from "./noise-layer.ts";

const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

/**
 * Dropout for SELU networks: keeps mean and variance of the inputs, in training. (Klambauer et al., 2017,
 * https://arxiv.org/abs/1706.02515)
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new AlphaDropout(0.5)(tensor([1, 2])); // [1, 2]
 */
export class AlphaDropout extends DropoutLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "AlphaDropout" };
  static override readonly fields: readonly Field[] = [field.shape("noiseShape", { default: null })];
  declare readonly noiseShape: readonly (number | null)[] | null;

  constructor(rate: number, options: DropoutOptions = {}) {
    super({ rate, ...optionsOf("AlphaDropout", options) } as DropoutOptions);
  }

  protected override disturb(inputs: Tensor, seed: random.SeedGenerator): Tensor {
    const { rate } = this;
    const dropped = -alpha * scale;
    const shape = this.noiseShape?.map((dim, axis) => dim ?? (inputs.shape[axis] as number)) ?? inputs.shape;
    const kept = ops.greaterEqual(random.uniform(shape, { seed }), rate);
    const factor = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5;
    return ops.add(ops.multiply(ops.where(kept, inputs, dropped), factor), -factor * dropped * rate);
  }
}
