import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link InverseTimeDecay}. */
export interface InverseTimeDecayOptions {
  /** Decay once every `decaySteps` rather than a little at each step. Default false. */
  readonly staircase?: boolean;
  readonly name?: string;
}

/**
 * `initialLearningRate / (1 + decayRate · step / decaySteps)`.
 *
 * @example
 * new InverseTimeDecay(0.1, 10, 0.5)(20); // 0.05
 */
export class InverseTimeDecay extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: "keras.optimizers.schedules", className: "InverseTimeDecay" };
  static override readonly fields: readonly Field[] = [
    field.number("initialLearningRate", { min: 0 }),
    field.number("decaySteps", { min: Number.MIN_VALUE }),
    field.number("decayRate", { min: 0 }),
    field.boolean("staircase", { default: false }),
    field.string("name", { default: "InverseTimeDecay" }),
  ];
  declare readonly initialLearningRate: number;
  declare readonly decaySteps: number;
  declare readonly decayRate: number;
  declare readonly staircase: boolean;
  declare readonly name: string;

  constructor(initialLearningRate: number, decaySteps: number, decayRate: number, options: InverseTimeDecayOptions = {}) {
    super({ initialLearningRate, decaySteps, decayRate, ...optionsOf("InverseTimeDecay", options) });
  }

  override call(step: Tensor): Tensor {
    const periods = ops.divide(step, this.decaySteps);
    const slowdown = ops.add(ops.multiply(this.staircase ? ops.floor(periods) : periods, this.decayRate), 1);
    return ops.divide(this.initialLearningRate, slowdown);
  }
}
