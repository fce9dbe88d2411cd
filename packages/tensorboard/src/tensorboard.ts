import { Callback } from "@neurite/callbacks";
import { type AnyTensor, type CallbackModel, type Logs, ops, optionsOf, ValueError, type Variable } from "@neurite/core";
import { createFileWriter, type FileWriter } from "./file-writer.ts";
import { modelGraph } from "./model-graph.ts";

/** Options of {@link TensorBoard}. */
export interface TensorBoardOptions {
  /** Folder of the event files, in subfolders "train" and "validation". Default "logs". */
  readonly logDir?: string;
  /** Epochs between two histograms of all weights; 0 for none. Default 0. */
  readonly histogramFreq?: number;
  /** Shows the layers as a graph. Default true. */
  readonly writeGraph?: boolean;
  /** Shows weights as pictures too, as often as histograms. Default false. */
  readonly writeImages?: boolean;
  /** Logs steps a second. Default false. */
  readonly writeStepsPerSecond?: boolean;
  /** Writes metrics after each epoch, each batch, or every so many batches. Batches cost a call and a read each. Default "epoch". */
  readonly updateFreq?: "epoch" | "batch" | number;
}

/** What it looks at in a model. */
interface Watched extends CallbackModel {
  readonly layers?: readonly { readonly weights: readonly Variable[] }[];
  getConfig?(): Record<string, unknown>;
  readonly optimizer: unknown;
}

interface Rated {
  readonly name?: string;
  readonly iterations?: Variable;
  readonly innerOptimizer?: Rated;
  readonly optimizers?: readonly Rated[];
  readonly learningRate?: Variable;
}

/**
 * Writes losses, metrics and learning rates, histograms and pictures of the weights, and the graph of the layers, for TensorBoard to show
 * (`tensorboard --logdir logs`). Needs a file system: Node, not a browser.
 *
 * @example
 * await model.fit(x, y, { epochs: 30, callbacks: [new TensorBoard({ logDir: "logs/run1", histogramFreq: 1 })] });
 */
export class TensorBoard extends Callback {
  readonly #options: Required<TensorBoardOptions>;
  /** Batches between two points; null: only epochs. */
  readonly #every: number | null;
  #train: FileWriter | null = null;
  #validation: FileWriter | null = null;
  #trainBatches = 0;
  #testBatches = 0;
  #inFit = false;
  #epochStart = { time: 0, steps: 0 };
  #batchStart = 0;

  /** @throws ValueError for frequencies that are no whole numbers. */
  constructor(options: TensorBoardOptions = {}) {
    super();
    const {
      logDir = "logs",
      histogramFreq = 0,
      writeGraph = true,
      writeImages = false,
      writeStepsPerSecond = false,
      updateFreq = "epoch",
    } = optionsOf("TensorBoard", options);
    if (!Number.isInteger(histogramFreq) || histogramFreq < 0)
      throw new ValueError(`[TensorBoard] histogramFreq must be a whole number of epochs: got ${histogramFreq}`);
    if (updateFreq !== "epoch" && updateFreq !== "batch" && !(Number.isInteger(updateFreq) && updateFreq >= 1))
      throw new ValueError(`[TensorBoard] updateFreq must be "epoch", "batch" or a number of batches: got ${String(updateFreq)}`);
    this.#options = { logDir, histogramFreq, writeGraph, writeImages, writeStepsPerSecond, updateFreq };
    this.#every = updateFreq === "epoch" ? null : updateFreq === "batch" ? 1 : updateFreq;
    if (this.#every !== null || writeStepsPerSecond) {
      // Only then are there batch hooks: they make each batch a call of its own.
      this.onTrainBatchBegin = () => void (this.#batchStart = performance.now());
      this.onTrainBatchEnd = (_batch, logs) => this.#onTrainBatchEnd(logs);
      this.onTestBatchEnd = (_batch, logs) => this.#onTestBatchEnd(logs);
    }
  }

  get #watched(): Watched {
    return this.model;
  }

  #trainWriter(): FileWriter {
    return (this.#train ??= createFileWriter(`${this.#options.logDir}/train`));
  }

  #validationWriter(): FileWriter {
    return (this.#validation ??= createFileWriter(`${this.#options.logDir}/validation`));
  }

  override onTrainBegin(): void {
    this.#inFit = true;
    this.#trainBatches = 0;
    this.#testBatches = 0;
    const graph = this.#options.writeGraph ? modelGraph(this.#watched.getConfig?.() ?? {}) : null;
    if (graph !== null) this.#trainWriter().graph(graph);
  }

  override async onTrainEnd(): Promise<void> {
    this.#inFit = false;
    await this.#close();
  }

