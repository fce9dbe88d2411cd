import {
  type AnyTensor,
  autoName,
  type CallbackModel,
  classOf,
  flattenTree,
  getDefaultRegistry,
  identityOf,
  type KerasIdentity,
  type LoadWeightsOptions,
  type Logs,
  type OptimizerLike,
  optionsOf,
  type Registry,
  type SymbolicTensor,
  type Tensor,
  ValueError,
} from "@neurite/core";
import type { History } from "@neurite/callbacks";
import { type CallOptions, isLayer, Layer, type LayerOptions } from "@neurite/layers";
import { isMetric, Mean, type Metric } from "@neurite/metrics";
import { graphConfig, graphFromConfig } from "./functional/config.ts";
import { conformInput } from "./functional/conform.ts";
import { FunctionalGraph } from "./functional/graph.ts";
import { inputSlots, outputNames } from "./functional/slots.ts";
import { loadWeights } from "./saving/load.ts";
import type { ModelSource } from "./saving/model-file.ts";
import { summaryLines, type SummaryOptions } from "./summary/summary.ts";
import type { Batch, ScoredBatch } from "./training/batch.ts";
import { compileConfig, compileOptionsFromConfig } from "./training/compile-config.ts";
import type { Data } from "./training/data.ts";
import { evaluate } from "./training/evaluate.ts";
import { fit } from "./training/fit.ts";
import { type MemoryOptions, type ModelMemory, modelMemory } from "./training/memory.ts";
import type {
  CompileModelOptions,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  TestOnBatchOptions,
  TrainOnBatchOptions,
} from "./training/options.ts";
import { Predictor } from "./training/predict.ts";
import type { BatchStream } from "./training/stream.ts";
import { alignData, type Slots } from "./training/slots.ts";
import { testStep, totalLoss, trainStep } from "./training/step-bodies.ts";
import { Trainer } from "./training/trainer.ts";

/** Options of {@link Model}. */
export interface ModelOptions extends LayerOptions {
  /** A symbolic tensor, from `Input` or from layers called on one, or a list or object of them. */
  readonly inputs?: unknown;
  /** What layers made of the inputs: a symbolic tensor, or a list or object of them. */
  readonly outputs?: unknown;
  /** Where names of optimizers, losses and metrics are looked up; default the umbrella package's registry. */
  readonly registry?: Registry;
}

/**
 * Something that can be trained: layers between inputs and outputs (a functional model), or a subclass with a `call` of its own.
 *
 * @example
 * const input = Input({ shape: [8] });
 * const hidden = new Dense(30, { activation: "relu" })(input);
 * const model = new Model({ inputs: input, outputs: new Dense(1)(hidden) });
 * model.compile({ loss: "mse", optimizer: "sgd" });
 * await model.fit(x, y, { epochs: 20 });
 *
 * @example
 * class Regressor extends Model {
 *   readonly hidden = new Dense(30, { activation: "relu" });
 *   readonly head = new Dense(1);
 *   override call(x: Tensor): Tensor {
 *     return this.head(this.hidden(x));
 *   }
 * }
 */
export class Model extends Layer implements CallbackModel {
  static readonly keras: KerasIdentity = { module: "keras", className: "Model" };

  /** Set to true by a callback to end training after the current step. */
  stopTraining = false;
  readonly #registry: Registry | null;
  #graph: FunctionalGraph | null = null;
  /** Made of inputs and outputs. */
  #functional = false;
  #trainer: Trainer | null = null;
  /** Added by {@link addMetric}. */
  readonly #ownMetrics = new Map<string, Metric>();
  #predictor: Predictor | null = null;

  /** @throws ValueError when inputs or outputs are not symbolic, or outputs depend on something that is no input. */
  constructor(options: ModelOptions = {}) {
    const { inputs, outputs, registry, ...layerOptions } = optionsOf("Model", options, "new Model({ inputs, outputs })");
    const functional = inputs !== undefined || outputs !== undefined;
    if (functional && (inputs === undefined || outputs === undefined))
      throw new ValueError("[Model] inputs and outputs are given together");
    super(functional ? { ...layerOptions, name: layerOptions.name ?? autoName("functional") } : layerOptions);
    this.#registry = registry ?? null;
    this.#functional = functional;
    if (functional) this.setGraph(FunctionalGraph.between(inputs, outputs));
    if (layerOptions.trainable === false) this.trainable = false;
  }

