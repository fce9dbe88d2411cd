import { field, type Field, random, type Tensor } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of layers that draw random numbers. */
export interface NoiseOptions extends LayerOptions {
  /** Makes what is drawn the same in every run. Default null. */
  readonly seed?: number | null;
}

/** Base of the layers that disturb their inputs at random in training, and let them pass in inference. */
export abstract class NoiseLayer extends Layer {
  declare readonly seed: number | null;
  /** Where its random numbers come from; null where it disturbs nothing. */
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(options: LayerOptions) {
    super(options);
    this.seedGenerator = this.strength() > 0 ? new random.SeedGenerator(this.seed) : null;
    this.built = true;
  }

  /** 0 for none. */
  protected abstract strength(): number;

  /** The inputs with random numbers of `seed`. */
  protected abstract disturb(inputs: Tensor, seed: random.SeedGenerator): Tensor;

  override call(inputs: Tensor): Tensor {
    return isTraining() && this.seedGenerator !== null ? this.disturb(inputs, this.seedGenerator) : inputs;
  }
}

/** Base of the dropouts. */
export abstract class DropoutLayer extends NoiseLayer {
  static override readonly fields: readonly Field[] = [field.number("rate", { min: 0, max: 1 }), field.integer("seed", { default: null })];
  /** Fraction dropped, 0 to 1. */
  declare readonly rate: number;

  protected override strength(): number {
    return this.rate;
  }
}
