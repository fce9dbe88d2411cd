import { type AnyTensor, ConfiguredCallable, type Tensor } from "@neurite/core";

/** From a weight to the nearest allowed one; applied after each update. */
export type ConstraintFunction = (weight: AnyTensor) => Tensor;

export interface Constraint {
  /** The allowed weight, of the same shape. */
  (weight: AnyTensor): Tensor;
}

/**
 * Base of constraints: callable objects that bring a weight back into what is allowed.
 *
 * @example
 * class AtMostOne extends Constraint {
 *   call(weight: AnyTensor): Tensor {
 *     return ops.minimum(weight, 1);
 *   }
 * }
 * new AtMostOne()(tensor([0.5, 3])); // [0.5, 1]
 */
export abstract class Constraint extends ConfiguredCallable {
  /** What calling the constraint does. */
  abstract call(weight: AnyTensor): Tensor;

  protected invoke(weight: AnyTensor): Tensor {
    return this.call(weight);
  }
}
