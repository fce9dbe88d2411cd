import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link ExponentialDecay}. */
export interface ExponentialDecayOptions {
  /** Decay once every `decaySteps` rather than a little at each step. Default false. */
  readonly staircase?: boolean;
  readonly name?: string;
}

/**
 * `initialLearningRate · decayRate ^ (step / decaySteps)`.
 *
 * @example
 * new SGD({ learningRate: new ExponentialDecay(0.01, 20 * stepsPerEpoch, 0.1) });
 */
export class ExponentialDecay extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: "keras.optimizers.schedules", className: "ExponentialDecay" };
  static override readonly fields: readonly Field[] = [
    field.number("initialLearningRate", { min: 0 }),
    field.number("decaySteps", { min: Number.MIN_VALUE }),
    field.number("decayRate", { min: 0 }),
    field.boolean("staircase", { default: false }),
    field.string("name", { default: "ExponentialDecay" }),
  ];
  declare readonly initialLearningRate: number;
  declare readonly decaySteps: number;
  declare readonly decayRate: number;
  declare readonly staircase: boolean;
  declare readonly name: string;

  constructor(initialLearningRate: number, decaySteps: number, decayRate: number, options: ExponentialDecayOptions = {}) {
    super({ initialLearningRate, decaySteps, decayRate, ...optionsOf("ExponentialDecay", options) });
  }

  override call(step: Tensor): Tensor {
    const periods = ops.divide(step, this.decaySteps);
    return ops.multiply(ops.power(this.decayRate, this.staircase ? ops.floor(periods) : periods), this.initialLearningRate);
  }
}
