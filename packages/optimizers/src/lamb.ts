import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable } from "@neurite/core";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Lamb}. */
export interface LambOptions extends OptimizerOptions {
  /** How slowly the mean of gradients moves, 0 to 1. Default 0.9. */
  readonly beta1?: number;
  /** How slowly the mean of their squares moves, 0 to 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam whose update of each variable is as long as the variable itself, times the rate: for large batches. Default rate 0.001.
 * (You et al., 2019, https://arxiv.org/abs/1904.00962)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Lamb({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.84189, 1.8419]
 */
export class Lamb extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Lamb" };
  static override readonly fields: readonly Field[] = [
    field.number("beta1", { default: 0.9, min: 0, max: 1 }),
    field.number("beta2", { default: 0.999, min: 0, max: 1 }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
  ];
  declare readonly beta1: number;
  declare readonly beta2: number;
  declare readonly epsilon: number;
  #momentums: readonly Variable[] = [];
  #velocities: readonly Variable[] = [];

  constructor(options: LambOptions = {}) {
    super(options);
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums = [], this.#velocities = []] = this.addSlots(variables, { name: "momentum" }, { name: "velocity" });
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const step = ops.add(ops.cast(this.updates, variable.dtype), 1);
    const unbias = (mean: Variable, beta: number): Tensor => ops.divide(mean, ops.subtract(1, ops.power(beta, step)));
    const momentum = this.slotOf(this.#momentums, variable);
    const velocity = this.slotOf(this.#velocities, variable);
    momentum.assignAdd(ops.multiply(ops.subtract(gradient, momentum), 1 - this.beta1));
    velocity.assignAdd(ops.multiply(ops.subtract(ops.square(gradient), velocity), 1 - this.beta2));
    const update = ops.divide(unbias(momentum, this.beta1), ops.add(ops.sqrt(unbias(velocity, this.beta2)), this.epsilon));
    const length = ops.sqrt(ops.sum(ops.square(variable)));
    const updateLength = ops.sqrt(ops.sum(ops.square(update)));
    const comparable = ops.logicalAnd(ops.greater(length, 0), ops.greater(updateLength, 0));
    const ratio = ops.where(comparable, ops.divide(length, updateLength), 1);
    variable.assignSub(ops.multiply(ops.multiply(ratio, learningRate), update));
  }
}
