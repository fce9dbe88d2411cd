import { ValueError } from "@neurite/core";
import { Callback } from "../callback.ts";
import { rateOf } from "./rate-of.ts";

/**
 * Sets the learning rate before each batch. Each batch is then a call of its own: where the rate depends on the step alone, a schedule given to
 * the optimizer does the same within the compiled step, at no cost.
 *
 * @example
 * // Exponential decay at each step, tenfold over 20 epochs.
 * const steps = 20 * Math.ceil(samples / 32);
 * new BatchLearningRateScheduler((_step, rate) => rate * 0.1 ** (1 / steps));
 */
export class BatchLearningRateScheduler extends Callback {
  readonly #schedule: (step: number, learningRate: number) => number;
  #step = 0;
  #rate: number | null = null;

  /** @param schedule From the step (counted from 0 over all epochs of a `fit`) and the rate now to the rate of the step. */
  constructor(schedule: (step: number, learningRate: number) => number) {
    super();
    this.#schedule = schedule;
  }

  override async onTrainBegin(): Promise<void> {
    this.#step = 0;
    this.#rate = Number(await rateOf(this.model, "BatchLearningRateScheduler").item());
  }

  /** @throws ValueError when the schedule gives no number, or the optimizer has a schedule of its own. */
  override onTrainBatchBegin(): void {
    const rate = rateOf(this.model, "BatchLearningRateScheduler");
    const next = this.#schedule(this.#step++, this.#rate as number);
    if (typeof next !== "number" || Number.isNaN(next))
      throw new ValueError(`[BatchLearningRateScheduler] the schedule must give a number: got ${String(next)}`);
    // What a schedule is given is what it gave, in double precision: small factors are not lost in rounding.
    this.#rate = next;
    rate.assign(next);
  }
}
