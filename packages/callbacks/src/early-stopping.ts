import { type Logs, optionsOf, ValueError } from "@neurite/core";
import { Callback } from "./callback.ts";
import { say } from "./say.ts";
import { improvement, MonitoredMetric, type MonitorMode, worst } from "./monitored.ts";

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** Metric to watch; default "val_loss". */
  readonly monitor?: string;
  /** A change must be larger than this to count as better; default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement to wait for; default 0. */
  readonly patience?: number;
  /** 1 says when it stops; default 0. */
  readonly verbose?: 0 | 1;
  /** Whether the metric shall fall or rise; default "auto": by its name. */
  readonly mode?: MonitorMode;
  /** Value that must be beaten for training to go on; default null: none. */
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
  /** Best value seen; before the first, what any value is better than. */
  best: number;
  /** Epoch of the best value, counted from 0. */
  bestEpoch = 0;
  readonly #metric: MonitoredMetric;
  #wait = 0;
  #bestWeights: unknown[] | null = null;
  readonly #options: Required<EarlyStoppingOptions>;
  readonly #isBetter: (current: number, reference: number) => boolean;

  /** @throws ValueError for options out of range, and for a metric whose name does not tell whether it shall fall or rise. */
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
      ...optionsOf("EarlyStopping", options),
    };
    const { monitor, mode, minDelta, patience, startFromEpoch } = this.#options;
    for (const [name, epochs] of Object.entries({ patience, startFromEpoch })) {
      if (!Number.isInteger(epochs) || epochs < 0) {
        throw new ValueError(`[EarlyStopping] ${name} must be a whole number of epochs: got ${String(epochs)}`);
      }
    }
    this.#metric = new MonitoredMetric("EarlyStopping", monitor);
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
    const current = this.#metric.valueIn(logs);
    if (current === null) return;
    if (restoreBestWeights && this.#bestWeights === null) {
      this.#bestWeights = await this.model.getWeights();
      this.bestEpoch = epoch;
    }
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
