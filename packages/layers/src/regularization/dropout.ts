import { field, type Field, type KerasIdentity, ops, optionsOf, random, type Tensor } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { DropoutLayer, type NoiseOptions } from "./noise-layer.ts";

/** Options of {@link Dropout}. */
export interface DropoutOptions extends NoiseOptions {
  /** Shape of the mask, null where it is that of the input: [null, 1, null] drops whole steps. Default null: the input's. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/**
 * Sets a fraction of the inputs to zero in training and scales the rest by 1 / (1 - rate), so that their sum stays. In inference it
 * does nothing. (Srivastava et al., 2014)
 *
 * Inputs have any shape, [batch, …], outputs the same.
 *
 * @example
 * new Dropout(0.5)(tensor([1, 2])); // [1, 2]
 * new Dropout(0.5)(ops.ones([1000]), { training: true }).max(); // 2
 */
export class Dropout extends DropoutLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Dropout" };
  static override readonly fields: readonly Field[] = [field.shape("noiseShape", { default: null })];
  declare readonly noiseShape: readonly (number | null)[] | null;

  constructor(rate: number, options: DropoutOptions = {}) {
    super({ rate, ...optionsOf("Dropout", options) } as LayerOptions);
  }

  protected override disturb(inputs: Tensor, seed: random.SeedGenerator): Tensor {
    if (this.rate === 1) return ops.zerosLike(inputs);
    const noiseShape = this.noiseShape?.map((dim, axis) => dim ?? (inputs.shape[axis] as number)) ?? null;
    return random.dropout(inputs, this.rate, { noiseShape, seed });
  }
}
