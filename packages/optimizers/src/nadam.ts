import { type KerasIdentity, ops, type Tensor, Variable, withLeading } from "@neurite/core";
import { AdaptiveMoments, type AdaptiveMomentsOptions } from "./adaptive-moments.ts";
import type { LearningRateLike } from "./optimizer.ts";

/** Options of {@link Nadam}. */
export type NadamOptions = AdaptiveMomentsOptions;

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
export class Nadam extends AdaptiveMoments {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Nadam" };
  /** Product of the momentum schedule up to now. */
  #product: Variable | null = null;
  #scalars: StepScalars | null = null;

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | NadamOptions = {}, options: NadamOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    super.buildSlots(variables);
    this.#product = this.track(new Variable(1, { name: `${this.name}/u_product`, dtype: "float32", trainable: false }));
  }

  protected override beginStep(learningRate: Tensor): void {
    const { beta1, beta2, step } = this;
    /** The momentum of a step, which warms up. */
    const momentumAt = (at: Tensor): Tensor => ops.multiply(ops.subtract(1, ops.multiply(ops.power(0.96, at), 0.5)), beta1);
    const now = momentumAt(step);
    const next = momentumAt(ops.add(step, 1));
    const product = this.#product as Variable;
    product.assign(ops.multiply(product, now));
    this.#scalars = {
      momentumFactor: ops.divide(ops.multiply(next, learningRate), ops.subtract(1, ops.multiply(product, next))),
      gradientFactor: ops.divide(ops.multiply(ops.subtract(1, now), learningRate), ops.subtract(1, product)),
      correction: this.correctionOf(beta2),
    };
  }

  protected override updateStep(gradient: Tensor, variable: Variable): void {
    const scalars = this.#scalars as StepScalars;
    const as = (scalar: Tensor): Tensor => ops.cast(scalar, variable.dtype);
    const momentum = this.moveMean(gradient, variable);
    const velocity = this.moveSquares(gradient, variable);
    const step = ops.add(ops.multiply(momentum, as(scalars.momentumFactor)), ops.multiply(gradient, as(scalars.gradientFactor)));
    const spread = ops.sqrt(ops.divide(velocity, as(scalars.correction)));
    variable.assignSub(ops.divide(step, ops.add(spread, this.epsilon)));
  }
}
