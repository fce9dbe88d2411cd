import {
  type AnyTensor,
  type CallbackModel,
  classOf,
  flattenTree,
  getDefaultRegistry,
  identityOf,
  type KerasIdentity,
  isSymbolic,
  type Logs,
  mapTree,
  type OptimizerLike,
  type Registry,
  ShapeError,
  type SymbolicTensor,
  type Tensor,
  type TensorLike,
  ValueError,
} from "@neurite/core";
import type { History } from "@neurite/callbacks";
import { type CallOptions, isLayer, Layer, type LayerOptions } from "@neurite/layers";
import { graphConfig, graphFromConfig } from "./functional/config.ts";
import { FunctionalGraph } from "./functional/graph.ts";
import { summaryLines, type SummaryOptions } from "./summary.ts";
import type { Data } from "./training/data.ts";
import type { CompileModelOptions, EvaluateOptions, FitOptions, PredictOptions } from "./training/options.ts";
import { predict, predictOnBatch } from "./training/predict.ts";
import { Trainer } from "./training/trainer.ts";

export interface ModelOptions extends LayerOptions {
  /** A symbolic tensor from `Input`, or a list or object of them. */
  readonly inputs?: unknown;
  /** What layers made of the inputs: a symbolic tensor, or a list or object of them. */
  readonly outputs?: unknown;
  /** Where names of optimizers are looked up; default the umbrella package's registry. */
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
 */
export class Model extends Layer implements CallbackModel {
  static readonly keras: KerasIdentity = { module: "keras", className: "Model" };

  /** Set to true by a callback to end training after the current step. */
  stopTraining = false;
  readonly registry: Registry | null;
  #graph: FunctionalGraph | null = null;
  /** Made of inputs and outputs. */
  #functional = false;
  #trainer: Trainer | null = null;

  /** @throws ValueError when inputs or outputs are not symbolic, or outputs depend on something that is no input. */
  constructor(options: ModelOptions = {}) {
    const { inputs, outputs, registry, ...layerOptions } = options;
    if ((inputs === undefined) !== (outputs === undefined)) throw new ValueError("[Model] inputs and outputs are given together");
    super(inputs === undefined || layerOptions.name !== undefined ? layerOptions : { ...layerOptions, name: functionalName() });
    this.registry = registry ?? null;
    this.#functional = inputs !== undefined;
    if (inputs !== undefined) this.setGraph(new FunctionalGraph(inputs, outputs));
  }

  /** The functional graph; null in subclasses that compute in `call`, and in a Sequential that has not met its input yet. */
  get graph(): FunctionalGraph | null {
    return this.#graph;
  }

  protected setGraph(graph: FunctionalGraph | null): void {
    this.#graph = graph;
    this.built = graph !== null;
  }

  /** Inputs of a functional model, as they were given. */
  get inputs(): readonly SymbolicTensor[] {
    return this.#graph?.inputTensors ?? [];
  }

