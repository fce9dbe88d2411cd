import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link PolynomialDecay}. */
export interface PolynomialDecayOptions {
  /** Default 0.0001. */
  readonly endLearningRate?: number;
  /** Default 1: a straight line. */
  readonly power?: number;
  /** Starts over, each time more slowly, rather than staying at the end. Default false. */
  readonly cycle?: boolean;
  readonly name?: string;
}

/**
 * From `initialLearningRate` to `endLearningRate` in `decaySteps` steps, along `(1 - step / decaySteps) ^ power`.
 *
 * @example
 * new PolynomialDecay(0.1, 100)(50); // 0.05005
 */
export class PolynomialDecay extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: "keras.optimizers.schedules", className: "PolynomialDecay" };
  static override readonly fields: readonly Field[] = [
    field.number("initialLearningRate", { min: 0 }),
    field.number("decaySteps", { min: Number.MIN_VALUE }),
    field.number("endLearningRate", { default: 0.0001 }),
    field.number("power", { default: 1 }),
    field.boolean("cycle", { default: false }),
    field.string("name", { default: "PolynomialDecay" }),
  ];
  declare readonly initialLearningRate: number;
  declare readonly decaySteps: number;
  declare readonly endLearningRate: number;
  declare readonly power: number;
  declare readonly cycle: boolean;
  declare readonly name: string;

  constructor(initialLearningRate: number, decaySteps: number, options: PolynomialDecayOptions = {}) {
    super({ initialLearningRate, decaySteps, ...optionsOf("PolynomialDecay", options) });
  }

  override call(step: Tensor): Tensor {
    const done = this.cycle ? this.#cycled(step) : ops.divide(ops.minimum(step, this.decaySteps), this.decaySteps);
    const left = ops.power(ops.subtract(1, done), this.power);
    return ops.add(ops.multiply(left, this.initialLearningRate - this.endLearningRate), this.endLearningRate);
  }

  /** The share that is done of the first multiple of `decaySteps` from `step` on. */
  #cycled(step: Tensor): Tensor {
    const cycles = ops.where(ops.equal(step, 0), 1, ops.ceil(ops.divide(step, this.decaySteps)));
    return ops.divide(step, ops.multiply(cycles, this.decaySteps));
  }
}
