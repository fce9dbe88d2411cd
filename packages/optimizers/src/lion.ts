import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Lion}. */
export interface LionOptions extends OptimizerOptions {
  /** How much of the mean is in an update, above 0, at most 1. Default 0.9. */
  readonly beta1?: number;
  /** How slowly the mean of gradients moves. Default 0.99. */
  readonly beta2?: number;
}

/**
 * Steps of one size in the direction of the sign. Default rate 0.001. (Chen et al., 2023, https://arxiv.org/abs/2302.06675)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Lion({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.9, 1.9]
 */
export class Lion extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Lion" };
  static override readonly fields: readonly Field[] = [
    field.number("beta1", { default: 0.9, min: Number.MIN_VALUE, max: 1 }),
    field.number("beta2", { default: 0.99, min: 0, max: 1 }),
  ];
  declare readonly beta1: number;
  declare readonly beta2: number;
  #momentums: readonly Variable[] = [];

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | LionOptions = {}, options: LionOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums = []] = this.addSlots(variables, { name: "momentum" });
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta1, beta2 } = this;
    const momentum = this.slotOf(this.#momentums, variable);
    const direction = ops.sign(ops.add(ops.multiply(momentum, beta1), ops.multiply(gradient, 1 - beta1)));
    variable.assignSub(ops.multiply(direction, learningRate));
    momentum.assign(ops.add(ops.multiply(momentum, beta2), ops.multiply(gradient, 1 - beta2)));
  }
}
