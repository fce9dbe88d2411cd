import { type Field, field, type KerasIdentity, ops, optionsOf, random, type Tensor } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { NoiseLayer, type NoiseOptions } from "./noise-layer.ts";

/** Options of {@link GaussianNoise}. */
export type GaussianNoiseOptions = NoiseOptions;

/**
 * Adds normal noise in training; in inference it does nothing.
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new GaussianNoise(0.1)(tensor([1, 2])); // [1, 2]
 */
export class GaussianNoise extends NoiseLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GaussianNoise" };
  static override readonly fields: readonly Field[] = [field.number("stddev", { min: 0 }), field.integer("seed", { default: null })];
  /** Standard deviation of the noise. */
  declare readonly stddev: number;

  constructor(stddev: number, options: GaussianNoiseOptions = {}) {
    super({ stddev, ...optionsOf("GaussianNoise", options) } as LayerOptions);
  }

  protected override strength(): number {
    return this.stddev;
  }

  protected override disturb(inputs: Tensor, seed: random.SeedGenerator): Tensor {
    return ops.add(inputs, random.normal(inputs.shape, { stddev: this.stddev, dtype: this.computeDtype, seed }));
  }
}
