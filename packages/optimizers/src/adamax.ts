import { type KerasIdentity, ops, type Tensor, type Variable, withLeading } from "@neurite/core";
import { AdaptiveMoments, type AdaptiveMomentsOptions } from "./adaptive-moments.ts";
import type { LearningRateLike } from "./optimizer.ts";

/** Options of {@link Adamax}. */
export type AdamaxOptions = AdaptiveMomentsOptions;

/**
 * Adam with the largest gradient in place of the mean of squares. Default rate 0.001. (Kingma & Ba, 2014)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new Adamax({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.9, 1.9]
 */
export class Adamax extends AdaptiveMoments {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "Adamax" };
  #rate: Tensor | null = null;

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | AdamaxOptions = {}, options: AdamaxOptions = {}) {
    super(withLeading(["learningRate"], [learningRate, options]));
  }

  protected override get sizeSlot(): string {
    return "norm";
  }

  protected override beginStep(learningRate: Tensor): void {
    this.#rate = ops.divide(learningRate, this.correctionOf(this.beta1));
  }

  protected override updateStep(gradient: Tensor, variable: Variable): void {
    const momentum = this.moveMean(gradient, variable);
    const norm = this.sizeOf(variable);
    norm.assign(ops.maximum(ops.multiply(norm, this.beta2), ops.abs(gradient)));
    const rate = ops.cast(this.#rate as Tensor, variable.dtype);
    variable.assignSub(ops.divide(ops.multiply(momentum, rate), ops.add(norm, this.epsilon)));
  }
}
