import { field, type Field } from "@neurite/core";
import { Initializer } from "./initializer.ts";

/** Options of {@link RandomInitializer}. */
export interface RandomInitializerOptions {
  /** An integer gives the same values at every call; null (the default) draws from the global generator. */
  readonly seed?: number | null;
}

/**
 * Base of initializers that draw random numbers.
 *
 * @example
 * class Small extends RandomInitializer {
 *   call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
 *     return random.uniform(shape, { maxval: 1e-3, dtype, seed: this.seed });
 *   }
 * }
 * new Small({ seed: 1 })([2, 3]).shape; // [2, 3]
 */
export abstract class RandomInitializer extends Initializer {
  static override readonly fields: readonly Field[] = [field.integer("seed", { default: null })];
  declare readonly seed: number | null;
}
