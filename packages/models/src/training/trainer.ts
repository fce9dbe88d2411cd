import {
  type AnyTensor,
  type Aval,
  compile,
  type DType,
  getDefaultRegistry,
  GradientTape,
  inferThrough,
  type Logs,
  type OptimizerLike,
  type Registry,
  Tensor,
  tensor,
  type TensorLike,
  toValue,
  ValueError,
  type Variable,
  withExecutionMode,
} from "@neurite/core";
import { type CallbackList, History } from "@neurite/callbacks";
import type { Model } from "../model.ts";
import { callbacksOf } from "./callbacks.ts";
import { now } from "./clock.ts";
import { type Data, permutation } from "./data.ts";
import { flatOutputs, Objective } from "./objective.ts";
import type { CompileModelOptions, EvaluateOptions, FitOptions } from "./options.ts";
import { checkCount, gatherSamples, type Samples, splitSamples } from "./samples.ts";
import { shuffleSource } from "./shuffle.ts";
import { type BatchBody, BatchWalker, type EpochData, Pacer } from "./steps.ts";

/** Trains, evaluates and runs one model: what `compile` fixed, and the programs made from it. */
export class Trainer {
  readonly #model: Model;
  readonly #options: CompileModelOptions;
  readonly optimizer: OptimizerLike;
  #objective: Objective | null = null;
  #train: BatchWalker<void> | null = null;
  #test: BatchWalker<void> | null = null;
  #logs: (() => Tensor) | null = null;
  #reset: (() => void) | null = null;
  #trainables: readonly Variable[] = [];

  constructor(model: Model, options: CompileModelOptions, registry: Registry | null) {
    this.#model = model;
    this.#options = options;
    this.optimizer = resolveOptimizer(options.optimizer ?? "rmsprop", registry ?? getDefaultRegistry());
  }

  /** Losses and metrics; null until the first batch told what the model gives. */
  get objective(): Objective | null {
    return this.#objective;
  }

  get options(): CompileModelOptions {
    return this.#options;
  }

  async fit(x: Data, y: Data, options: FitOptions): Promise<History> {
    const model = this.#model;
    checkCount("batchSize", options.batchSize, 1);
    checkCount("epochs", options.epochs, 0);
    checkCount("initialEpoch", options.initialEpoch, 0);
    const all = await gatherSamples(model, x, y, options.sampleWeight ?? null, options.classWeight ?? null);
    const { training, validation } = await splitSamples(model, all, options);
    this.prepare(training);
    const batchSize = options.batchSize ?? 32;
    const steps = Math.min(options.stepsPerEpoch ?? Infinity, Math.ceil(training.count / batchSize));
    const epochs = options.epochs ?? 1;

    const history = new History();
    const callbacks = callbacksOf(model, [...(options.callbacks ?? []), history], options.verbose ?? "auto", { epochs, steps });
    const listening = callbacks.listensToTrainBatches;
    const walker = this.#train as BatchWalker<void>;
    const random = options.shuffle === false ? null : await shuffleSource();
    model.stopTraining = false;
    options.signal?.throwIfAborted();
    await callbacks.begin("onTrainBegin");
    for (let epoch = options.initialEpoch ?? 0; epoch < epochs && !model.stopTraining; epoch++) {
      await callbacks.call("onEpochBegin", epoch);
      this.#reset?.();
      walker.rewind();
      const order = random === null ? [] : [tensor(permutation(training.count, random))];
      const pacer = new Pacer();
      await this.#walk(walker, { ...training, order }, training.count, batchSize, steps, pacer, options.signal, {
        listening,
        begin: (batch) => callbacks.call("onTrainBatchBegin", batch),
        end: async (batch) => callbacks.call("onTrainBatchEnd", batch, await this.#readLogs()),
        progress: (done) => callbacks.progress(done, steps, () => this.#readLogs()),
        stopped: () => model.stopTraining,
      });
      const logs = await this.#readLogs();
      if (validation !== null && validatesAfter(epoch, options.validationFreq ?? 1)) {
        const scores = await this.#evaluate(validation, options.validationBatchSize ?? batchSize, options.validationSteps ?? null, callbacks, options.signal);
        for (const [name, value] of Object.entries(scores)) logs[`val_${name}`] = value;
      }
      await callbacks.call("onEpochEnd", epoch, logs);
    }
    await callbacks.begin("onTrainEnd");
    return history;
  }

