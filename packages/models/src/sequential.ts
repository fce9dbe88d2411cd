import {
  describeValue,
  deserializeKerasObject,
  fieldsOf,
  getDefaultRegistry,
  isSymbolic,
  type KerasIdentity,
  type Registry,
  serializeKerasObject,
  type SymbolicTensor,
  ValueError,
} from "@neurite/core";
import { type CallOptions, Input, InputLayer, isLayer, isShape, type Layer, type ShapeTree } from "@neurite/layers";
import { FunctionalGraph } from "./functional/graph.ts";
import { Model, type ModelOptions } from "./model.ts";

/**
 * One layer after another. Without an input shape (from `Input`, or `inputShape` of the first layer) the weights are made at the first call.
 *
 * @example
 * const model = new Sequential([new Flatten({ inputShape: [28, 28] }), new Dense(10, { activation: "softmax" })]);
 */
export class Sequential extends Model {
  static override readonly keras: KerasIdentity = { module: "keras", className: "Sequential" };

  #stack: Layer[] = [];
  readonly #names: Set<string> = new Set();
  #input: SymbolicTensor | null = null;
  /** What the layers so far make of the input; null where they were not applied to it. */
  #output: SymbolicTensor | null = null;

  /** @throws ValueError for something that is no layer, or shapes that do not fit together. */
  constructor(layers: readonly (Layer | SymbolicTensor)[] = [], options: Omit<ModelOptions, "inputs" | "outputs"> = {}) {
    super(options);
    if (!Array.isArray(layers))
      throw new ValueError(`[Sequential] takes a list of layers: got ${describeValue(layers)}; write new Sequential([new Dense(1)])`);
    for (const layer of layers) this.#append(layer);
    this.#rebuild();
    if (options.trainable === false) this.trainable = false;
  }

  /** Puts a layer at the end. */
  add(layer: Layer | SymbolicTensor): void {
    this.#append(layer);
    if (this.#output === null || this.#input === null) this.#rebuild();
    else this.#chain(this.#input, this.#output, this.#stack.slice(-1));
  }

  /**
   * Takes the last layer away and returns it.
   * @throws ValueError when there is none.
   */
  pop(): Layer {
    const last = this.#stack.pop();
    if (last === undefined) throw new ValueError(`[pop] model "${this.name}" has no layers`);
    this.#names.delete(last.name);
    this.#rebuild();
    return last;
  }

  override get layers(): readonly Layer[] {
    return this.#stack;
  }

  override get sublayers(): readonly Layer[] {
    return #stack in this ? this.#stack : [];
  }

  /** Makes the weights for inputs of this shape (null where not known). A tree of shapes leaves the model a mere chain of layers. */
  override build(inputShape: ShapeTree): void {
    if (this.graph !== null || !isShape(inputShape)) return;
    const [first] = this.#stack;
    if (first !== undefined) this.#chain(Input({ shape: inputShape.slice(1), dtype: first.computeDtype }));
  }

  override call(inputs: unknown, options: CallOptions = {}): unknown {
    if (this.graph !== null) return super.call(inputs, options);
    if (this.#stack.length === 0) throw new ValueError(`[call] model "${this.name}" has no layers`);
    return this.#stack.reduce((x, layer) => layer.apply([x], {}), inputs);
  }

  override getBuildConfig(): Record<string, unknown> | null {
    const [input] = this.inputs;
    return input === undefined ? super.getBuildConfig() : { input_shape: [...input.shape] };
  }

  /** Its layers in order, the input first where it is known, as Keras writes them. */
  override getConfig(): Record<string, unknown> {
    const input = this.graph?.inputTensors[0] ?? null;
    const stack = [...(input === null ? [] : [input.node.operation]), ...this.#stack];
    return {
      name: this.name,
      trainable: this.trainable,
      dtype: serializeKerasObject(this.dtypePolicy),
      layers: stack.map(serializeKerasObject),
      ...(input === null ? {} : { build_input_shape: [...input.shape] }),
    };
  }

  static override fromConfig<T>(
    this: abstract new (...args: never[]) => T,
    config: Readonly<Record<string, unknown>>,
    registry?: Registry,
  ): T {
    const known = registry ?? getDefaultRegistry();
    const layers = (config["layers"] as readonly unknown[]).map((layer) => deserializeKerasObject(layer, known, "layers"));
    // Files of Keras 2 have none.
    const dtype =
      fieldsOf(Sequential)
        .find(({ name }) => name === "dtype")
        ?.decode(config["dtype"] ?? null, known) ?? null;
    const Class = this as unknown as new (layers: unknown, options: object) => T;
    return new Class(layers, {
      name: config["name"] as string,
      trainable: (config["trainable"] as boolean | undefined) ?? true,
      ...(dtype === null ? {} : { dtype }),
      ...(registry === undefined ? {} : { registry }),
    });
  }

  override get isStack(): boolean {
    return true;
  }

  #append(layer: unknown): void {
    const where = `[Sequential] layer ${this.#stack.length} of "${this.name}"`;
    if (isSymbolic(layer)) layer = layer.node.operation;
    if (!isLayer(layer)) throw new ValueError(`${where} is no layer: got ${describeValue(layer)}`);
    if (layer instanceof InputLayer) {
      if (this.#stack.length > 0 || this.#input !== null) throw new ValueError(`${where} is an input: it must come first`);
      this.#input = layer.output;
      return;
    }
    if (this.#names.has(layer.name)) {
      throw new ValueError(`${where}: there is a layer named ${JSON.stringify(layer.name)} already; names must differ`);
    }
    this.#names.add(layer.name);
    this.#stack.push(layer);
  }

  #rebuild(): void {
    this.setGraph(null);
    this.#output = null;
    const [first] = this.#stack;
    if (first === undefined) return;
    if (this.#input === null && first.inputShape !== null) this.#input = Input({ shape: first.inputShape });
    if (this.#input === null && first instanceof Model && first.graph !== null && first.inputs.length === 1) {
      const [input] = first.inputs as readonly [SymbolicTensor];
      this.#input = Input({ shape: input.shape.slice(1), dtype: input.dtype });
    }
    if (this.#input !== null) this.#chain(this.#input);
  }

  /** The graph from `input` on; with `before`, what the layers before `layers` give, only these are applied. */
  #chain(input: SymbolicTensor, before: SymbolicTensor = input, layers: readonly Layer[] = this.#stack): void {
    this.setGraph(null);
    this.#output = null;
    const output = layers.reduce<SymbolicTensor>((tensor, layer) => layer(tensor), before);
    const make = (): FunctionalGraph => FunctionalGraph.between(input, output);
    // Where the input is called as a layer is, that complains; nothing else can be wrong with a chain.
    this.setGraph(this.#names.has(input.node.operation.name) ? make() : make);
    this.#output = output;
  }
}
