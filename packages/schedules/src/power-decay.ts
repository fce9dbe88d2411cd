import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link PowerDecay}. */
export interface PowerDecayOptions {
  /** Power of the fall. Default 1: after k times `decaySteps` the rate is divided by 1 + k. */
  readonly power?: number;
  readonly name?: string;
}

/**
 * Power scheduling: `initialLearningRate / (1 + step / decaySteps) ^ power`, which falls fast at first and then more and more slowly. Keras has
 * it for a power of 1 alone, as `InverseTimeDecay` with a rate of 1.
 *
 * @example
 * new SGD({ learningRate: new PowerDecay(0.01, 10_000) });
 */
export class PowerDecay extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: null, className: "PowerDecay", registeredName: "neurite>PowerDecay" };
  static override readonly fields: readonly Field[] = [
    field.number("initialLearningRate", { min: 0 }),
    field.number("decaySteps", { min: Number.MIN_VALUE }),
    field.number("power", { default: 1 }),
    field.string("name", { default: "PowerDecay" }),
  ];
  declare readonly initialLearningRate: number;
  declare readonly decaySteps: number;
  declare readonly power: number;
  declare readonly name: string;

  constructor(initialLearningRate: number, decaySteps: number, options: PowerDecayOptions = {}) {
    super({ initialLearningRate, decaySteps, ...optionsOf("PowerDecay", options) });
  }

  override call(step: Tensor): Tensor {
    const slowdown = ops.power(ops.add(ops.divide(step, this.decaySteps), 1), this.power);
    return ops.divide(this.initialLearningRate, slowdown);
  }
}
