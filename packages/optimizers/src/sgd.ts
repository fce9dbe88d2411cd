import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { learningRateField, type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** How much of the last update is kept, 0 to 1. Default 0. */
  readonly momentum?: number;
  /** Looks ahead along the momentum. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent, with momentum if wanted: `v = momentum · v - rate · g; w += v`, or with `nesterov`
 * `w += momentum · v - rate · g`. Default rate 0.01. (Sutskever et al., 2013)
 *
 * @example
 * new SGD({ learningRate: 0.01, momentum: 0.9, nesterov: true });
 */
export class SGD extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "SGD" };
  static override readonly fields: readonly Field[] = [
    learningRateField(0.01),
    field.number("momentum", { default: 0, min: 0, max: 1 }),
    field.boolean("nesterov", { default: false }),
  ];
  declare readonly momentum: number;
  declare readonly nesterov: boolean;
  #momentums: readonly Variable[] = [];

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | SGDOptions = {}, options: SGDOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    if (this.momentum !== 0) [this.#momentums = []] = this.addSlots(variables, { name: "momentum" });
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const step = ops.multiply(gradient, learningRate);
    if (this.momentum === 0) {
      variable.assignSub(step);
      return;
    }
    const momentum = this.slotOf(this.#momentums, variable);
    momentum.assign(ops.subtract(ops.multiply(momentum, this.momentum), step));
    variable.assignAdd(this.nesterov ? ops.subtract(ops.multiply(momentum, this.momentum), step) : momentum);
  }
}
