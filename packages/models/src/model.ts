import {
  autoName,
  classOf,
  getDefaultRegistry,
  identityOf,
  type KerasIdentity,
  type LoadWeightsOptions,
  optionsOf,
  type Registry,
  type SymbolicTensor,
  type Tensor,
  type TensorLike,
  ValueError,
} from "@neurite/core";
import { type CallOptions, isLayer, type Layer, type LayerOptions } from "@neurite/layers";
import { graphConfig, graphFromConfig } from "./functional/config.ts";
import { conformInput } from "./functional/conform.ts";
import { FunctionalGraph } from "./functional/graph.ts";
import type { RealOutputs, SymbolicOutputs } from "./functional/output-types.ts";
import { inputSlots, outputNames } from "./functional/slots.ts";
import { loadWeights } from "./saving/load.ts";
import type { ModelSource } from "./saving/model-file.ts";
import { saveModel, type ModelFileOptions, saveWeights, type WeightFileOptions } from "./saving/save.ts";
import type { ModelTarget } from "./saving/write-files.ts";
import { summaryLines, type SummaryOptions } from "./summary/summary.ts";
import { alignData, type Slots } from "./training/slots.ts";
import { TrainableModel } from "./training/trainable-model.ts";

/** Options of {@link Model}. */
export interface ModelOptions<Outputs = unknown> extends LayerOptions {
  /** A symbolic tensor, from `Input` or from layers called on one, or a list or object of them. */
  readonly inputs?: unknown;
  /** What layers made of the inputs: a symbolic tensor, or a list or object of them. */
  readonly outputs?: Outputs;
  /** Where names of optimizers, losses and metrics are looked up; default the umbrella package's registry. */
  readonly registry?: Registry;
}

/** A model gives the tree of its outputs: tensors for tensors, and symbolic ones for symbolic ones, of which it becomes a part. */
export interface Model<Outputs = Tensor> {
  <R extends object = SymbolicOutputs<Outputs>>(inputs: OneOrMore<SymbolicTensor>, options?: CallOptions): NoInfer<R>;
  <R extends object = RealOutputs<Outputs>>(inputs: OneOrMore<TensorLike>, options?: CallOptions): NoInfer<R>;
}

/** One input, a list of them, or an object by their names. */
type OneOrMore<T> = T | readonly T[] | Readonly<Record<string, T>>;

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
export class Model<const Outputs = Tensor> extends TrainableModel<Outputs> {
  static readonly keras: KerasIdentity = { module: "keras", className: "Model" };

  readonly #registry: Registry | null;
  /** A function that makes it, until somebody asks: models that grow layer by layer are not sorted anew at each. */
  #graph: FunctionalGraph | (() => FunctionalGraph) | null = null;
  /** Made of inputs and outputs. */
  #functional = false;

