import { type Logs, optionsOf, ValueError } from "@neurite/core";
import { Callback } from "../callback.ts";
import { improvement, MonitoredMetric, type MonitorMode, worst } from "../monitored.ts";
import { rateOf } from "./rate-of.ts";
import { say } from "../say.ts";

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Metric to watch. Default "val_loss". */
  readonly monitor?: string;
  /** What the rate is multiplied by; below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement to wait for. Default 10. */
  readonly patience?: number;
  /** 1 says what it sets. Default 0. */
  readonly verbose?: 0 | 1;
  readonly mode?: MonitorMode;
  /** Smallest change that counts as better. Default 0.0001. */
  readonly minDelta?: number;
  /** Epochs to wait after a reduction. Default 0. */
  readonly cooldown?: number;
  /** The rate does not fall below it. Default 0. */
  readonly minLr?: number;
}

/**
 * Lowers the learning rate when a metric has stopped getting better, and adds the rate to the logs as "learning_rate".
 *
 * @example
 * const callback = new ReduceLROnPlateau({ monitor: "val_loss", factor: 0.5, patience: 5 });
 * await model.fit(x, y, { epochs: 50, validationSplit: 0.2, callbacks: [callback] });
 */
export class ReduceLROnPlateau extends Callback {
  readonly monitor: string;
  /** Best value seen. */
  best: number;
  readonly #options: Required<ReduceLROnPlateauOptions>;
  readonly #metric: MonitoredMetric;
  readonly #isBetter: (current: number, reference: number) => boolean;
  #wait = 0;
  #cooldownLeft = 0;

  /** @throws ValueError for a factor of 1 or more, or an unknown mode. */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    const defaults = {
      monitor: "val_loss",
      factor: 0.1,
      patience: 10,
      verbose: 0,
      mode: "auto",
      minDelta: 1e-4,
      cooldown: 0,
      minLr: 0,
    } as const;
    this.#options = { ...defaults, ...optionsOf("ReduceLROnPlateau", options) };
    const { monitor, mode, minDelta, factor } = this.#options;
    if (!(factor >= 0 && factor < 1)) throw new ValueError(`[ReduceLROnPlateau] factor must be at least 0 and below 1: got ${factor}`);
    this.monitor = monitor;
    this.#metric = new MonitoredMetric("ReduceLROnPlateau", monitor);
    this.#isBetter = improvement(monitor, mode, minDelta);
    this.best = worst(monitor, mode);
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.#cooldownLeft = 0;
    this.best = worst(this.monitor, this.#options.mode);
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const { factor, patience, cooldown, minLr, verbose } = this.#options;
    const rate = rateOf(this.model, "ReduceLROnPlateau");
    const now = await rate.item();
    logs["learning_rate"] = now;
    const current = this.#metric.valueIn(logs);
    if (current === null) return;
    if (this.#cooldownLeft > 0) {
      this.#cooldownLeft--;
      this.#wait = 0;
    }
    if (this.#isBetter(current, this.best)) {
      this.best = current;
      this.#wait = 0;
    } else if (this.#cooldownLeft === 0) {
      this.#wait++;
      if (this.#wait < patience || now <= Math.fround(minLr)) return;
      const next = Math.max(now * factor, minLr);
      rate.assign(next);
      if (verbose > 0) say(`Epoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${next}.`);
      this.#cooldownLeft = cooldown;
      this.#wait = 0;
    }
  }
}
