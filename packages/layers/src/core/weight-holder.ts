import {
  type AnyTensor,
  classOf,
  ConfiguredCallable,
  currentScope,
  type DType,
  fieldsOf,
  identityOf,
  outsideInference,
  type Tensor,
  type TensorLike,
  ValueError,
  Variable,
} from "@neurite/core";
import { type ConstraintFunction, getConstraint } from "../constraints/index.ts";
import { getInitializer } from "../initializers/index.ts";
import { getRegularizer } from "../regularizers/index.ts";
import { CallLosses } from "./call-losses.ts";
import type { Layer } from "./layer.ts";
import type { AddWeightOptions, LayerOptions } from "./layer-options.ts";
import { isLayer, type SeedState, unique } from "./layer-state.ts";
import { OwnWeights } from "./own-weights.ts";
import { setWeightsOf } from "./set-weights.ts";

/**
 * The half of `Layer` that holds weights, random state and penalties, its own and those of the layers in its fields; the other half makes them
 * and computes with them.
 */
export abstract class WeightHolder extends ConfiguredCallable {
  declare readonly name: string;
  /** True once its weights exist. */
  built = false;

  #trainable = true;
  readonly #own = new OwnWeights(this);
  readonly #losses = new CallLosses();

  constructor(options: LayerOptions = {}) {
    super(options); // assigns options before private fields exist: `trainable` is taken up here
    this.#trainable = options.trainable ?? true;
  }

  /** Name of its class in configs and errors. */
  get className(): string {
    return identityOf(classOf(this)).className;
  }

  /** Dtype of the weights. */
  abstract get variableDtype(): DType;

  /** Makes a weight of this layer. */
  addWeight(options: AddWeightOptions): Variable {
    const { name, shape, dtype = this.variableDtype, trainable = true, autocast = true, overwriteWithGradient = false } = options;
    const initializer = getInitializer(options.initializer ?? (dtype.includes("float") ? "glorot_uniform" : "zeros"));
    const path = [currentScope(), name].filter((part) => part !== "").join("/");
    const variable = outsideInference(
      () =>
        new Variable(initializer, {
          name: path,
          shape,
          dtype,
          trainable: trainable && this.#trainable,
          autocast,
          overwriteWithGradient,
        }),
    );
    this.#own.add(variable, trainable, getRegularizer(options.regularizer ?? null));
    variable.constraint = getConstraint(options.constraint ?? null) as ConstraintFunction | null;
    return variable;
  }

  /** Adds a scalar to what is minimized. Called inside `call`; what was added counts until the next call. */
  addLoss(loss: AnyTensor): void {
    this.#losses.values.push(loss as Tensor);
  }

  /** Layers held in its fields, in the order they were set. */
  get sublayers(): readonly Layer[] {
    return this.#own.state.layers;
  }

  /** Random state held in its fields. */
  get seedGenerators(): readonly SeedState[] {
    return this.#own.state.seeds;
  }

  /** Its own weights, without those of layers inside: the trainable ones first, each in the order they were made. */
  get ownWeights(): readonly Variable[] {
    return this.#own.state.variables;
  }

  /** All weights, those of layers inside too, in the order Keras saves them. */
  get weights(): readonly Variable[] {
    return unique([...this.ownWeights, ...this.sublayers.flatMap(({ weights }) => weights)]);
  }

  /** {@link weights} and random state. */
  get variables(): readonly Variable[] {
    const seeds = this.seedGenerators.map(({ state }) => state);
    return unique([...this.ownWeights, ...seeds, ...this.sublayers.flatMap(({ variables }) => variables)]);
  }

  /** The weights that training changes. */
  get trainableWeights(): readonly Variable[] {
    return this.trainable ? this.weights.filter(({ trainable }) => trainable) : [];
  }

  /** The weights that training leaves alone, and moving statistics. */
  get nonTrainableWeights(): readonly Variable[] {
    return this.trainable ? this.weights.filter(({ trainable }) => !trainable) : this.weights;
  }

  /** {@link trainableWeights}. */
  get trainableVariables(): readonly Variable[] {
    return this.trainableWeights;
  }

  /** {@link nonTrainableWeights} and random state. */
  get nonTrainableVariables(): readonly Variable[] {
    return this.trainable ? this.variables.filter(({ trainable }) => !trainable) : this.variables;
  }

  /** Whether training changes its weights. Setting it reaches the layers inside. */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(trainable: boolean) {
    if (!(#trainable in this)) return; // the base constructor assigns options before private fields exist
    this.#trainable = trainable;
    this.#own.setTrainable(trainable);
    for (const layer of this.sublayers) layer.trainable = trainable;
  }

  /** Penalties of the last call and of the weights, as scalars: what training adds to the loss. */
  get losses(): readonly Tensor[] {
    return [...this.callLosses.flatMap(({ values }) => values), ...this.#weightLosses()];
  }

  /** The penalties of its last call and of those of all layers inside, as far as they are of this copy of neurite. */
  protected get callLosses(): readonly CallLosses[] {
    return [this.#losses, ...this.sublayers.flatMap((layer) => (#losses in layer ? layer.callLosses : []))];
  }

  #weightLosses(): readonly Tensor[] {
    if (!this.trainable) return [];
    return [...this.#own.penalties, ...this.sublayers.flatMap((layer) => layer.#weightLosses())];
  }

  /** Copies of {@link weights} that later training does not change. Read one with `await w.array()`. */
  async getWeights(): Promise<Tensor[]> {
    return this.weights.map((variable) => variable.read());
  }

  /**
   * Sets {@link weights}, in their order.
   *
   * @throws ValueError for another number of weights; ShapeError for one that does not fit.
   */
  setWeights(values: readonly TensorLike[]): void {
    setWeightsOf(this, values);
  }

  /**
   * Number of weights, elements counted.
   * @throws ValueError before it was built.
   */
  countParams(): number {
    if (!this.built) throw new ValueError(`[countParams] layer ${this.toString()} has no weights yet: call it, or build it, before`);
    return this.weights.reduce((total, { size }) => total + size, 0);
  }
  /** `"dense_1" (Dense, units=10)`: how errors name it. */
  override toString(): string {
    const required = fieldsOf(classOf(this)).filter((option) => option.required);
    const options = required.map((option) => {
      const value = (this as unknown as Record<string, unknown>)[option.property];
      return `, ${option.name}=${isLayer(value) ? value.toString() : typeof value === "function" ? value.name || "a function" : JSON.stringify(value)}`;
    });
    return `${JSON.stringify(this.name)} (${this.className}${options.join("")})`;
  }
}
