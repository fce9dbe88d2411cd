import type { Logs } from "@neurite/core";
import { Callback } from "./callback.ts";

/**
 * Keeps the metrics of every epoch. `fit` returns one.
 *
 * @example
 * const history = await model.fit(x, y, { epochs: 3 });
 * history.history.loss; // one number an epoch
 */
export class History extends Callback {
  /** Epochs that were run, counted from 0. */
  readonly epoch: number[] = [];
  /** Metric values by name, one for each epoch. */
  readonly history: Record<string, number[]> = {};

  override onTrainBegin(): void {
    this.epoch.length = 0;
    for (const name of Object.keys(this.history)) delete this.history[name];
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }
}
