import { type Logs, optionsOf, ValueError } from "@neurite/core";
import { Callback } from "../callback.ts";
import { rateOf } from "./rate-of.ts";
import { say } from "../say.ts";

/** Options of {@link LearningRateScheduler}. */
export interface LearningRateSchedulerOptions {
  /** 1 says what it sets. Default 0. */
  readonly verbose?: 0 | 1;
}

/**
 * Sets the learning rate at the beginning of each epoch, and adds it to the logs as "learning_rate".
 *
 * @example
 * new LearningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * Math.exp(-0.1)));
 */
export class LearningRateScheduler extends Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;
  readonly #verbose: 0 | 1;

  /** @param schedule From the epoch (counted from 0) and the rate now to the rate of the epoch. */
  constructor(schedule: (epoch: number, learningRate: number) => number, options: LearningRateSchedulerOptions = {}) {
    super();
    this.#schedule = schedule;
    this.#verbose = optionsOf("LearningRateScheduler", options).verbose ?? 0;
  }

  /** @throws ValueError when the schedule gives no number, or the optimizer has a schedule of its own. */
  override async onEpochBegin(epoch: number): Promise<void> {
    const rate = rateOf(this.model, "LearningRateScheduler");
    const next = this.#schedule(epoch, await rate.item());
    if (typeof next !== "number" || Number.isNaN(next))
      throw new ValueError(`[LearningRateScheduler] the schedule must give a number: got ${String(next)}`);
    rate.assign(next);
    if (this.#verbose > 0) say(`Epoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${next}.`);
  }

  override async onEpochEnd(_epoch: number, logs: Logs = {}): Promise<void> {
    logs["learning_rate"] = await rateOf(this.model, "LearningRateScheduler").item();
  }
}
