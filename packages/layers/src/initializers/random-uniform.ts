import { type DType, field, type Field, type KerasIdentity, random, type Tensor } from "@neurite/core";
import { RandomInitializer, type RandomInitializerOptions } from "./random-initializer.ts";

/** Options of {@link RandomUniform}. */
export interface RandomUniformOptions extends RandomInitializerOptions {
  /** Lower bound, inclusive. Default -0.05. */
  readonly minval?: number;
  /** Upper bound, exclusive. Default 0.05. */
  readonly maxval?: number;
}

/**
 * Uniformly distributed values. Identifiers "random_uniform", "uniform".
 *
 * @example
 * new RandomUniform({ minval: 0, maxval: 1, seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class RandomUniform extends RandomInitializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "RandomUniform" };
  static override readonly fields: readonly Field[] = [
    field.number("minval", { default: -0.05 }),
    field.number("maxval", { default: 0.05 }),
  ];
  declare readonly minval: number;
  declare readonly maxval: number;

  constructor(options: RandomUniformOptions = {}) {
    super(options);
  }

  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    return random.uniform(shape, { minval: this.minval, maxval: this.maxval, dtype, seed: this.seed });
  }
}
