import {
  type AnyTensor,
  type CallbackModel,
  flattenTree,
  getDefaultRegistry,
  type Logs,
  type OptimizerLike,
  optionsOf,
  type Registry,
  type Tensor,
  ValueError,
} from "@neurite/core";
import type { History } from "@neurite/callbacks";
import { Layer } from "@neurite/layers";
import { isMetric, Mean, type Metric } from "@neurite/metrics";
import type { FunctionalGraph } from "../functional/graph.ts";
import type { RealOutputs } from "../functional/output-types.ts";
import type { Batch, ScoredBatch } from "./batch.ts";
import { compileConfig, compileOptionsFromConfig } from "./compile-config.ts";
import type { Data } from "./data.ts";
import { evaluate } from "./evaluate.ts";
import { fit } from "./fit.ts";
import { type MemoryOptions, type ModelMemory, modelMemory } from "./memory.ts";
import type {
  CompileModelOptions,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  TestOnBatchOptions,
  TrainOnBatchOptions,
} from "./options.ts";
import { Predictor } from "./predict.ts";
import type { Slots } from "./slots.ts";
import { testStep, totalLoss, trainStep } from "./step-bodies.ts";
import type { BatchStream } from "./stream.ts";
import { Trainer } from "./trainer.ts";

/** The half of `Model` that trains, scores and predicts; the other half says what a model is made of. `Outputs` is the type of its outputs. */
export abstract class TrainableModel<Outputs = Tensor> extends Layer implements CallbackModel {
  /** Set to true by a callback to end training after the current step. */
  stopTraining = false;
  /** Set by a callback when training begins: the epoch to begin at, in place of the one that `fit` was given. */
  initialEpoch: number | null = null;
  #trainer: Trainer | null = null;
  #predictor: Predictor | null = null;
  /** Added by {@link addMetric}. */
  readonly #ownMetrics = new Map<string, Metric>();

  /** The functional graph; null where there is none, or none yet. */
  abstract readonly graph: FunctionalGraph | null;

  /** Where it looks names up; null: in that of the umbrella package. */
  abstract readonly registry: Registry | null;

  /** What the model takes: the tree and the names of its inputs; null where it does not say before it is called. */
  abstract readonly inputSlots: Slots | null;

  /** Names of the outputs, for a tree of them. */
  abstract outputNames(tree: unknown): readonly string[];

  /**
   * Fixes how the model is trained. Always compile again after freezing or thawing layers. The optimizer starts anew, unless the one given was
   * used before.
   *
   * @throws ValueError for unknown names of optimizers. Losses and metrics are looked up at the first batch, when the outputs are known.
   * @example
   * model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
   */
  compile(options: CompileModelOptions = {}): void {
    this.#trainer = new Trainer(this, optionsOf("compile", options), this.registry);
    this.#predictor = null;
  }

  /** Whether {@link compile} was called. */
  get compiled(): boolean {
    return this.#trainer !== null;
  }

  /** What {@link compile} was given, as Keras writes it; empty before. */
  getCompileConfig(): Record<string, unknown> {
    return this.#trainer === null ? {} : compileConfig(this.#trainer);
  }

  /**
   * Compiles as {@link getCompileConfig} says; a model that has its weights also makes the optimizer's slots, for their values to be
   * read. An empty config leaves it as it is.
   */
  compileFromConfig(config: Readonly<Record<string, unknown>>, registry?: Registry): void {
    if (Object.keys(config).length === 0) return;
    this.compile(compileOptionsFromConfig(config, registry ?? this.registry ?? getDefaultRegistry()));
    this.buildOptimizer();
  }

  /**
   * Makes the slots of the optimizer, as the first training step does, for what reads their values from a file. A model that is not compiled, or has
   * no weights yet, stays as it is.
   */
  buildOptimizer(): void {
    if (this.built) this.#trainer?.prepareTraining();
  }

  /** The optimizer given to compile. */
  get optimizer(): OptimizerLike {
    return this.#compiled("optimizer").optimizer;
  }

