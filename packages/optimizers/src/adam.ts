import { field, type Field, type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { AdaptiveMoments, type AdaptiveMomentsOptions } from "./adaptive-moments.ts";
import type { LearningRateLike } from "./optimizer.ts";

/** Options of {@link Adam}. */
export interface AdamOptions extends AdaptiveMomentsOptions {
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
export class Adam extends AdaptiveMoments {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Adam" };
  static override readonly fields: readonly Field[] = [field.boolean("amsgrad", { default: false })];
  declare readonly amsgrad: boolean;
  #highest: readonly Variable[] = [];
  #rate: Tensor | null = null;

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | AdamOptions = {}, options: AdamOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    super.buildSlots(variables);
    if (this.amsgrad) [this.#highest = []] = this.addSlots(variables, { name: "velocity_hat" });
  }

  /** The rate with both corrections for the start at zero. */
  protected override beginStep(learningRate: Tensor): void {
    const rate = ops.multiply(learningRate, ops.sqrt(this.correctionOf(this.beta2)));
    this.#rate = ops.divide(rate, this.correctionOf(this.beta1));
  }

  protected override updateStep(gradient: Tensor, variable: Variable): void {
    const momentum = this.moveMean(gradient, variable);
    const velocity = this.moveSquares(gradient, variable);
    let spread = velocity;
    if (this.amsgrad) {
      spread = this.slotOf(this.#highest, variable);
      spread.assign(ops.maximum(spread, velocity));
    }
    const rate = ops.cast(this.#rate as Tensor, variable.dtype);
    variable.assignSub(ops.divide(ops.multiply(momentum, rate), ops.add(ops.sqrt(spread), this.epsilon)));
  }
}
