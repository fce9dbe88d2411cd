import { ConfiguredCallable, type DType, type Tensor } from "@neurite/core";

/** What an initializer is told beside the shape. */
export interface InitializerCallOptions {
  /** Default "float32". */
  readonly dtype?: DType;
}

/** Gives the first value of a weight: an {@link Initializer}, or a function of your own. */
export type InitializerFunction = (shape: readonly number[], options?: InitializerCallOptions) => Tensor;

export interface Initializer {
  /** The values for a weight of this shape. */
  (shape: readonly number[], options?: InitializerCallOptions): Tensor;
}

/**
 * Base of initializers: callable objects from a shape to values.
 *
 * @example
 * const values = new HeNormal({ seed: 1 })([784, 300]);
 */
export abstract class Initializer extends ConfiguredCallable {
  /** What calling the initializer does. */
  abstract call(shape: readonly number[], options: { readonly dtype: DType }): Tensor;

  protected invoke(shape: readonly number[], options: InitializerCallOptions = {}): Tensor {
    return this.call(shape, { dtype: options.dtype ?? "float32" });
  }
}
