import { type Field, field, type KerasIdentity, ops, random, type Tensor } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link GaussianNoise}. */
export interface GaussianNoiseOptions extends LayerOptions {
  /** Makes the noise the same in every run. Default null. */
  readonly seed?: number | null;
}

/**
 * Adds normal noise in training; in inference it does nothing.
 *
 * @example
 * new GaussianNoise(0.1)(tensor([1, 2])); // [1, 2]
 */
export class GaussianNoise extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GaussianNoise" };
  static override readonly fields: readonly Field[] = [field.number("stddev", { min: 0 }), field.integer("seed", { default: null })];
  /** Standard deviation of the noise. */
  declare readonly stddev: number;
  declare readonly seed: number | null;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(stddev: number, options: GaussianNoiseOptions = {}) {
    super({ stddev, ...options } as LayerOptions);
    this.seedGenerator = this.stddev > 0 ? new random.SeedGenerator(this.seed) : null;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    if (!isTraining() || this.seedGenerator === null) return inputs;
    return ops.add(inputs, random.normal(inputs.shape, { stddev: this.stddev, dtype: this.computeDtype, seed: this.seedGenerator }));
  }
}
