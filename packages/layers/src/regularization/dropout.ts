import { field, type Field, type KerasIdentity, ops, random, type Tensor } from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Shape of the mask, null where it is that of the input: [null, 1, null] drops whole steps. Default null: the input's. */
  readonly noiseShape?: readonly (number | null)[] | null;
  /** Makes the masks the same in every run. Default null. */
  readonly seed?: number | null;
}

/**
 * Sets a fraction of the inputs to zero in training and scales the rest by 1 / (1 - rate), so that their sum stays. In inference it
 * does nothing. (Srivastava et al., 2014)
 *
 * @example
 * new Dropout(0.5)(x, { training: true });
 */
export class Dropout extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Dropout" };
  static override readonly fields: readonly Field[] = [
    field.number("rate", { min: 0, max: 1 }),
    field.integer("seed", { default: null }),
    field.shape("noiseShape", { default: null }),
  ];
  /** Fraction dropped, 0 to 1. */
  declare readonly rate: number;
  declare readonly seed: number | null;
  declare readonly noiseShape: readonly (number | null)[] | null;
  /** Where its random numbers come from; null at rate 0. */
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(rate: number, options: DropoutOptions = {}) {
    super({ rate, ...options } as LayerOptions);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator(this.seed) : null;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    if (!isTraining() || this.seedGenerator === null) return inputs;
    const noiseShape = this.noiseShape?.map((dim, axis) => dim ?? (inputs.shape[axis] as number)) ?? null;
    if (this.rate === 1) return ops.zerosLike(inputs);
    return random.dropout(inputs, this.rate, { noiseShape, seed: this.seedGenerator });
  }
}