  async evaluate(x: Data, y: Data, options: EvaluateOptions): Promise<Logs> {
    checkCount("batchSize", options.batchSize, 1);
    const data = await gatherSamples(this.#model, x, y, options.sampleWeight ?? null, null);
    this.prepare(data);
    const batchSize = options.batchSize ?? 32;
    const steps = Math.min(options.steps ?? Infinity, Math.ceil(data.count / batchSize));
    const callbacks = callbacksOf(this.#model, options.callbacks ?? [], options.verbose ?? "auto", { epochs: 1, steps });
    return this.#evaluate(data, batchSize, options.steps ?? null, callbacks, options.signal);
  }

  /** One update on one batch; the metrics run on until `resetMetrics`. */
  async trainOnBatch(x: Data, y: Data, sampleWeight: TensorLike | null, classWeight: Readonly<Record<number, number>> | null): Promise<Logs> {
    return this.#onBatch(await gatherSamples(this.#model, x, y, sampleWeight, classWeight), true);
  }

  async testOnBatch(x: Data, y: Data, sampleWeight: TensorLike | null): Promise<Logs> {
    return this.#onBatch(await gatherSamples(this.#model, x, y, sampleWeight, null), false);
  }

  resetMetrics(): void {
    this.#reset?.();
  }

  /** Builds the model, the optimizer's slots, losses and metrics for data of this kind. Does nothing the second time. */
  prepare(data: EpochData): void {
    const model = this.#model;
    const batch = (array: AnyTensor): Aval => ({ dtype: array.dtype as DType, shape: [NaN, ...array.shape.slice(1)] });
    if (this.#objective === null) {
      const outputs = inferThrough(data.x.map(batch), (values) =>
        flatOutputs(model.callFlat(values.map((value) => new Tensor(value)), { training: true })).map(({ value }) => value),
      );
      const names = model.outputNames(outputs.length);
      this.#checkTargets(data.y, outputs, names);
      this.#objective = new Objective({
        outputs: outputs.map((aval, i) => ({ name: names[i] as string, aval })),
        targets: data.y.map(batch),
        loss: this.#options.loss ?? null,
        lossWeights: this.#options.lossWeights ?? null,
        metrics: this.#options.metrics ?? null,
        weightedMetrics: this.#options.weightedMetrics ?? null,
      });
      const objective = this.#objective;
      this.#logs = compile(() => objective.results(), { name: "logs" });
      this.#reset = compile(() => objective.reset(), { name: "reset_metrics" });
      this.#reset();
      this.#test = new BatchWalker("test_step", this.#testBody(objective));
    }
    // Freezing or thawing layers after compile takes effect at the next compile, as in Keras.
    if (this.#train === null) {
      this.#trainables = model.trainableVariables as readonly Variable[];
      this.optimizer.build(this.#trainables);
      this.#train = new BatchWalker("train_step", this.#trainBody(this.#objective));
    }
  }

  #checkTargets(targets: readonly AnyTensor[], outputs: readonly Aval[], names: readonly string[]): void {
    if (targets.length !== outputs.length) {
      throw new ValueError(`[fit] y holds ${targets.length} arrays: the model has ${outputs.length} outputs (${names.join(", ")})`);
    }
  }

