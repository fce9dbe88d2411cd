import { type AnyTensor, autoName, describeValue, deserializeKerasObject, getDefaultRegistry, type KerasIdentity, ops, type OptimizerLike, optionsOf, realizeAll, type Registry, serializeKerasObject, type Tensor, ValueError, Variable } from "@neurite/core"; // prettier-ignore
import { isOptimizer, type Optimizer } from "../optimizer.ts";
import { OptimizerMap } from "./optimizer-map.ts";

/** Options of {@link MultiOptimizer}. */
export interface MultiOptimizerOptions {
  readonly name?: string;
  /** Factor on the loss, taken off the gradients again. Replaces that of the optimizers inside. Default null. */
  readonly lossScaleFactor?: number | null;
}

/**
 * Several optimizers, each for some of the variables: the linear and the deep part of a model, say. It has no learning rate of its own: set
 * those of its {@link optimizers}.
 *
 * @example
 * const optimizer = new MultiOptimizer(new OptimizerMap(new Ftrl(), { "deep/.*": new Adam() }));
 *
 * @example
 * const [slow, fast] = [new SGD({ learningRate: 0.001 }), new Adam()];
 * const optimizer = new MultiOptimizer((variable) => (variable.name.includes("embedding") ? slow : fast));
 */
export class MultiOptimizer implements OptimizerLike {
  static readonly keras: KerasIdentity = { module: "keras.optimizers", className: "MultiOptimizer" };
  readonly name: string;
  readonly lossScaleFactor: number | null;
  /** Steps taken, int32. */
  readonly iterations: Variable;
  readonly #map: OptimizerMap | ((variable: Variable) => Optimizer);
  readonly #rate: Variable;
  readonly #optimizers: Optimizer[];
  /** The variables of each optimizer. */
  #assigned: ReadonlyMap<Variable, Optimizer> | null = null;

  /** @param optimizerMap Which optimizer updates which variable: a map, or a function that gives the same optimizers again and again. */
  constructor(optimizerMap: OptimizerMap | ((variable: Variable) => Optimizer), options: MultiOptimizerOptions = {}) {
    if (!(optimizerMap instanceof OptimizerMap) && typeof optimizerMap !== "function")
      throw new ValueError(
        `[MultiOptimizer] optimizerMap must be an OptimizerMap or a function from variables to optimizers: received ${describeValue(optimizerMap)}`,
      );
    const { name, lossScaleFactor } = optionsOf("MultiOptimizer", options);
    this.name = name ?? autoName("multi_optimizer");
    this.lossScaleFactor = lossScaleFactor ?? null;
    this.#map = optimizerMap;
    this.iterations = new Variable(0, { name: `${this.name}/iteration`, dtype: "int32", trainable: false });
    this.#rate = new Variable(0, { name: `${this.name}/learning_rate`, dtype: "float32", trainable: false });
    this.#optimizers = optimizerMap instanceof OptimizerMap ? [...optimizerMap.optimizers] : [];
    for (const optimizer of this.#optimizers) optimizer.lossScaleFactor = this.lossScaleFactor;
  }

  /** The optimizers inside; those that a function gives are known once it is built. */
  get optimizers(): readonly Optimizer[] {
    return [...this.#optimizers];
  }

  /** @throws ValueError always: each optimizer inside has its own. */
  get learningRate(): Variable {
    throw new ValueError(`[${this.name}] has several learning rates: read and set those of its optimizers`);
  }

  set learningRate(_rate: Variable | number) {
    throw new ValueError(`[${this.name}] has several learning rates: read and set those of its optimizers`);
  }

  get built(): boolean {
    return this.#assigned !== null;
  }

  /** Its own state, then that of each optimizer, in the order Keras saves them. */
  get variables(): readonly Variable[] {
    return [this.iterations, this.#rate, ...this.#optimizers.flatMap(({ variables }) => variables)];
  }

  /** @throws ValueError when a variable gets something else than an optimizer of its own. */
  build(variables: readonly Variable[]): void {
    if (this.built) return;
    const assigned = new Map(variables.map((variable) => [variable, this.#optimizerOf(variable)]));
    for (const optimizer of new Set(assigned.values())) {
      if (!this.#optimizers.includes(optimizer)) {
        optimizer.lossScaleFactor = this.lossScaleFactor;
        this.#optimizers.push(optimizer);
      }
      optimizer.build(variables.filter((variable) => assigned.get(variable) === optimizer));
    }
    this.#assigned = assigned;
  }

  #optimizerOf(variable: Variable): Optimizer {
    const optimizer = this.#map instanceof OptimizerMap ? this.#map.optimizerOf(variable) : this.#map(variable);
    if (isOptimizer(optimizer)) return optimizer;
    throw new ValueError(`[${this.name}] variable "${variable.name}" must get an optimizer of its own, no wrapper`);
  }

  apply(gradients: readonly (AnyTensor | null)[], variables: readonly Variable[] = [...(this.#assigned?.keys() ?? [])]): void {
    if (gradients.length !== variables.length)
      throw new ValueError(`[${this.name}] ${variables.length} variables need as many gradients: got ${gradients.length}`);
    this.build(variables);
    for (const optimizer of this.#optimizers) {
      const own = variables.flatMap((variable, i) => (this.#assigned?.get(variable) === optimizer ? [i] : []));
      if (own.every((i) => gradients[i] === null)) continue;
      optimizer.apply(own.map((i) => gradients[i] as AnyTensor | null), own.map((i) => variables[i] as Variable)); // prettier-ignore
    }
    this.iterations.assignAdd(1);
    realizeAll();
  }

  scaleLoss(loss: Tensor): Tensor {
    return this.lossScaleFactor === null ? loss : ops.multiply(loss, this.lossScaleFactor);
  }

  finalizeVariableValues(variables: readonly Variable[] = [...(this.#assigned?.keys() ?? [])]): void {
    for (const optimizer of this.#optimizers)
      optimizer.finalizeVariableValues(variables.filter((variable) => this.#assigned?.get(variable) === optimizer));
  }

  getConfig(): Record<string, unknown> {
    return { optimizer_map: serializeKerasObject(this.#map), loss_scale_factor: this.lossScaleFactor, name: this.name };
  }

  static fromConfig(config: Readonly<Record<string, unknown>>, registry: Registry = getDefaultRegistry()): MultiOptimizer {
    const map = deserializeKerasObject(config["optimizer_map"], registry) as OptimizerMap;
    return new MultiOptimizer(map, {
      name: config["name"] as string,
      lossScaleFactor: (config["loss_scale_factor"] ?? null) as number | null,
    });
  }
}
