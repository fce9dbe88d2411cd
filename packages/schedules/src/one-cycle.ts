import { field, type Field, type KerasIdentity, ops, optionsOf, type Tensor } from "@neurite/core";
import { LearningRateSchedule } from "./learning-rate-schedule.ts";

/** Options of {@link OneCycle}. */
export interface OneCycleOptions {
  /** Rate at the start, and at the end of the cycle. Default a tenth of the greatest. */
  readonly startRate?: number | null;
  /** Steps after the cycle, over which the rate falls to the last. Default a tenth of all, plus one. */
  readonly lastIterations?: number | null;
  /** Rate at the end. Default a thousandth of that at the start. */
  readonly lastRate?: number | null;
  readonly name?: string;
}

/**
 * 1cycle scheduling: the rate rises in a straight line from a low to the greatest one, falls back as long, and in the last steps falls to nearly
 * nothing. (Smith, 2018, https://arxiv.org/abs/1803.09820)
 *
 * @param iterations Steps in all: epochs times steps an epoch. Afterwards the rate stays the last.
 * @example
 * new SGD({ learningRate: new OneCycle(25 * Math.ceil(samples / 128), 0.05), momentum: 0.95 });
 */
export class OneCycle extends LearningRateSchedule {
  static readonly keras: KerasIdentity = { module: null, className: "OneCycle", registeredName: "neurite>OneCycle" };
  static override readonly fields: readonly Field[] = [
    field.integer("iterations", { min: 3 }),
    field.number("maxRate", { min: 0 }),
    field.number("startRate", { default: null, min: 0 }),
    field.integer("lastIterations", { default: null, min: 1 }),
    field.number("lastRate", { default: null, min: 0 }),
    field.string("name", { default: "OneCycle" }),
  ];
  declare readonly iterations: number;
  declare readonly maxRate: number;
  declare readonly startRate: number | null;
  declare readonly lastIterations: number | null;
  declare readonly lastRate: number | null;
  declare readonly name: string;

  constructor(iterations: number, maxRate: number, options: OneCycleOptions = {}) {
    super({ iterations, maxRate, ...optionsOf("OneCycle", options) });
  }

  override call(step: Tensor): Tensor {
    const { iterations, maxRate } = this;
    const start = this.startRate ?? maxRate / 10;
    const half = Math.max(1, Math.floor((iterations - (this.lastIterations ?? Math.floor(iterations / 10) + 1)) / 2));
    const end = this.lastRate ?? start / 1000;
    const line = (from: number, to: number, first: number, last: number): Tensor =>
      ops.add(ops.multiply(ops.divide(ops.subtract(step, from), to - from), last - first), first);
    const fall = ops.where(ops.less(step, iterations), line(2 * half, iterations, start, end), end);
    const back = ops.where(ops.less(step, 2 * half), line(half, 2 * half, maxRate, start), fall);
    return ops.where(ops.less(step, half), line(0, half, start, maxRate), back);
  }
}
