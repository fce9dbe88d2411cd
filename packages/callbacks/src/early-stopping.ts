import { type Logs, ValueError } from "@neurite/core";
import { Callback } from "./callback.ts";
import { say } from "./say.ts";
import { improvement, type MonitorMode, worst } from "./monitored.ts";

export interface EarlyStoppingOptions {
  /** Metric to watch; default "val_loss". */
  readonly monitor?: string;
  /** Smallest change that counts as better; default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement to wait for; default 0. */
  readonly patience?: number;
  /** 1 says when it stops; default 0. */
  readonly verbose?: 0 | 1;
  readonly mode?: MonitorMode;
  /** Value that must be beaten for training to go on. */
  readonly baseline?: number | null;
  /** Go back to the weights of the best epoch when training ends; default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs to wait before watching; default 0. */
  readonly startFromEpoch?: number;
}

/**
 * Ends training when a metric has stopped getting better.
 *
 * @example
 * await model.fit(x, y, { validationSplit: 0.1, callbacks: [new EarlyStopping({ patience: 5, restoreBestWeights: true })] });
 */
export class EarlyStopping extends Callback {
  readonly monitor: string;
  readonly patience: number;
  /** Epoch at which training was stopped, counted from 0; 0 if it was not. */
  stoppedEpoch = 0;
  /** Best value seen. */
  best: number;
  /** Epoch of the best value. */
  bestEpoch = 0;
  #wait = 0;
  #bestWeights: unknown[] | null = null;
  readonly #options: Required<EarlyStoppingOptions>;
  readonly #isBetter: (current: number, reference: number) => boolean;

  /** @throws ValueError for a negative patience or an unknown mode. */
  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.#options = {
      monitor: "val_loss",
      minDelta: 0,
      patience: 0,
      verbose: 0,
      mode: "auto",
      baseline: null,
      restoreBestWeights: false,
      startFromEpoch: 0,
      ...options,
    };
    const { monitor, mode, minDelta, patience } = this.#options;
    if (!Number.isInteger(patience) || patience < 0)
      throw new ValueError(`[EarlyStopping] patience must be a whole number of epochs: got ${String(patience)}`);
    this.monitor = monitor;
    this.patience = patience;
    this.#isBetter = improvement(monitor, mode, minDelta);
    this.best = worst(monitor, mode);
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.#bestWeights = null;
    this.best = worst(this.monitor, this.#options.mode);
  }

  /** @throws ValueError when the metrics do not hold the one to watch: training would never be stopped. */
  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const { baseline, restoreBestWeights, startFromEpoch } = this.#options;
    if (epoch < startFromEpoch) return;
    const current = logs[this.monitor];
    if (current === undefined) {
      if (this.monitor.startsWith("val_")) return; // no validation this epoch
      throw new ValueError(
        `[EarlyStopping] there is no metric ${JSON.stringify(this.monitor)}: the metrics are ${Object.keys(logs).join(", ")}`,
      );
    }
    if (restoreBestWeights && this.#bestWeights === null) this.#bestWeights = await this.model.getWeights();
    this.#wait++;
    if (this.#isBetter(current, this.best)) {
      this.best = current;
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.#bestWeights = await this.model.getWeights();
      if (baseline === null || this.#isBetter(current, baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    const { verbose, restoreBestWeights } = this.#options;
    if (this.stoppedEpoch > 0 && verbose > 0) say(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (restoreBestWeights && this.#bestWeights !== null) {
      if (verbose > 0) say(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
      this.model.setWeights(this.#bestWeights);
    }
    this.#bestWeights = null;
  }
}
