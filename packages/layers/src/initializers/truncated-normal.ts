import { type DType, field, type Field, type KerasIdentity, random, type Tensor } from "@neurite/core";
import { RandomInitializer, type RandomInitializerOptions } from "./random-initializer.ts";

/** Options of {@link TruncatedNormal}. */
export interface TruncatedNormalOptions extends RandomInitializerOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation before truncation. Default 0.05. */
  readonly stddev?: number;
}

/**
 * Normally distributed values; those beyond two standard deviations are drawn again. Identifier "truncated_normal".
 *
 * @example
 * new TruncatedNormal({ seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class TruncatedNormal extends RandomInitializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "TruncatedNormal" };
  static override readonly fields: readonly Field[] = [
    field.number("mean", { default: 0 }),
    field.number("stddev", { default: 0.05, min: 0 }),
  ];
  declare readonly mean: number;
  declare readonly stddev: number;

  constructor(options: TruncatedNormalOptions = {}) {
    super(options);
  }

  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    return random.truncatedNormal(shape, { mean: this.mean, stddev: this.stddev, dtype, seed: this.seed });
  }
}