  /** @throws ValueError when inputs or outputs are not symbolic, or outputs depend on something that is no input. */
  constructor(options: ModelOptions<Outputs> = {}) {
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

  /** The inputs of a graph or a stack say themselves what they take, as in Keras: its first layers compute in a dtype of their own. */
  protected override get castsInputs(): boolean {
    return this.#graph === null && !this.isStack && super.castsInputs;
  }

  protected override get canRematerialize(): boolean {
    return false;
  }

  /** The functional graph; null in subclasses that compute in `call`, and in a Sequential that has not met its input yet. */
  override get graph(): FunctionalGraph | null {
    if (typeof this.#graph === "function") this.#graph = this.#graph();
    return this.#graph;
  }

  protected setGraph(graph: FunctionalGraph | (() => FunctionalGraph) | null): void {
    this.#graph = graph;
    this.built = graph !== null;
  }

  /** Where it looks names up; null: in that of the umbrella package. */
  override get registry(): Registry | null {
    return this.#registry;
  }

  /** Inputs of a functional model; a list, even of one. */
  get inputs(): readonly SymbolicTensor[] {
    return this.graph?.inputTensors ?? [];
  }

  /** Outputs of a functional model; a list, even of one. */
  get outputs(): readonly SymbolicTensor[] {
    return this.graph?.outputTensors ?? [];
  }

  /** Inputs of a functional model, in the tree it was made with; of another, what it was first applied to. */
  override get input(): unknown {
    const { graph } = this;
    return graph === null ? super.input : graph.inputs;
  }

  /** Outputs of a functional model, in the tree it was made with; of another, what came out when it was first applied. */
  override get output(): unknown {
    const { graph } = this;
    return graph === null ? super.output : graph.outputs;
  }

  /** Its layers: in a functional model those of the graph, inputs first; else those held in fields. */
  get layers(): readonly Layer[] {
    const { graph } = this;
    return graph === null ? this.sublayers : graph.operations.filter(isLayer);
  }

  override get sublayers(): readonly Layer[] {
    const { graph } = this;
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
    const { graph } = this;
    if (graph === null) throw new ValueError(`[call] model "${this.name}" has neither inputs and outputs nor a call method of its own`);
    const leaves = alignData("call", "inputs", inputs, inputSlots(graph)).map(({ leaf }, i) =>
      conformInput(this.name, graph.inputTensors[i], leaf),
    );
    return graph.run(leaves, (operation, args, kwargs) =>
      operation.apply(args, options.training !== undefined && "training" in kwargs ? { ...kwargs, training: options.training } : kwargs),
    );
  }

  /** What the model takes: the tree and the names of its inputs; null where it does not say before it is called. */
  override get inputSlots(): Slots | null {
    const { graph } = this;
    return graph === null ? null : inputSlots(graph);
  }

  /** Names of the outputs, for a tree of them: its keys, else the layers that make them, else output_1, output_2…. */
  override outputNames(tree: unknown): readonly string[] {
    return outputNames(this.graph, tree);
  }

  /** The layers and how they are connected, as Keras writes them; the options of the class for a subclass. */
  override getConfig(): Record<string, unknown> {
    const { graph } = this;
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
   * Sets the weights from a file of weights, or of a whole model with the same layers. The model must have its weights: be built, or called. Where it
   * is compiled and the file holds the state of such an optimizer, its optimizer gets that, too.
   *
   * @param source A path, a URL, or the bytes of the file.
   * @throws SerializationError naming layer, weight and shapes where the file does not fit; the model is then as it was.
   */
  async loadWeights(source: ModelSource, options: Partial<LoadWeightsOptions> = {}): Promise<void> {
    await loadWeights(this, source, { ...options, ...(this.#registry === null ? {} : { registry: this.#registry }) });
  }

  /**
   * Writes the model to a `.keras` file: what it is made of, its weights, and where it was compiled the state of training. See {@link saveModel}.
   *
   * @param target A path or a `file:` URL.
   * @throws ValueError for a model that has no weights yet; SerializationError for what cannot be written, naming the layer, and for a file that is
   *   there where `overwrite` is false.
   * @example
   * await model.save("clothes.keras");
   */
  async save(target: ModelTarget, options: ModelFileOptions = {}): Promise<void> {
    await saveModel(this, target, options);
  }

  /**
   * Writes the weights to a `.weights.h5` file, or several with a `.weights.json` as their index. See {@link saveWeights}.
   *
   * @param target A path or a `file:` URL.
   * @throws As {@link save}.
   */
  async saveWeights(target: ModelTarget, options: WeightFileOptions = {}): Promise<void> {
    await saveWeights(this, target, options);
  }

  /**
   * Prints the layers with their output shapes and parameters, as Keras does.
   *
   * @example
   * model.summary({ lineLength: 100, printFn: (line) => lines.push(line) });
   */
  summary(options: SummaryOptions = {}): void {
    const print = optionsOf("summary", options).printFn ?? ((line: string): void => console.log(line));
    for (const line of summaryLines(this, this.builtOptimizer, options)) print(line);
  }

  /** True for models that are one layer after another. */
  get isStack(): boolean {
    return false;
  }
}