  protected override get canRematerialize(): boolean {
    return false;
  }

  /** The functional graph; null in subclasses that compute in `call`, and in a Sequential that has not met its input yet. */
  get graph(): FunctionalGraph | null {
    return this.#graph;
  }

  protected setGraph(graph: FunctionalGraph | null): void {
    this.#graph = graph;
    this.#predictor = null;
    this.built = graph !== null;
  }

  /** Where it looks names up; null: in that of the umbrella package. */
  get registry(): Registry | null {
    return this.#registry;
  }

  /** Inputs of a functional model; a list, even of one. */
  get inputs(): readonly SymbolicTensor[] {
    return this.#graph?.inputTensors ?? [];
  }

  /** Outputs of a functional model; a list, even of one. */
  get outputs(): readonly SymbolicTensor[] {
    return this.#graph?.outputTensors ?? [];
  }

  /** Inputs of a functional model, in the tree it was made with; of another, what it was first applied to. */
  override get input(): unknown {
    return this.#graph === null ? super.input : this.#graph.inputs;
  }

  /** Outputs of a functional model, in the tree it was made with; of another, what came out when it was first applied. */
  override get output(): unknown {
    return this.#graph === null ? super.output : this.#graph.outputs;
  }

  /** Its layers: in a functional model those of the graph, inputs first; else those held in fields. */
  get layers(): readonly Layer[] {
    return this.#graph === null ? this.sublayers : this.#graph.operations.filter(isLayer);
  }

  override get sublayers(): readonly Layer[] {
    const graph = this.#graph;
    return graph === null ? super.sublayers : [...new Set([...graph.operations.filter(isLayer), ...super.sublayers])];
  }

  /**
   * The layer of that name, or at that place (negative: from the end).
   * @throws ValueError when there is none.
   */
  getLayer(which: string | number): Layer {
    const found = typeof which === "number" ? this.layers.at(which) : this.layers.find(({ name }) => name === which);
    if (found === undefined) {
      const wanted = typeof which === "string" || typeof which === "number" ? JSON.stringify(which) : `by a ${typeof which}`;
      throw new ValueError(`[getLayer] no layer ${wanted} in "${this.name}": there are ${this.layers.map(({ name }) => name).join(", ")}`);
    }
    return found;
  }

  /**
   * Runs the graph. A subclass that is not functional overrides it.
   *
   * @param inputs One tensor, or the list or object of them that the model was made with; also an object by the names of the inputs.
   * @throws ShapeError for inputs that do not fit; ValueError for another number of them.
   */
  override call(inputs: unknown, options: CallOptions = {}): unknown {
    const graph = this.#graph;
    if (graph === null) throw new ValueError(`[call] model "${this.name}" has neither inputs and outputs nor a call method of its own`);
    const leaves = alignData("call", "inputs", inputs, inputSlots(graph)).map(({ leaf }, i) =>
      conformInput(this.name, graph.inputTensors[i], leaf),
    );
    return graph.run(leaves, (operation, args, kwargs) =>
      operation.apply(args, options.training !== undefined && "training" in kwargs ? { ...kwargs, training: options.training } : kwargs),
    );
  }

  /** What the model takes: the tree and the names of its inputs; null where it does not say before it is called. */
  get inputSlots(): Slots | null {
    return this.#graph === null ? null : inputSlots(this.#graph);
  }

