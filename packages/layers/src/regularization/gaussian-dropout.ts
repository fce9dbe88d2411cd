import { type Field, field, type KerasIdentity, ops, random, type Tensor } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link GaussianDropout}. */
export interface GaussianDropoutOptions extends LayerOptions {
  /** Makes the noise the same in every run. Default null. */
  readonly seed?: number | null;
}

/**
 * Multiplies by normal noise of mean 1 and deviation `√(rate / (1 - rate))` in training; in inference it does nothing. (Srivastava et al., 2014)
 *
 * @example
 * new GaussianDropout(0.5)(tensor([1, 2])); // [1, 2]
 */
export class GaussianDropout extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GaussianDropout" };
  static override readonly fields: readonly Field[] = [field.number("rate", { min: 0, max: 1 }), field.integer("seed", { default: null })];
  /** As for Dropout, 0 to 1. */
  declare readonly rate: number;
  declare readonly seed: number | null;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(rate: number, options: GaussianDropoutOptions = {}) {
    super({ rate, ...options } as LayerOptions);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator(this.seed) : null;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    if (!isTraining() || this.seedGenerator === null) return inputs;
    const stddev = Math.sqrt(this.rate / (1 - this.rate));
    return ops.multiply(inputs, random.normal(inputs.shape, { mean: 1, stddev, dtype: this.computeDtype, seed: this.seedGenerator }));
  }
}