  /**
   * Trains the model for a number of epochs.
   *
   * @param x Inputs: a tensor, typed array or nested arrays with samples along the first axis, or a list or object of them (by the names of the
   *   inputs). Pixels of 8 and 16 bits become float32. Or a stream of batches [x, y] or [x, y, sampleWeight]: an iterable, an async iterable, or a
   *   function that returns one for each epoch.
   * @param y Targets, likewise, by the names of the outputs; default null, for a model that adds its own losses. Integers become int32.
   * @returns The history: metrics by name, one value for each epoch.
   * @throws ValueError or ShapeError for empty data, arrays of different lengths, shapes that do not fit, labels out of range. Weights are then
   *   those of the last step that succeeded.
   * @example
   * const { history } = await model.fit(x, y, { epochs: 10, batchSize: 64, validationSplit: 0.1, callbacks: [new EarlyStopping()] });
   */
  async fit(x: Data | BatchStream, y: Data | null = null, options: FitOptions = {}): Promise<History> {
    const trainer = this.#compiled("fit");
    return trainer.exclusive("fit", () => fit(trainer, x, y, optionsOf("fit", options)));
  }

  /**
   * Loss and metrics on this data, by name: means over all samples.
   *
   * @param x Inputs, as for {@link fit}.
   * @param y Targets, as for {@link fit}.
   */
  async evaluate(x: Data | BatchStream, y: Data | null = null, options: EvaluateOptions = {}): Promise<Logs> {
    const trainer = this.#compiled("evaluate");
    return trainer.exclusive("evaluate", () => evaluate(trainer, x, y, optionsOf("evaluate", options)));
  }

