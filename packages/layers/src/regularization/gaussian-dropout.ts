import { type KerasIdentity, ops, optionsOf, random, type Tensor } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { DropoutLayer, type NoiseOptions } from "./noise-layer.ts";

/** Options of {@link GaussianDropout}. */
export type GaussianDropoutOptions = NoiseOptions;

/**
 * Multiplies by normal noise of mean 1 and deviation `√(rate / (1 - rate))` in training; in inference it does nothing. (Srivastava et al., 2014)
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new GaussianDropout(0.5)(tensor([1, 2])); // [1, 2]
 */
export class GaussianDropout extends DropoutLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GaussianDropout" };

  constructor(rate: number, options: GaussianDropoutOptions = {}) {
    super({ rate, ...optionsOf("GaussianDropout", options) } as LayerOptions);
  }

  protected override disturb(inputs: Tensor, seed: random.SeedGenerator): Tensor {
    const stddev = Math.sqrt(this.rate / (1 - this.rate));
    return ops.multiply(inputs, random.normal(inputs.shape, { mean: 1, stddev, dtype: this.computeDtype, seed }));
  }
}