  /** Outputs of a functional model. */
  get outputs(): readonly SymbolicTensor[] {
    return this.#graph?.outputTensors ?? [];
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
   * The layer of that name, or at that place.
   * @throws ValueError when there is none.
   */
  getLayer(which: string | number): Layer {
    const found = typeof which === "number" ? this.layers.at(which) : this.layers.find(({ name }) => name === which);
    if (found === undefined) {
      throw new ValueError(
        `[getLayer] no layer ${JSON.stringify(which)} in "${this.name}": there are ${this.layers.map(({ name }) => name).join(", ")}`,
      );
    }
    return found;
  }

  /** Runs the graph. A subclass that is not functional overrides it. */
  override call(inputs: unknown, options: CallOptions = {}): unknown {
    const graph = this.#graph;
    if (graph === null) throw new ValueError(`[call] model "${this.name}" has neither inputs and outputs nor a call method of its own`);
    const given = flattenTree(inputs);
    if (given.length !== graph.inputTensors.length) {
      throw new ValueError(`[call] model "${this.name}" takes ${graph.inputTensors.length} inputs: got ${given.length}`);
    }
    const leaves = inputsByName(graph, inputs) ?? given;
    graph.inputTensors.forEach((tensor, i) => checkFits(this.name, tensor, leaves[i]));
    return graph.run(leaves, (operation, args, kwargs) =>
      operation.apply(args, options.training !== undefined && "training" in kwargs ? { ...kwargs, training: options.training } : kwargs),
    );
  }

  /** For training code: calls the model with a flat list of inputs. */
  callFlat(inputs: readonly AnyTensor[], options: CallOptions): unknown {
    const graph = this.#graph;
    if (graph !== null && !isSymbolic(graph.inputs)) {
      let next = 0;
      return (this as (x: never, options: CallOptions) => unknown)(mapTree(graph.inputs, () => inputs[next++]) as never, options);
    }
    return (this as (x: never, options: CallOptions) => unknown)((inputs.length === 1 ? inputs[0] : inputs) as never, options);
  }

  /** Number of inputs; null where the model does not say before it is called. */
  get inputCount(): number | null {
    return this.#graph?.inputTensors.length ?? null;
  }

  /** Number of outputs; null where the model does not say before it is called. */
  get outputCount(): number | null {
    return this.#graph?.outputTensors.length ?? null;
  }

  /** Names of the outputs: those of the layers that make them. */
  outputNames(count: number): readonly string[] {
    const graph = this.#graph;
    if (graph !== null) return graph.outputTensors.map(({ node }) => node.operation.name);
    return Array.from({ length: count }, (_, i) => `output_${i + 1}`);
  }

  /**
   * Fixes how the model is trained. Always compile again after freezing or thawing layers.
   *
   * @throws ValueError for unknown names of optimizers, losses or metrics.
   * @example
   * model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
   */
  compile(options: CompileModelOptions = {}): void {
    this.#trainer = new Trainer(this, options, this.registry);
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
    return this.#functional ? null : super.getBuildConfig();
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
    return new Class({ inputs, outputs, name: config["name"] as string, trainable: (config["trainable"] as boolean | undefined) ?? true });
  }

  /** The optimizer given to compile. */
  get optimizer(): OptimizerLike {
    return this.#compiled("optimizer").optimizer;
  }

  /**
   * Trains the model for a number of epochs.
   *
   * @param x Inputs: a tensor, typed array or nested arrays with samples along the first axis, or a list or object of them.
   * @param y Targets, likewise.
   * @returns The history: metrics by name, one value for each epoch.
   * @throws ValueError or ShapeError for empty data, arrays of different lengths, shapes that do not fit, labels out of range.
   */
  async fit(x: Data, y: Data, options: FitOptions = {}): Promise<History> {
    return this.#compiled("fit").fit(x, y, options);
  }

  /** Loss and metrics on this data, by name. */
  async evaluate(x: Data, y: Data, options: EvaluateOptions = {}): Promise<Logs> {
    return this.#compiled("evaluate").evaluate(x, y, options);
  }

  /** Outputs for these inputs, computed in batches: a tensor, or the tree of the model's outputs. */
  async predict(x: Data, options: PredictOptions = {}): Promise<Tensor> {
    return (await predict(this, x, options)) as Tensor;
  }

  /** Outputs for one batch, as they are: no loop, no batching. */
  predictOnBatch(x: Data): Tensor {
    return predictOnBatch(this, x) as Tensor;
  }

  /** One update on one batch. Metrics run on until {@link resetMetrics}. */
  async trainOnBatch(
    x: Data,
    y: Data,
    options: { readonly sampleWeight?: TensorLike | null; readonly classWeight?: Readonly<Record<number, number>> | null } = {},
  ): Promise<Logs> {
    return this.#compiled("trainOnBatch").trainOnBatch(x, y, options.sampleWeight ?? null, options.classWeight ?? null);
  }

  /** Loss and metrics of one batch, without an update. */
  async testOnBatch(x: Data, y: Data, options: { readonly sampleWeight?: TensorLike | null } = {}): Promise<Logs> {
    return this.#compiled("testOnBatch").testOnBatch(x, y, options.sampleWeight ?? null);
  }

  /** Starts the running metrics again. */
  resetMetrics(): void {
    this.#compiled("resetMetrics").resetMetrics();
  }

  /** Names of the loss and the metrics, in the order of the logs. Empty before the first batch. */
  get metricsNames(): readonly string[] {
    return this.#trainer?.objective?.names ?? [];
  }

  /** Prints the layers with their output shapes and parameters, as Keras does. */
  summary(options: SummaryOptions = {}): void {
    const print =
      options.printFn ?? ((line: string): void => (globalThis as unknown as { console: { log(line: string): void } }).console.log(line));
    const graph = this.#graph;
    const several = graph !== null && !this.isStack;
    const rows = this.layers.map((layer) => ({
      name: layer.name,
      className: identityOf(classOf(layer)).className,
      outputShape: graph === null ? null : shapeText(graph, layer),
      params: layer.built ? layer.countParams() : null,
      connectedTo: several ? connections(graph, layer) : null,
    }));
    const optimizer = this.#trainer?.optimizer.variables ?? null;
    const lines = summaryLines(
      {
        name: this.name,
        rows,
        trainable: this.trainableWeights,
        nonTrainable: this.nonTrainableWeights,
        optimizer: optimizer !== null && optimizer.length > 2 ? optimizer : null,
      },
      options,
    );
    for (const line of lines) print(line);
  }

  /** True for models that are one layer after another. */
  protected get isStack(): boolean {
    return false;
  }

  #compiled(what: string): Trainer {
    if (this.#trainer === null)
      throw new ValueError(`[${what}] model "${this.name}" is not compiled: call compile({ loss, optimizer }) before`);
    return this.#trainer;
  }
}

let functionalModels = 0;

function functionalName(): string {
  return functionalModels++ === 0 ? "functional" : `functional_${functionalModels - 1}`;
}

/** Inputs given as an object by the names of the input layers, where the model was not made with an object itself. */
function inputsByName(graph: FunctionalGraph, inputs: unknown): unknown[] | null {
  if (typeof inputs !== "object" || inputs === null || Object.getPrototypeOf(inputs) !== Object.prototype) return null;
  const byName = inputs as Record<string, unknown>;
  if (typeof graph.inputs === "object" && graph.inputs !== null && !Array.isArray(graph.inputs) && !isSymbolic(graph.inputs)) {
    return Object.keys(graph.inputs).map((key) => byName[key]);
  }
  const names = graph.inputTensors.map(({ node }) => node.operation.name);
  return names.every((name) => name in byName) ? names.map((name) => byName[name]) : null;
}

function checkFits(model: string, tensor: SymbolicTensor, value: unknown): void {
  const shape = (value as { shape?: readonly (number | null)[] } | undefined)?.shape;
  if (shape === undefined) return;
  const fits =
    shape.length === tensor.shape.length &&
    shape.every((dim, i) => dim === null || Number.isNaN(dim) || tensor.shape[i] === null || tensor.shape[i] === dim);
  if (fits) return;
  const text = (dims: readonly (number | null)[]): string => dims.map((dim) => (dim === null || Number.isNaN(dim) ? "?" : dim)).join(",");
  throw new ShapeError(
    `[${model}] input of shape [${text(shape)}] does not fit input "${tensor.node.operation.name}" of shape [${text(tensor.shape)}]`,
  );
}

function shapeText(graph: FunctionalGraph, layer: Layer): string {
  const node = graph.nodes.find(({ operation }) => operation === (layer as unknown));
  const shapes = (node?.outputs ?? []).map(
    ({ shape }) => `(${shape.map((dim) => dim ?? "None").join(", ")}${shape.length === 1 ? "," : ""})`,
  );
  return shapes.length === 1 ? (shapes[0] as string) : `[${shapes.join(", ")}]`;
}

function connections(graph: FunctionalGraph, layer: Layer): string {
  const inputs = graph.nodes.filter(({ operation }) => operation === (layer as unknown)).flatMap(({ inputs: tensors }) => tensors);
  return inputs.length === 0 ? "-" : inputs.map(({ node, index }) => `${node.operation.name}[${node.index}][${index}]`).join(", ");
}
