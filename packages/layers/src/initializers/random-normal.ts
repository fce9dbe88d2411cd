import { type DType, field, type Field, type KerasIdentity, random, type Tensor } from "@neurite/core";
import { RandomInitializer, type RandomInitializerOptions } from "./random-initializer.ts";

/** Options of {@link RandomNormal}. */
export interface RandomNormalOptions extends RandomInitializerOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 0.05. */
  readonly stddev?: number;
}

/**
 * Normally distributed values. Identifiers "random_normal", "normal".
 *
 * @example
 * new RandomNormal({ stddev: 0.1, seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class RandomNormal extends RandomInitializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "RandomNormal" };
  static override readonly fields: readonly Field[] = [
    field.number("mean", { default: 0 }),
    field.number("stddev", { default: 0.05, min: 0 }),
  ];
  declare readonly mean: number;
  declare readonly stddev: number;

  constructor(options: RandomNormalOptions = {}) {
    super(options);
  }

  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    return random.normal(shape, { mean: this.mean, stddev: this.stddev, dtype, seed: this.seed });
  }
}
