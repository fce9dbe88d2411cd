import { field, type Field, type KerasIdentity, ops, type Tensor, Variable } from "@neurite/core";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Nadam}. */
export interface NadamOptions extends OptimizerOptions {
  /** How slowly the mean of gradients moves, 0 to 1. Default 0.9. */
  readonly beta1?: number;
  /** How slowly the mean of their squares moves, 0 to 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
}

/** What all variables of one step share. */
interface StepScalars {
  readonly momentumFactor: Tensor;
  readonly gradientFactor: Tensor;
  readonly correction: Tensor;
}

/**
 * Adam with Nesterov momentum. Default rate 0.001. (Dozat, 2015)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Nadam({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.89372, 1.8937]
 */
export class Nadam extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Nadam" };
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
  /** Product of the momentum schedule up to now. */
  #product: Variable | null = null;
  #scalars: StepScalars | null = null;

  constructor(options: NadamOptions = {}) {
    super(options);
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums = [], this.#velocities = []] = this.addSlots(variables, { name: "momentum" }, { name: "velocity" });
    this.#product = this.track(new Variable(1, { name: `${this.name}/u_product`, dtype: "float32", trainable: false }));
  }

  protected override beginStep(learningRate: Tensor): void {
    const { beta1, beta2 } = this;
    const step = ops.add(ops.cast(this.updates, "float32"), 1);
    /** The momentum of a step, which warms up. */
    const momentumAt = (at: Tensor): Tensor => ops.multiply(ops.subtract(1, ops.multiply(ops.power(0.96, at), 0.5)), beta1);
    const now = momentumAt(step);
    const next = momentumAt(ops.add(step, 1));
    const product = this.#product as Variable;
    product.assign(ops.multiply(product, now));
    this.#scalars = {
      momentumFactor: ops.divide(ops.multiply(next, learningRate), ops.subtract(1, ops.multiply(product, next))),
      gradientFactor: ops.divide(ops.multiply(ops.subtract(1, now), learningRate), ops.subtract(1, product)),
      correction: ops.subtract(1, ops.power(beta2, step)),
    };
  }

  protected override updateStep(gradient: Tensor, variable: Variable): void {
    const scalars = this.#scalars as StepScalars;
    const as = (scalar: Tensor): Tensor => ops.cast(scalar, variable.dtype);
    const momentum = this.slotOf(this.#momentums, variable);
    const velocity = this.slotOf(this.#velocities, variable);
    momentum.assignAdd(ops.multiply(ops.subtract(gradient, momentum), 1 - this.beta1));
    velocity.assignAdd(ops.multiply(ops.subtract(ops.square(gradient), velocity), 1 - this.beta2));
    const step = ops.add(ops.multiply(momentum, as(scalars.momentumFactor)), ops.multiply(gradient, as(scalars.gradientFactor)));
    const spread = ops.sqrt(ops.divide(velocity, as(scalars.correction)));
    variable.assignSub(ops.divide(step, ops.add(spread, this.epsilon)));
  }
}
