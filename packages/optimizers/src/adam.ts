import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable } from "@neurite/core";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** How slowly the mean of gradients moves, 0 to 1. Default 0.9. */
  readonly beta1?: number;
  /** How slowly the mean of their squares moves, 0 to 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
  /** Divides by the largest mean of squares so far. Default false. */
  readonly amsgrad?: boolean;
}

/**
 * Moving means of gradients divided by the root of those of their squares, corrected for their start at zero. Default rate 0.001.
 * (Kingma & Ba, 2014, https://arxiv.org/abs/1412.6980)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Adam({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.9, 1.9]
 */
export class Adam extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Adam" };
  static override readonly fields: readonly Field[] = [
    field.number("beta1", { default: 0.9, min: 0, max: 1 }),
    field.number("beta2", { default: 0.999, min: 0, max: 1 }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
    field.boolean("amsgrad", { default: false }),
  ];
  declare readonly beta1: number;
  declare readonly beta2: number;
  declare readonly epsilon: number;
  declare readonly amsgrad: boolean;
  #momentums: readonly Variable[] = [];
  #velocities: readonly Variable[] = [];
  #highest: readonly Variable[] = [];
  #rate: Tensor | null = null;

  constructor(options: AdamOptions = {}) {
    super(options);
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums = [], this.#velocities = []] = this.addSlots(variables, { name: "momentum" }, { name: "velocity" });
    if (this.amsgrad) [this.#highest = []] = this.addSlots(variables, { name: "velocity_hat" });
  }

  /** The rate with both corrections for the start at zero. */
  protected override beginStep(learningRate: Tensor): void {
    const step = ops.add(ops.cast(this.updates, "float32"), 1);
    const correction = ops.sqrt(ops.subtract(1, ops.power(this.beta2, step)));
    this.#rate = ops.divide(ops.multiply(learningRate, correction), ops.subtract(1, ops.power(this.beta1, step)));
  }

  protected override updateStep(gradient: Tensor, variable: Variable): void {
    const momentum = this.slotOf(this.#momentums, variable);
    const velocity = this.slotOf(this.#velocities, variable);
    momentum.assignAdd(ops.multiply(ops.subtract(gradient, momentum), 1 - this.beta1));
    velocity.assignAdd(ops.multiply(ops.subtract(ops.square(gradient), velocity), 1 - this.beta2));
    let spread = velocity;
    if (this.amsgrad) {
      spread = this.slotOf(this.#highest, variable);
      spread.assign(ops.maximum(spread, velocity));
    }
    const rate = ops.cast(this.#rate as Tensor, variable.dtype);
    variable.assignSub(ops.divide(ops.multiply(momentum, rate), ops.add(ops.sqrt(spread), this.epsilon)));
  }
}