  /** Metrics of an evaluation, over the steps trained until then. */
  override async onTestEnd(logs: Logs = {}): Promise<void> {
    const step = await this.#iterations();
    if (step !== null) {
      for (const [name, value] of Object.entries(logs))
        this.#validationWriter().scalar(`evaluation_${name}_vs_iterations`, value, { step });
    }
    if (!this.#inFit) await this.#close();
  }

  async #onTrainBatchEnd(logs: Logs = {}): Promise<void> {
    const step = ++this.#trainBatches;
    if (step % (this.#every ?? 1) !== 0) return;
    const writer = this.#trainWriter();
    if (this.#options.writeStepsPerSecond) writer.scalar("batch_steps_per_second", 1000 / (performance.now() - this.#batchStart), { step });
    if (this.#every !== null) for (const [name, value] of Object.entries(logs)) writer.scalar(`batch_${name}`, value, { step });
  }

  async #onTestBatchEnd(logs: Logs = {}): Promise<void> {
    const step = ++this.#testBatches;
    if (this.#every === null || step % this.#every !== 0) return;
    for (const [name, value] of Object.entries(logs)) this.#validationWriter().scalar(`batch_${name}`, value, { step });
  }

  override async onEpochBegin(): Promise<void> {
    if (this.#options.writeStepsPerSecond) this.#epochStart = { time: performance.now(), steps: (await this.#iterations()) ?? 0 };
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const train = { ...Object.fromEntries(Object.entries(logs).filter(([name]) => !name.startsWith("val_"))), ...(await this.#rates()) };
    if (this.#options.writeStepsPerSecond) {
      const steps = ((await this.#iterations()) ?? 0) - this.#epochStart.steps;
      train["steps_per_second"] = (steps * 1000) / (performance.now() - this.#epochStart.time);
    }
    for (const [name, value] of Object.entries(train)) this.#trainWriter().scalar(`epoch_${name}`, value, { step: epoch });
    for (const [name, value] of Object.entries(logs))
      if (name.startsWith("val_")) this.#validationWriter().scalar(`epoch_${name.slice(4)}`, value, { step: epoch });
    const { histogramFreq } = this.#options;
    if (histogramFreq > 0 && epoch % histogramFreq === 0) this.#writeWeights(epoch);
    await this.#train?.flush();
    await this.#validation?.flush();
  }

  #writeWeights(epoch: number): void {
    const writer = this.#trainWriter();
    for (const weight of new Set((this.#watched.layers ?? []).flatMap(({ weights }) => weights))) {
      const name = weight.name.replaceAll(":", "_");
      const value = weight.read();
      writer.histogram(`${name}/histogram`, value, { step: epoch });
      const picture = this.#options.writeImages ? asPictures(value) : null;
      if (picture !== null) writer.image(`${name}/image`, picture, { step: epoch });
    }
  }

  async #iterations(): Promise<number | null> {
    const { iterations } = (this.#watched.optimizer ?? {}) as Rated;
    return iterations === undefined ? null : Number(await iterations.item());
  }

  async #rates(): Promise<Logs> {
    const optimizer = (this.#watched.optimizer ?? {}) as Rated;
    const outer = optimizer.innerOptimizer ?? optimizer;
    if (outer.optimizers === undefined) {
      return outer.learningRate === undefined ? {} : { learning_rate: Number(await outer.learningRate.item()) };
    }
    const rates = outer.optimizers.map(async ({ name, learningRate }) => [`learning_rate_${name}`, Number(await learningRate?.item())]);
    return Object.fromEntries((await Promise.all(rates)) as [string, number][]);
  }

  async #close(): Promise<void> {
    const writers = [this.#train, this.#validation];
    this.#train = this.#validation = null;
    await Promise.all(writers.flatMap((writer) => writer?.close() ?? []));
  }
}

/** A weight as pictures: a vector as one row, a matrix lying down, the last axis of three as separate pictures; null for what has more. */
function asPictures(weight: AnyTensor): AnyTensor | null {
  const squeezed = ops.squeeze(weight);
  const { shape } = squeezed;
  if (shape.length === 1) return ops.reshape(squeezed, [1, shape[0] as number, 1, 1]);
  if (shape.length === 2) {
    const lying = (shape[0] as number) > (shape[1] as number) ? ops.transpose(squeezed) : squeezed;
    return ops.reshape(lying, [1, ...lying.shape, 1]);
  }
  if (shape.length === 3) {
    const pictures = ops.transpose(squeezed, { axes: [2, 0, 1] });
    return ops.reshape(pictures, [...pictures.shape, 1]);
  }
  return shape.length === 4 && [1, 3, 4].includes(shape[3] as number) ? squeezed : null;
}
