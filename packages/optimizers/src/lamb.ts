import { type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { AdaptiveMoments, type AdaptiveMomentsOptions } from "./adaptive-moments.ts";
import type { LearningRateLike } from "./optimizer.ts";

/** Options of {@link Lamb}. */
export type LambOptions = AdaptiveMomentsOptions;

/**
 * Adam whose update of each variable is as long as the variable itself, times the rate: for large batches. Default rate 0.001.
 * (You et al., 2019, https://arxiv.org/abs/1904.00962)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Lamb({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.84189, 1.8419]
 */
export class Lamb extends AdaptiveMoments {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Lamb" };

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | LambOptions = {}, options: LambOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const unbias = (mean: Variable, beta: number): Tensor => ops.divide(mean, ops.cast(this.correctionOf(beta), variable.dtype));
    const momentum = this.moveMean(gradient, variable);
    const velocity = this.moveSquares(gradient, variable);
    const update = ops.divide(unbias(momentum, this.beta1), ops.add(ops.sqrt(unbias(velocity, this.beta2)), this.epsilon));
    const length = ops.sqrt(ops.sum(ops.square(variable)));
    const updateLength = ops.sqrt(ops.sum(ops.square(update)));
    const comparable = ops.logicalAnd(ops.greater(length, 0), ops.greater(updateLength, 0));
    const ratio = ops.where(comparable, ops.divide(length, updateLength), 1);
    variable.assignSub(ops.multiply(ops.multiply(ratio, learningRate), update));
  }
}