  /**
   * Outputs for these inputs, computed in batches: a tensor, or the tree of the model's outputs. Where the type of the model does not say which,
   * the call may.
   *
   * @param x Inputs, as for {@link fit}.
   * @example
   * const probabilities = await model.predict(x);
   * const [main, aux] = await (await loadModel("two-heads.keras")).predict<[Tensor, Tensor]>(x);
   */
  async predict<R = RealOutputs<Outputs>>(x: Data | BatchStream, options: PredictOptions = {}): Promise<NoInfer<R>> {
    return (await this.#predicts().predict(x, optionsOf("predict", options))) as NoInfer<R>;
  }

  /** Outputs for one batch in one call of the device: no loop, no batching, no waiting. Typed as those of {@link predict}. */
  predictOnBatch<R = RealOutputs<Outputs>>(x: Data): NoInfer<R> {
    return this.#predicts().predictOnBatch(x) as NoInfer<R>;
  }

  /** One update on one batch; gives the loss and metrics of that batch. */
  async trainOnBatch(x: Data, y: Data | null, options: TrainOnBatchOptions = {}): Promise<Logs> {
    optionsOf("trainOnBatch", options);
    return this.#compiled("trainOnBatch").onBatch("trainOnBatch", x, y, options.sampleWeight, options.classWeight);
  }

  /** Loss and metrics of one batch, without an update. */
  async testOnBatch(x: Data, y: Data | null, options: TestOnBatchOptions = {}): Promise<Logs> {
    optionsOf("testOnBatch", options);
    return this.#compiled("testOnBatch").onBatch("testOnBatch", x, y, options.sampleWeight);
  }

  /** Starts the running metrics again. */
  resetMetrics(): void {
    this.#compiled("resetMetrics").resetMetrics();
  }

  /** What `fit` and `evaluate` report, and start again each epoch: loss, losses of the outputs, compiled metrics, metrics held in fields. */
  get metrics(): readonly Metric[] {
    const own = flattenTree(Object.values(this)).filter(isMetric);
    return [...new Set([...(this.#trainer?.objective?.metrics.map(({ metric }) => metric) ?? []), ...own, ...this.#ownMetrics.values()])];
  }

  /**
   * Reports something that the model computes inside, beside the metrics given to `compile`. To be called in `call`: with a metric that `call` has
   * updated, or with a tensor, of which the mean over the batches of an epoch is reported under `name`. Metrics in fields are reported without it.
   *
   * @throws ValueError for a tensor without a name, and for a name that another metric has.
   * @example
   * class Reconstructing extends Model {
   *   readonly hidden = new Dense(30, { activation: "selu" });
   *   readonly reconstruct = new Dense(8);
   *   readonly out = new Dense(1);
   *   override call(x: Tensor): Tensor {
   *     const hidden = this.hidden(x);
   *     const error = ops.mean(ops.square(ops.subtract(this.reconstruct(hidden), x)));
   *     this.addLoss(ops.multiply(error, 0.05));
   *     this.addMetric(error, { name: "reconstruction_error" });
   *     return this.out(hidden);
   *   }
   * }
   */
  addMetric(value: AnyTensor | Metric, options: { readonly name?: string } = {}): void {
    optionsOf("addMetric", options);
    if (isMetric(value)) {
      const known = this.#ownMetrics.get(value.name);
      if (known !== undefined && known !== value)
        throw new ValueError(`[addMetric] model "${this.name}" has another metric "${value.name}"`);
      this.#ownMetrics.set(value.name, value);
      return;
    }
    const { name } = options;
    if (name === undefined) throw new ValueError("[addMetric] a tensor is reported under a name: give { name }");
    let mean = this.#ownMetrics.get(name);
    if (mean === undefined) this.#ownMetrics.set(name, (mean = new Mean({ name })));
    mean.updateState(value);
  }

  /** Names of the loss and the metrics, in the order of the logs. Empty before the first batch. */
  get metricsNames(): readonly string[] {
    return this.#trainer?.metrics.map(({ name }) => name) ?? [];
  }

  /**
   * One update on one batch: what `fit` and `trainOnBatch` compile into a program. Override it to train in another way; whatever it assigns to
   * variables (weights, metrics) is what a step does.
   *
   * @example
   * class Plain extends Model {
   *   readonly dense = new Dense(1);
   *   readonly meanLoss = new Mean({ name: "loss" });
   *   override call(x: Tensor): Tensor {
   *     return this.dense(x);
   *   }
   *   override trainStep({ x, y }: Batch): void {
   *     const tape = new GradientTape();
   *     const loss = tape.run(() => ops.mean(ops.square(ops.subtract(y, this(x, { training: true })))));
   *     this.optimizer.apply(tape.gradient(loss, this.trainableVariables), this.trainableVariables);
   *     this.meanLoss.updateState(loss);
   *   }
   * }
   */
  trainStep(batch: Batch): void {
    trainStep(this, this.#compiled("trainStep"), batch);
  }

  /** Scores one batch without an update: what `evaluate` and `testOnBatch` compile into a program. Override it to score in another way. */
  testStep(batch: Batch): void {
    testStep(this, this.#compiled("testStep"), batch);
  }

  /**
   * The scalar to minimize: the compiled losses of the outputs, weighted, plus the losses that layers add. Override it for another loss; it is
   * called while gradients are recorded.
   */
  computeLoss(batch: ScoredBatch): Tensor {
    return totalLoss(this, this.#compiled("computeLoss"), batch);
  }

  /**
   * How much memory the model needs for batches of a size: estimates from the outputs of its layers, and what the planner of the device reserves.
   * Nothing is run.
   *
   * @param options `batchSize` (default 32), and data like those it will see where they are not known: `x` for models that do not say what they
   *   take, `y` where targets are not like the outputs.
   * @returns All in bytes.
   * @throws ValueError when neither the model nor `x` tells the shape of the inputs.
   * @example
   * const { planned, estimate } = model.memory({ batchSize: 100 });
   * console.log(planned.training, estimate.training);
   */
  memory(options: MemoryOptions = {}): ModelMemory {
    return modelMemory(this, this.#trainer, this.#predicts(), optionsOf("memory", options));
  }

  /** The optimizer, once its slots are made; null before. */
  protected get builtOptimizer(): OptimizerLike | null {
    return this.#trainer?.optimizerBuilt === true ? this.#trainer.optimizer : null;
  }

  #predicts(): Predictor {
    if (this.#predictor?.graph !== this.graph) this.#predictor = new Predictor(this);
    return this.#predictor as Predictor;
  }

  #compiled(what: string): Trainer {
    if (this.#trainer === null)
      throw new ValueError(`[${what}] model "${this.name}" is not compiled: call compile({ loss, optimizer }) before`);
    return this.#trainer;
  }
}
