import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends OptimizerOptions {
  /** How slowly the mean of squares moves, 0 to 1. Default 0.9. */
  readonly rho?: number;
  /** How much of the last update is kept. Default 0. */
  readonly momentum?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
  /** Divides by the deviation rather than the root mean square. Default false. */
  readonly centered?: boolean;
}

/**
 * Gradients divided by the root of a moving mean of their squares. Default rate 0.001. (Hinton, 2012)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new RMSprop({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.68377, 1.6838]
 */
export class RMSprop extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "RMSprop" };
  static override readonly fields: readonly Field[] = [
    field.number("rho", { default: 0.9, min: 0, max: 1 }),
    field.number("momentum", { default: 0, min: 0 }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
    field.boolean("centered", { default: false }),
  ];
  declare readonly rho: number;
  declare readonly momentum: number;
  declare readonly epsilon: number;
  declare readonly centered: boolean;
  #velocities: readonly Variable[] = [];
  #momentums: readonly Variable[] = [];
  #means: readonly Variable[] = [];

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | RMSpropOptions = {}, options: RMSpropOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#velocities = []] = this.addSlots(variables, { name: "velocity" });
    if (this.momentum > 0) [this.#momentums = []] = this.addSlots(variables, { name: "momentum" });
    if (this.centered) [this.#means = []] = this.addSlots(variables, { name: "average_gradient" });
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { rho, epsilon } = this;
    const velocity = this.slotOf(this.#velocities, variable);
    velocity.assign(ops.add(ops.multiply(velocity, rho), ops.multiply(ops.square(gradient), 1 - rho)));
    let variance = ops.add(velocity, epsilon);
    if (this.centered) {
      const mean = this.slotOf(this.#means, variable);
      mean.assign(ops.add(ops.multiply(mean, rho), ops.multiply(gradient, 1 - rho)));
      variance = ops.add(ops.subtract(velocity, ops.square(mean)), epsilon);
    }
    const step = ops.divide(ops.multiply(gradient, learningRate), ops.sqrt(variance));
    if (this.momentum === 0) {
      variable.assignSub(step);
      return;
    }
    const momentum = this.slotOf(this.#momentums, variable);
    momentum.assign(ops.add(ops.multiply(momentum, this.momentum), step));
    variable.assignSub(momentum);
  }
}
