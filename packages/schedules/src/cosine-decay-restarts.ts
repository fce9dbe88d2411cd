import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsOptions {
  /** How much longer each period is than the one before. Default 2. */
  readonly tMul?: number;
  /** How much lower each period starts than the one before, as a factor. Default 1. */
  readonly mMul?: number;
  /** Rate at the end of periods, as a share of `initialLearningRate`. Default 0. */
  readonly alpha?: number;
  readonly name?: string;
}

/**
 * Half a cosine down, again and again, in ever longer periods. (Loshchilov & Hutter, 2016, https://arxiv.org/abs/1608.03983)
 *
 * @example
 * new CosineDecayRestarts(0.1, 100)(50); // 0.05
 */
export class CosineDecayRestarts extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: "keras.optimizers.schedules", className: "CosineDecayRestarts" };
  static override readonly fields: readonly Field[] = [
    field.number("initialLearningRate", { min: 0 }),
    field.number("firstDecaySteps", { min: Number.MIN_VALUE }),
    field.number("tMul", { default: 2, min: 1 }),
    field.number("mMul", { default: 1 }),
    field.number("alpha", { default: 0 }),
    field.string("name", { default: "SGDRDecay" }),
  ];
  declare readonly initialLearningRate: number;
  declare readonly firstDecaySteps: number;
  declare readonly tMul: number;
  declare readonly mMul: number;
  declare readonly alpha: number;
  declare readonly name: string;

  constructor(initialLearningRate: number, firstDecaySteps: number, options: CosineDecayRestartsOptions = {}) {
    super({ initialLearningRate, firstDecaySteps, ...optionsOf("CosineDecayRestarts", options) });
  }

  override call(step: Tensor): Tensor {
    const { tMul } = this;
    const periods = ops.divide(step, this.firstDecaySteps);
    let restarts: Tensor;
    let done: Tensor;
    if (tMul === 1) {
      restarts = ops.floor(periods);
      done = ops.subtract(periods, restarts);
    } else {
      // n periods take (1 - tMul^n) / (1 - tMul) times the first.
      restarts = ops.floor(ops.divide(ops.log(ops.subtract(1, ops.multiply(periods, 1 - tMul))), Math.log(tMul)));
      const length = ops.power(tMul, restarts);
      done = ops.divide(ops.subtract(periods, ops.divide(ops.subtract(1, length), 1 - tMul)), length);
    }
    const cosine = ops.multiply(ops.multiply(ops.power(this.mMul, restarts), 0.5), ops.add(ops.cos(ops.multiply(done, Math.PI)), 1));
    return ops.multiply(ops.add(ops.multiply(cosine, 1 - this.alpha), this.alpha), this.initialLearningRate);
  }
}
