import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { type LearningRateLike, Optimizer, type OptimizerOptions } from "./optimizer.ts";

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** How slowly the means of squares move, 0 to 1. Default 0.95. */
  readonly rho?: number;
  /** Keeps divisions finite. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Gradients scaled by the ratio of moving means of squared updates and squared gradients. Default rate 0.001. (Zeiler, 2012)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Adadelta({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.99986, 1.9999]
 */
export class Adadelta extends Optimizer {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Adadelta" };
  static override readonly fields: readonly Field[] = [
    field.number("rho", { default: 0.95, min: 0, max: 1 }),
    field.number("epsilon", { default: 1e-7, min: 0 }),
  ];
  declare readonly rho: number;
  declare readonly epsilon: number;
  #gradients: readonly Variable[] = [];
  #deltas: readonly Variable[] = [];

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | AdadeltaOptions = {}, options: AdadeltaOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#gradients = [], this.#deltas = []] = this.addSlots(variables, { name: "accumulated_grad" }, { name: "accumulated_delta_var" });
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { rho, epsilon } = this;
    const squares = this.slotOf(this.#gradients, variable);
    const deltas = this.slotOf(this.#deltas, variable);
    squares.assign(ops.add(ops.multiply(squares, rho), ops.multiply(ops.square(gradient), 1 - rho)));
    const delta = ops.divide(ops.multiply(ops.sqrt(ops.add(deltas, epsilon)), gradient), ops.sqrt(ops.add(squares, epsilon)));
    deltas.assign(ops.add(ops.multiply(deltas, rho), ops.multiply(ops.square(delta), 1 - rho)));
    variable.assignSub(ops.multiply(delta, learningRate));
  }
}