  /** Names of the outputs, for a tree of them: its keys, else the layers that make them, else output_1, output_2…. */
  outputNames(tree: unknown): readonly string[] {
    return outputNames(this.#graph, tree);
  }

  /**
   * Fixes how the model is trained. Always compile again after freezing or thawing layers. The optimizer starts anew, unless the one given was
   * used before.
   *
   * @throws ValueError for unknown names of optimizers. Losses and metrics are looked up at the first batch, when the outputs are known.
   * @example
   * model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
   */
  compile(options: CompileModelOptions = {}): void {
    this.#trainer = new Trainer(this, optionsOf("compile", options), this.#registry);
    this.#predictor = null;
  }

  /** Whether {@link compile} was called. */
  get compiled(): boolean {
    return this.#trainer !== null;
  }

  /** The layers and how they are connected, as Keras writes them; the options of the class for a subclass. */
  override getConfig(): Record<string, unknown> {
    const graph = this.#graph;
    if (!this.#functional || graph === null) return super.getConfig();
    return { name: this.name, trainable: this.trainable, ...graphConfig(graph) };
  }

  /** How configs name it: a model made of inputs and outputs is "Functional" there. */
  get kerasIdentity(): KerasIdentity {
    return this.#functional && classOf(this) === Model
      ? { module: "keras.src.models.functional", className: "Functional", registeredName: "Functional" }
      : identityOf(classOf(this));
  }

  override getBuildConfig(): Record<string, unknown> | null {
    return this.#functional ? { input_shape: null } : super.getBuildConfig();
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
    this.compile(compileOptionsFromConfig(config, registry ?? this.#registry ?? getDefaultRegistry()));
    if (this.built) this.#trainer?.prepareTraining();
  }

  /** Makes a model of its config: not compiled, with new weights. Names are looked up in `registry`, default the umbrella package's. */
  static override fromConfig<T>(
    this: abstract new (...args: never[]) => T,
    config: Readonly<Record<string, unknown>>,
    registry?: Registry,
  ): T {
    if (!("input_layers" in config)) return super.fromConfig.call(this, config, registry) as T;
    const { inputs, outputs } = graphFromConfig(config, registry ?? getDefaultRegistry());
    const Class = this as unknown as new (options: ModelOptions) => T;
    return new Class({
      inputs,
      outputs,
      name: config["name"] as string,
      trainable: (config["trainable"] as boolean | null | undefined) ?? true,
      ...(registry === undefined ? {} : { registry }),
    });
  }

  /**
   * Sets the weights from a file of weights, or of a whole model with the same layers. The model must have its weights: be built, or called.
   *
   * @param source A path, a URL, or the bytes of the file.
   * @throws SerializationError naming layer, weight and shapes where the file does not fit; the model is then as it was.
   */
  async loadWeights(source: ModelSource, options: Partial<LoadWeightsOptions> = {}): Promise<void> {
    await loadWeights(this, source, { ...options, ...(this.#registry === null ? {} : { registry: this.#registry }) });
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
   * Outputs for these inputs, computed in batches: a tensor, or the tree of the model's outputs.
   *
   * @param x Inputs, as for {@link fit}.
   * @example
   * const probabilities = await model.predict(x);
   * const [main, aux] = await twoHeaded.predict<[Tensor, Tensor]>(x);
   */
  async predict<T = Tensor>(x: Data | BatchStream, options: PredictOptions = {}): Promise<T> {
    return (await this.#predicts().predict(x, optionsOf("predict", options))) as T;
  }

  /** Outputs for one batch in one call of the device: no loop, no batching, no waiting. */
  predictOnBatch<T = Tensor>(x: Data): T {
    return this.#predicts().predictOnBatch(x) as T;
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

  /**
   * Prints the layers with their output shapes and parameters, as Keras does.
   *
   * @example
   * model.summary({ lineLength: 100, printFn: (line) => lines.push(line) });
   */
  summary(options: SummaryOptions = {}): void {
    const print = optionsOf("summary", options).printFn ?? ((line: string): void => console.log(line));
    const trainer = this.#trainer;
    const optimizer = trainer !== null && trainer.optimizerBuilt ? trainer.optimizer : null;
    for (const line of summaryLines(this, optimizer, options)) print(line);
  }

  /** True for models that are one layer after another. */
  get isStack(): boolean {
    return false;
  }

  #predicts(): Predictor {
    return (this.#predictor ??= new Predictor(this));
  }

  #compiled(what: string): Trainer {
    if (this.#trainer === null)
      throw new ValueError(`[${what}] model "${this.name}" is not compiled: call compile({ loss, optimizer }) before`);
    return this.#trainer;
  }
}
