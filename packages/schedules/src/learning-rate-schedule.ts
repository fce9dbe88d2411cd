import { type AnyTensor, ConfiguredCallable, isTensor, ops, Tensor, toValue } from "@neurite/core";

export interface LearningRateSchedule {
  /** The rate at a step: a float32 scalar. */
  (step: AnyTensor | number): Tensor;
}

/**
 * Base of schedules: callable objects from the number of steps taken to a learning rate. Given to an optimizer in place of a number.
 *
 * @example
 * class Halving extends LearningRateSchedule {
 *   call(step: Tensor): Tensor {
 *     return ops.power(0.5, ops.floor(ops.divide(step, 1000)));
 *   }
 * }
 * new SGD({ learningRate: new Halving() });
 */
export abstract class LearningRateSchedule extends ConfiguredCallable {
  /** The rate at `step`, a float32 scalar. Operations on tensors only: it becomes part of the compiled training step. */
  abstract call(step: Tensor): Tensor;

  protected override invoke(step: AnyTensor | number): Tensor {
    const value = isTensor(step) ? step.value : toValue(step, "float32");
    return this.call(ops.cast(new Tensor(value), "float32"));
  }
}
