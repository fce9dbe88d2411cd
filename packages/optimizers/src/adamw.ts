import { field, type Field, type KerasIdentity } from "@neurite/core";
import { Adam, type AdamOptions } from "./adam.ts";
import type { LearningRateLike } from "./optimizer.ts";

/** Options of {@link AdamW}. */
export interface AdamWOptions extends Omit<AdamOptions, "weightDecay"> {
  /** Share of each weight that is taken off at each step, times the learning rate. Default 0.004. */
  readonly weightDecay?: number;
}

/**
 * Adam with weight decay. (Loshchilov & Hutter, 2017, https://arxiv.org/abs/1711.05101)
 *
 * @example
 * const w = new Variable([1, 2]);
 * new AdamW({ learningRate: 0.1 }).apply([tensor([1, 1])], [w]);
 * await w.array(); // [0.8996, 1.8992]
 */
export class AdamW extends Adam {
  static override readonly keras: KerasIdentity = { module: "keras.optimizers", className: "AdamW" };
  static override readonly fields: readonly Field[] = [field.number("weightDecay", { default: 0.004, min: 0 })];
  declare readonly weightDecay: number;

  /** @param learningRate The option of that name; or all options. */
  constructor(learningRate: LearningRateLike | AdamWOptions = {}, options: AdamWOptions = {}) {
    super(learningRate, options);
  }
}
