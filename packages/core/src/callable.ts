/**
 * Base of classes whose instances are called like functions: layers, models, losses.
 * The constructor returns a function that has the class's prototype, so `new Dense(3)(x)` and `dense.units` both work.
 * A subclass says what a call does in `invoke`. Tell instances apart by brand or prototype, never by `typeof`.
 *
 * @example
 * interface Scale {
 *   (x: TensorLike): Tensor;
 * }
 * class Scale extends Callable {
 *   readonly factor: number;
 *   constructor(factor: number) {
 *     super();
 *     this.factor = factor;
 *   }
 *   invoke(x: TensorLike): Tensor {
 *     return ops.multiply(x, this.factor);
 *   }
 * }
 * const double = new Scale(2);
 * double(tensor([1, 2])); // [2, 4]
 */
export abstract class Callable {
  constructor() {
    // `call`, `apply` and `bind` of Function are deliberately out of the prototype chain: `call` is the layer's own method.
    const self = ((...args: unknown[]): unknown => (self as unknown as Callable).invoke(...args)) as unknown as this;
    Object.setPrototypeOf(self, new.target.prototype as object);
    delete (self as { name?: string }).name;
    delete (self as { length?: number }).length;
    return self;
  }

  /** What calling the instance does. */
  protected abstract invoke(...args: unknown[]): unknown;
}
