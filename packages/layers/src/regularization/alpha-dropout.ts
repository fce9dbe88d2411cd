import { field, type Field, type KerasIdentity, ops, random, type Tensor } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { Layer } from "../core/layer.ts";
import type { DropoutOptions } from "./dropout.ts";

const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

/**
 * Dropout for SELU networks: keeps mean and variance of the inputs, in training. (Klambauer et al., 2017,
 * https://arxiv.org/abs/1706.02515)
 *
 * @example
 * new AlphaDropout(0.5)(tensor([1, 2])); // [1, 2]
 */
export class AlphaDropout extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "AlphaDropout" };
  static override readonly fields: readonly Field[] = [
    field.number("rate", { min: 0, max: 1 }),
    field.integer("seed", { default: null }),
    field.shape("noiseShape", { default: null }),
  ];
  /** Fraction dropped, 0 to 1. */
  declare readonly rate: number;
  declare readonly seed: number | null;
  declare readonly noiseShape: readonly (number | null)[] | null;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(rate: number, options: DropoutOptions = {}) {
    super({ rate, ...options } as DropoutOptions);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator(this.seed) : null;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    const { rate, seedGenerator } = this;
    if (!isTraining() || seedGenerator === null) return inputs;
    const dropped = -alpha * scale;
    const shape = this.noiseShape?.map((dim, axis) => dim ?? (inputs.shape[axis] as number)) ?? inputs.shape;
    const kept = ops.greaterEqual(random.uniform(shape, { seed: seedGenerator }), rate);
    const factor = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5;
    return ops.add(ops.multiply(ops.where(kept, inputs, dropped), factor), -factor * dropped * rate);
  }
}
