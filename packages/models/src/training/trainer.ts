import {
  type AnyTensor,
  type Backend,
  compile,
  flattenTree,
  getDefaultDevice,
  getDefaultRegistry,
  isTensor,
  type Logs,
  type OptimizerLike,
  ops,
  type Registry,
  type Tensor,
  ValueError,
  type Variable,
  withDevice,
  withExecutionMode,
} from "@neurite/core";
import type { TrainableModel } from "./trainable-model.ts";
import type { Batch } from "./batch.ts";
import type { Data, Job } from "./data.ts";
import { batchAval, deviceOf, inferOutputs, type ModelOutputs } from "./model-outputs.ts";
import { type NamedMetric, Objective, scoredOutputs } from "./objective.ts";
import { resolveOptimizer, scalingLoss } from "./optimizer.ts";
import { type CompileModelOptions, compileOptions, refuseUnknown } from "./options.ts";
import type { BatchRows } from "./rows.ts";
import { type ClassWeights, gatherInputs, gatherSamples, type Samples, weightClasses } from "./samples.ts";

import { BatchWalker } from "./steps.ts";

/** What a model gives. Found out anew when its layers change. */
interface Prepared {
  /** The graph it had then. */
  readonly graph: unknown;
  readonly outputs: ModelOutputs;
}

/** The programs of a model. */
interface Programs {
  /** What logs hold. */
  readonly metrics: readonly NamedMetric[];
  readonly train: BatchWalker;
  readonly test: BatchWalker;
  /** One step on a batch that comes from outside, with the metrics of it alone, in the order of `metrics`. */
  readonly trainOnBatch: (batch: BatchRows) => Tensor;
  readonly testOnBatch: (batch: BatchRows) => Tensor;
  /** All results in one vector, in the order of `metrics`. */
  readonly logs: () => Tensor;
  readonly reset: () => void;
}

/** Weights as they were when training looked at which of them it changes. */
interface Watched {
  readonly variable: Variable;
  readonly trainable: boolean;
}

/** What `compile` fixed of one model, and the programs made from it at the first batch. */
export class Trainer {
  readonly model: TrainableModel;
  readonly options: CompileModelOptions;
  readonly optimizer: OptimizerLike;
  readonly #registry: Registry | null;
  #prepared: Prepared | null = null;
  #objective: Objective | null = null;
  #programs: Programs | null = null;
  #trainables: readonly Variable[] | null = null;
  #watched: readonly Watched[] = [];
  #device: Backend | null = null;
  readonly #running = new Set<Job>();

  constructor(model: TrainableModel, options: CompileModelOptions, registry: Registry | null) {
    refuseUnknown("compile", options, compileOptions);
    const { stepsPerExecution = "auto" } = options;
    if (stepsPerExecution !== "auto" && !(Number.isInteger(stepsPerExecution) && stepsPerExecution >= 1))
      throw new ValueError(`[compile] stepsPerExecution must be "auto" or a positive integer: got ${String(stepsPerExecution)}`);
    this.model = model;
    this.options = options;
    this.#registry = registry;
    const make = (): OptimizerLike => {
      const names = registry ?? getDefaultRegistry();
      const given = resolveOptimizer(options.optimizer ?? "rmsprop", names);
      return (options.autoScaleLoss ?? true) && model.dtypePolicy.name === "mixed_float16" ? scalingLoss(given, names) : given;
    };
    const device = deviceOf(model);
    this.optimizer = device === null ? make() : withDevice(device, make);
  }

  /** Where the model trains. */
  get device(): Backend {
    return this.#device ?? getDefaultDevice();
  }

  /** Steps in one call of the device at least, where so many are left. */
  get stepsPerExecution(): number {
    const { stepsPerExecution = "auto" } = this.options;
    return stepsPerExecution === "auto" ? 1 : stepsPerExecution;
  }

  /** Losses and metrics; null until the first batch told what the model gives. */
  get objective(): Objective | null {
    return this.#objective;
  }

  /** What logs hold, in their order; nothing before the first batch. */
  get metrics(): readonly NamedMetric[] {
    return this.#programs?.metrics ?? [];
  }

  /** The variables that training updates, as they were at its first step: freezing and thawing take effect at the next compile. */
  get trainables(): readonly Variable[] {
    return this.#trainables ?? this.model.trainableVariables;
  }

