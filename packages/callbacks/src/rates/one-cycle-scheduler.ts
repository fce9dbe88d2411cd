import { optionsOf, ValueError } from "@neurite/core";
import { BatchLearningRateScheduler } from "./batch-learning-rate-scheduler.ts";

/** Options of {@link OneCycleScheduler}. */
export interface OneCycleSchedulerOptions {
  /** Rate at the start, and at the end of the cycle. Default a tenth of the greatest. */
  readonly startRate?: number | null;
  /** Steps after the cycle, over which the rate falls to the last. Default a tenth of all, plus one. */
  readonly lastIterations?: number | null;
  /** Rate at the end. Default a thousandth of that at the start. */
  readonly lastRate?: number | null;
}

/**
 * 1cycle scheduling as a callback: the rate rises in a straight line from a low to the greatest one, falls back as long, and in the last steps
 * falls to nearly nothing. The schedule `OneCycle` does the same within the compiled step. (Smith, 2018, https://arxiv.org/abs/1803.09820)
 *
 * @param iterations Steps in all: epochs times steps an epoch.
 *
 * @throws ValueError when `iterations` is no integer of at least 3 or `maxRate` no positive number.
 *
 * @example
 * const steps = Math.ceil(samples / 128) * 25;
 * await model.fit(x, y, { epochs: 25, batchSize: 128, callbacks: [new OneCycleScheduler(steps, 0.05)] });
 */
export class OneCycleScheduler extends BatchLearningRateScheduler {
  constructor(iterations: number, maxRate: number, options: OneCycleSchedulerOptions = {}) {
    if (!Number.isInteger(iterations) || iterations < 3)
      throw new ValueError(
        `[OneCycleScheduler] iterations must be an integer of at least 3: got ${typeof iterations === "number" ? iterations : typeof iterations}`,
      );
    if (typeof maxRate !== "number" || !(maxRate > 0))
      throw new ValueError(
        `[OneCycleScheduler] maxRate must be a positive number: got ${typeof maxRate === "number" ? maxRate : typeof maxRate}`,
      );
    const { lastIterations, ...rates } = optionsOf("OneCycleScheduler", options);
    const startRate = rates.startRate ?? maxRate / 10;
    const lastRate = rates.lastRate ?? startRate / 1000;
    const half = Math.max(1, Math.floor((iterations - (lastIterations ?? Math.floor(iterations / 10) + 1)) / 2));
    super((step) => {
      const between = (from: number, to: number, a: number, b: number): number => ((b - a) * (step - from)) / (to - from) + a;
      if (step < half) return between(0, half, startRate, maxRate);
      if (step < 2 * half) return between(half, 2 * half, maxRate, startRate);
      return step < iterations ? between(2 * half, iterations, startRate, lastRate) : lastRate;
    });
  }
}
