import { type Logs, optionsOf, ValueError } from "@neurite/core";
import { Callback } from "../callback.ts";
import { improvement, type MonitorMode } from "../monitored.ts";
import { say, warn } from "../say.ts";
import { fileName } from "./file-pattern.ts";
import { savable } from "./savable.ts";
import { BatchCounter, checkFrequency, type SaveFrequency } from "./save-frequency.ts";

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions {
  /** Metric by which a model is the best; default "val_loss". */
  readonly monitor?: string;
  /** 1 says what is saved, and why not; default 0. */
  readonly verbose?: 0 | 1;
  /** Only saves a model that is better than those before; default false. */
  readonly saveBestOnly?: boolean;
  /** Saves weights and the optimizer's state instead of whole models; default false. */
  readonly saveWeightsOnly?: boolean;
  /** Whether the metric shall fall or rise; default "auto": by its name. */
  readonly mode?: MonitorMode;
  /** "epoch" (default), or a number of batches to save after. With a number each batch is a call of the device of its own. */
  readonly saveFreq?: SaveFrequency;
  /** A value of the metric that the first model must beat; default null: none. */
  readonly initialValueThreshold?: number | null;
}

/**
 * Saves the model, or its weights, while it is trained: after each epoch or some batches, always or when it is the best so far.
 *
 * The path may name the epoch (from 1), the batch and metrics, as Python formats them: "{epoch:02d}-{val_loss:.2f}.keras". Without such names each
 * file takes the place of the one before. Folders are made as needed. Needs a file system: Node, not a browser.
 *
 * @example
 * const best = new ModelCheckpoint("best.keras", { monitor: "val_loss", saveBestOnly: true });
 * await model.fit(x, y, { epochs: 20, validationSplit: 0.1, callbacks: [best] });
 */
export class ModelCheckpoint extends Callback {
  readonly filepath: string;
  readonly monitor: string;
  /** The best value so far; null before the first. */
  best: number | null;
  readonly #options: Required<ModelCheckpointOptions>;
  readonly #isBetter: ((current: number, reference: number) => boolean) | null;
  #epoch = 0;
  #warned = false;

  /**
   * @param filepath Ends in ".keras", with `saveWeightsOnly` in ".weights.h5".
   * @throws ValueError for another end, for wrong options, and with `saveBestOnly` for a metric whose name does not tell whether it shall fall or
   *   rise.
   */
  constructor(filepath: string, options: ModelCheckpointOptions = {}) {
    super();
    this.#options = {
      monitor: "val_loss",
      verbose: 0,
      saveBestOnly: false,
      saveWeightsOnly: false,
      mode: "auto",
      saveFreq: "epoch",
      initialValueThreshold: null,
      ...optionsOf("ModelCheckpoint", options),
    };
    const { monitor, mode, saveBestOnly, saveWeightsOnly, saveFreq, initialValueThreshold } = this.#options;
    const end = saveWeightsOnly ? ".weights.h5" : ".keras";
    if (typeof filepath !== "string" || !filepath.endsWith(end)) {
      const what = saveWeightsOnly ? "weights are" : "a model is";
      throw new ValueError(`[ModelCheckpoint] ${what} saved to a path that ends in ${end}: got ${JSON.stringify(filepath)}`);
    }
    this.filepath = filepath;
    this.monitor = monitor;
    this.best = initialValueThreshold;
    this.#isBetter = saveBestOnly ? improvement(monitor, mode, 0) : null;
    // Who listens to batches has them run one by one: the hook is only there where it is wanted.
    if (checkFrequency("ModelCheckpoint", saveFreq) === "epoch") return;
    const counter = new BatchCounter(saveFreq as number);
    this.onTrainBatchEnd = async (batch, logs = {}): Promise<void> => {
      if (counter.reaches(batch)) await this.#save({ batch: batch + 1, ...logs }, logs);
    };
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  /** @throws ValueError for a path with a name that there is no metric of; SerializationError where the file cannot be written. */
  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    this.#epoch = epoch;
    if (this.#options.saveFreq === "epoch") await this.#save(logs, logs);
  }

  async #save(values: Readonly<Record<string, number>>, logs: Logs): Promise<void> {
    const { saveWeightsOnly, verbose } = this.#options;
    const epoch = this.#epoch + 1;
    const path = fileName("ModelCheckpoint", this.filepath, { epoch, ...values });
    if (!this.#wants(logs, path)) return;
    const { mkdir } = await import("node:fs/promises");
    const { dirname } = await import("node:path");
    await mkdir(dirname(path), { recursive: true });
    const model = savable("ModelCheckpoint", this.model);
    await (saveWeightsOnly ? model.saveWeights(path) : model.save(path));
    if (verbose > 0) say(`Epoch ${epoch}: finished saving model to ${path}`);
  }

  #wants(logs: Logs, path: string): boolean {
    const { verbose } = this.#options;
    const tell = (what: string): void => {
      if (verbose > 0) say(`Epoch ${this.#epoch + 1}: ${what}`);
    };
    if (this.#isBetter === null) {
      tell(`saving model to ${path}`);
      return true;
    }
    const current = logs[this.monitor];
    if (current === undefined) {
      if (!this.#warned) {
        warn(
          `[ModelCheckpoint] there is no metric ${JSON.stringify(this.monitor)} to tell the best model by, so each is saved: the metrics are ` +
            `${Object.keys(logs).join(", ")}`,
        );
      }
      this.#warned = true;
      return true;
    }
    const { best } = this;
    const before = best === null ? "None" : best.toFixed(5);
    if (best !== null && !Number.isNaN(best) && !this.#isBetter(current, best)) {
      tell(`${this.monitor} did not improve from ${before}`);
      return false;
    }
    tell(`${this.monitor} improved from ${before} to ${current.toFixed(5)}, saving model to ${path}`);
    this.best = current;
    return true;
  }
}
