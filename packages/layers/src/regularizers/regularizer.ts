import { type AnyTensor, ConfiguredCallable, type Tensor } from "@neurite/core";

/** From a weight (or output) to a penalty, a scalar that is added to the loss. */
export type RegularizerFunction = (x: AnyTensor) => Tensor;

export interface Regularizer {
  /** The penalty, a scalar. */
  (x: AnyTensor): Tensor;
}

/**
 * Base of regularizers: callable objects from a weight to a penalty on the loss.
 *
 * @example
 * class Sum extends Regularizer {
 *   call(x: AnyTensor): Tensor {
 *     return ops.sum(ops.abs(x));
 *   }
 * }
 * new Sum()(tensor([1, -2])); // 3
 */
export abstract class Regularizer extends ConfiguredCallable {
  /** What calling the regularizer does. */
  abstract call(x: AnyTensor): Tensor;

  protected invoke(x: AnyTensor): Tensor {
    return this.call(x);
  }
}
