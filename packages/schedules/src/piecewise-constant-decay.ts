import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor, ValueError } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions {
  readonly name?: string;
}

/**
 * A constant rate between boundaries: `values[0]` up to and including step `boundaries[0]`, and so on.
 *
 * @example
 * new PiecewiseConstantDecay([5000, 15000], [0.01, 0.005, 0.001]);
 */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: "keras.optimizers.schedules", className: "PiecewiseConstantDecay" };
  static override readonly fields: readonly Field[] = [
    field.numbers("boundaries"),
    field.numbers("values"),
    field.string("name", { default: "PiecewiseConstant" }),
  ];
  /** Steps, rising. */
  declare readonly boundaries: readonly number[];
  /** One more than boundaries. */
  declare readonly values: readonly number[];
  declare readonly name: string;

  /** @throws ValueError unless there is one value more than boundaries. */
  constructor(boundaries: readonly number[], values: readonly number[], options: PiecewiseConstantDecayOptions = {}) {
    super({ boundaries, values, ...optionsOf("PiecewiseConstantDecay", options) });
    if (values.length !== boundaries.length + 1) {
      throw new ValueError(
        `[PiecewiseConstantDecay] ${boundaries.length} boundaries need ${boundaries.length + 1} values: got ${values.length}`,
      );
    }
  }

  override call(step: Tensor): Tensor {
    let rate = ops.full([], this.values.at(-1) as number, { dtype: "float32" });
    for (let i = this.boundaries.length - 1; i >= 0; i--) {
      rate = ops.where(ops.lessEqual(step, this.boundaries[i] as number), this.values[i] as number, rate);
    }
    return rate;
  }
}
