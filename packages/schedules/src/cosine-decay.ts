import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link CosineDecay}. */
export interface CosineDecayOptions {
  /** Rate at the end, as a share of that at the start of the decay. Default 0. */
  readonly alpha?: number;
  readonly name?: string;
  /** Rate to rise to before the decay; default null: no warm-up. */
  readonly warmupTarget?: number | null;
  /** Steps to rise in. Default 0. */
  readonly warmupSteps?: number;
}

/**
 * Half a cosine from `initialLearningRate` (or, after a straight rise, `warmupTarget`) down in `decaySteps` steps. (Loshchilov & Hutter,
 * 2016, https://arxiv.org/abs/1608.03983)
 *
 * @example
 * new CosineDecay(0.1, 100)(50); // 0.05
 */
export class CosineDecay extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: "keras.optimizers.schedules", className: "CosineDecay" };
  static override readonly fields: readonly Field[] = [
    field.number("initialLearningRate", { min: 0 }),
    field.number("decaySteps", { min: Number.MIN_VALUE }),
    field.number("alpha", { default: 0 }),
    field.string("name", { default: "CosineDecay" }),
    field.number("warmupTarget", { default: null }),
    field.number("warmupSteps", { default: 0, min: 0 }),
  ];
  declare readonly initialLearningRate: number;
  declare readonly decaySteps: number;
  declare readonly alpha: number;
  declare readonly name: string;
  declare readonly warmupTarget: number | null;
  declare readonly warmupSteps: number;

  constructor(initialLearningRate: number, decaySteps: number, options: CosineDecayOptions = {}) {
    super({ initialLearningRate, decaySteps, ...optionsOf("CosineDecay", options) });
  }

  override call(step: Tensor): Tensor {
    const { warmupTarget, warmupSteps, initialLearningRate } = this;
    if (warmupTarget === null) return this.#decayed(step, initialLearningRate);
    const decayed = this.#decayed(ops.subtract(step, warmupSteps), warmupTarget);
    if (warmupSteps === 0) return decayed;
    const rising = ops.add(ops.multiply(ops.divide(step, warmupSteps), warmupTarget - initialLearningRate), initialLearningRate);
    return ops.where(ops.less(step, warmupSteps), rising, decayed);
  }

  #decayed(step: Tensor, from: number): Tensor {
    const done = ops.divide(ops.minimum(step, this.decaySteps), this.decaySteps);
    const cosine = ops.multiply(ops.add(ops.cos(ops.multiply(done, Math.PI)), 1), 0.5);
    return ops.multiply(ops.add(ops.multiply(cosine, 1 - this.alpha), this.alpha), from);
  }
}