  /** Makes the optimizer's slots, at the first training step. Later ones warn where layers were frozen or thawed since. */
  prepareTraining(): void {
    const known = this.#trainables;
    if (known !== null && this.#watched.every(({ variable, trainable }) => variable.trainable === trainable)) return;
    const now = this.model.trainableVariables;
    this.#watched = this.model.variables.map((variable) => ({ variable, trainable: variable.trainable }));
    if (known === null) {
      this.#trainables = now;
      withDevice(this.device, () => this.optimizer.build(now));
    } else if (now.length !== known.length || now.some((variable) => !known.includes(variable))) {
      console.warn(
        `[fit] layers of model "${this.model.name}" were frozen or thawed after compile(), which changes nothing: ${known.length} weights are trained ` +
          `on, where ${now.length} are trainable now. Always compile after you freeze or unfreeze layers.`,
      );
    }
  }

  /** Whether training has made the optimizer's slots. */
  get optimizerBuilt(): boolean {
    return this.#trainables !== null || (this.optimizer as { readonly built?: boolean }).built === true;
  }

  get trainWalker(): BatchWalker {
    return this.#made.train;
  }

  get testWalker(): BatchWalker {
    return this.#made.test;
  }

  get #made(): Programs {
    if (this.#programs === null) throw new ValueError(`[compile] model "${this.model.name}" has not seen data yet`);
    return this.#programs;
  }

  /** Runs `body` on the model's device, and op by op where `runEagerly` says so. */
  run<T>(body: () => T): T {
    return withDevice(this.device, () => (this.options.runEagerly === true ? withExecutionMode("immediate", body) : body()));
  }

  /** Runs a job that leaves state between its steps, and refuses a second one at the same time. */
  async exclusive<T>(job: Job, body: () => Promise<T>): Promise<T> {
    if (this.#running.has(job)) throw new ValueError(`[${job}] model "${this.model.name}" is busy with another ${job}: await that first`);
    this.#running.add(job);
    try {
      return await body();
    } finally {
      this.#running.delete(job);
    }
  }

  /** The data as tensors on the model's device, checked; makes weights, losses, metrics and programs at the first batch. */
  gather(job: Job, x: Data, y: Data | null | undefined, sampleWeight: Data | null | undefined): Samples {
    if (this.#prepared === null || this.#prepared.graph !== this.model.graph) this.#device = deviceOf(this.model) ?? getDefaultDevice();
    return withDevice(this.device, () => {
      const inputs = gatherInputs(job, x, this.model.inputSlots);
      const outputs = this.#outputs(inputs.tree);
      const samples = gatherSamples(job, inputs, y, { ...outputs, used: scoredOutputs(this.options, outputs.names) }, sampleWeight);
      this.#programs ??= this.#makePrograms(outputs, samples);
      return samples;
    });
  }

  /** One step on one batch, and the metrics of that batch alone. */
  async onBatch(
    job: "trainOnBatch" | "testOnBatch",
    x: Data,
    y: Data | null,
    sampleWeight: Data | null | undefined,
    classWeight?: ClassWeights | null,
  ): Promise<Logs> {
    const samples = await weightClasses(job, this.gather(job, x, y, sampleWeight), classWeight);
    if (job === "trainOnBatch") this.prepareTraining();
    const batch = { x: samples.x, y: samples.y, sampleWeight: samples.sampleWeight as readonly Tensor[] };
    return this.#logsOf(this.run(() => this.#made[job](batch)));
  }

  resetMetrics(): void {
    const programs = this.#programs;
    if (programs !== null) this.run(programs.reset);
  }

  /** Reads the running metrics from the device. */
  async readLogs(): Promise<Logs> {
    return this.#logsOf(this.run(this.#made.logs));
  }

  async #logsOf(results: Tensor): Promise<Logs> {
    const values = await results.data();
    const logs: Record<string, number> = {};
    this.metrics.forEach(({ name }, i) => (logs[name] = values[i] as number));
    return logs;
  }

  #outputs(x: unknown): ModelOutputs {
    const { model } = this;
    if (this.#prepared === null || this.#prepared.graph !== model.graph) {
      const outputs = inferOutputs(model, x, true);
      this.#prepared = { graph: model.graph, outputs };
      this.#programs = null;
      this.#trainables = null;
    }
    return this.#prepared.outputs;
  }

  #makePrograms(outputs: ModelOutputs, { y }: Samples): Programs {
    const { model } = this;
    const targets = flattenTree(y);
    const scored = outputs.names.map((name, i) => {
      const target = targets.length === outputs.names.length ? targets[i] : null;
      return { name, prediction: outputs.avals[i], target: isTensor(target) ? batchAval(target) : null };
    });
    this.#objective = new Objective(scored, this.options, this.#registry);
    const names = new Map(this.#objective.metrics.map(({ name, metric }) => [metric, name]));
    const metrics = model.metrics.map((metric) => ({ name: names.get(metric) ?? metric.name, metric }));
    const train = (batch: BatchRows): void => model.trainStep(batch as Batch);
    const test = (batch: BatchRows): void => model.testStep(batch as Batch);
    const logs = (): Tensor => ops.stack(metrics.map(scalarOf)) as Tensor;
    const reset = (): void => metrics.forEach(({ metric }) => metric.resetState());
    const alone = (name: string, step: (batch: BatchRows) => void): ((batch: BatchRows) => Tensor) => {
      const body = (batch: BatchRows): Tensor => {
        reset();
        step(batch);
        return logs();
      };
      return compile(body, { name, cacheSize: 32, onRetrace: () => {} });
    };
    const programs = {
      metrics,
      train: new BatchWalker("train_step", train),
      test: new BatchWalker("test_step", test),
      trainOnBatch: alone("train_on_batch", train),
      testOnBatch: alone("test_on_batch", test),
      logs: compile(logs, { name: "logs" }),
      reset: compile(reset, { name: "reset_metrics" }),
    };
    programs.reset();
    return programs;
  }
}

function scalarOf({ name, metric }: NamedMetric): AnyTensor {
  const result = metric.result();
  if (result.size !== 1) {
    throw new ValueError(`[compile] metric "${name}" gives an array of shape [${result.shape}]: logs hold one number for each metric`);
  }
  return ops.reshape(ops.cast(result, "float32"), []);
}