  #trainBody(objective: Objective): BatchBody<void> {
    const model = this.#model;
    const variables = this.#trainables;
    return ({ x, y, sampleWeight }) => {
      const tape = new GradientTape();
      const { loss, predictions } = tape.run(() => {
        const outputs = flatOutputs(model.callFlat(x, { training: true }));
        return { loss: objective.loss(y, outputs, sampleWeight, model.losses), predictions: outputs };
      });
      if (variables.length > 0) this.optimizer.apply(tape.gradient(loss, variables) as (Tensor | null)[], variables);
      objective.update(loss, y, predictions, sampleWeight);
    };
  }

  #testBody(objective: Objective): BatchBody<void> {
    const model = this.#model;
    return ({ x, y, sampleWeight }) => {
      const outputs = flatOutputs(model.callFlat(x, { training: false }));
      const loss = objective.hasLoss ? objective.loss(y, outputs, sampleWeight, model.losses) : new Tensor(toValue(0, "float32"));
      objective.update(loss, y, outputs, sampleWeight);
    };
  }

  async #onBatch(data: Samples, training: boolean): Promise<Logs> {
    this.prepare(data);
    const walker = (training ? this.#train : this.#test) as BatchWalker<void>;
    walker.rewind();
    this.#inMode(() => walker.step(data.count)({ ...data }));
    return this.#readLogs();
  }

  async #evaluate(data: Samples, batchSize: number, limit: number | null, callbacks: CallbackList, signal?: AbortSignal): Promise<Logs> {
    const walker = this.#test as BatchWalker<void>;
    this.#reset?.();
    walker.rewind();
    const steps = Math.min(limit ?? Infinity, Math.ceil(data.count / batchSize));
    await callbacks.begin("onTestBegin");
    await this.#walk(walker, data, data.count, batchSize, steps, new Pacer(), signal, {
      listening: callbacks.listensToTestBatches,
      begin: (batch) => callbacks.call("onTestBatchBegin", batch),
      end: async (batch) => callbacks.call("onTestBatchEnd", batch, await this.#readLogs()),
      progress: (done) => callbacks.progress(done, steps, () => this.#readLogs()),
      stopped: () => false,
    });
    const logs = await this.#readLogs();
    await callbacks.begin("onTestEnd", logs);
    return logs;
  }

  /** Runs the batches of one epoch: several a call where nobody listens to batches, the smaller last one with a program of its own. */
  async #walk(
    walker: BatchWalker<void>,
    data: EpochData,
    count: number,
    batchSize: number,
    steps: number,
    pacer: Pacer,
    signal: AbortSignal | undefined,
    hooks: {
      readonly listening: boolean;
      readonly begin: (batch: number) => Promise<void>;
      readonly end: (batch: number) => Promise<void>;
      readonly progress: (done: number) => Promise<void>;
      readonly stopped: () => boolean;
    },
  ): Promise<void> {
    const whole = Math.min(steps, Math.floor(count / batchSize));
    const rest = steps > whole ? count - whole * batchSize : 0;
    for (const [size, total, first] of [[batchSize, whole, 0], [rest, rest > 0 ? 1 : 0, whole]] as const) {
      if (total === 0) continue;
      const call = this.#inMode(() => walker.step(size).prepare(data));
      for (let done = 0; done < total && !hooks.stopped(); ) {
        signal?.throwIfAborted();
        const batch = first + done;
        const group = hooks.listening ? 1 : Math.min(pacer.group, total - done);
        if (hooks.listening) await hooks.begin(batch);
        const started = now();
        this.#inMode(() => call.run(group));
        await pacer.settle(group, started);
        done += group;
        if (hooks.listening) await hooks.end(batch);
        await hooks.progress(first + done);
      }
    }
  }

  #inMode<T>(body: () => T): T {
    return this.#options.runEagerly === true ? withExecutionMode("immediate", body) : body();
  }

  async #readLogs(): Promise<Logs> {
    const objective = this.#objective as Objective;
    const values = await (this.#logs as () => Tensor)().data();
    return Object.fromEntries(objective.names.map((name, i) => [name, values[i] as number]));
  }
}

function validatesAfter(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === "number" ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);
}

/** An optimizer by name, in the registry; an optimizer as it is. */
export function resolveOptimizer(identifier: string | OptimizerLike, registry: Registry): OptimizerLike {
  if (typeof identifier !== "string") {
    if (typeof identifier !== "object" || identifier === null || typeof identifier.apply !== "function") {
      throw new ValueError(`[compile] optimizer must be a name or an optimizer: got ${identifier === null ? "null" : typeof identifier}`);
    }
    return identifier;
  }
  const Class = registry.get("optimizers", identifier) as new () => OptimizerLike;
  return new Class();
}
