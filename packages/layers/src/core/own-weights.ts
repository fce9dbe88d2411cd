import type { Tensor, Variable } from "@neurite/core";
import type { RegularizerFunction } from "../regularizers/index.ts";
import { type LayerState, stateOfFields, unique } from "./layer-state.ts";

/** The variables of one layer, without those of layers inside: those it made, and those in its fields. */
export class OwnWeights {
  readonly #layer: object;
  readonly #made: Variable[] = [];
  /** Whether a variable was made to be trained, whatever `trainable` says now. */
  readonly #initiallyTrainable = new WeakMap<Variable, boolean>();
  readonly #regularizers = new Map<Variable, RegularizerFunction>();

  constructor(layer: object) {
    this.#layer = layer;
  }

  add(variable: Variable, trainable: boolean, regularizer: RegularizerFunction | null): void {
    this.#made.push(variable);
    this.#initiallyTrainable.set(variable, trainable);
    if (regularizer !== null) this.#regularizers.set(variable, regularizer);
  }

  /** What the layer holds: these variables, the trainable ones first, each in the order they were made; random state, and layers. */
  get state(): LayerState {
    const { variables, seeds, layers } = stateOfFields(this.#layer);
    for (const variable of variables) {
      if (!this.#initiallyTrainable.has(variable)) this.#initiallyTrainable.set(variable, variable.trainable);
    }
    const own = variables.length === 0 ? this.#made : unique([...this.#made, ...variables]);
    const [trained, others] = [true, false].map((trains) => own.filter((variable) => this.#trains(variable) === trains));
    return { variables: [...(trained as Variable[]), ...(others as Variable[])], seeds, layers };
  }

  setTrainable(trainable: boolean): void {
    for (const variable of this.state.variables) if (this.#trains(variable)) variable.trainable = trainable;
  }

  /** The regularizers' penalties, as scalars, of those that are trained. */
  get penalties(): readonly Tensor[] {
    if (this.#regularizers.size === 0) return [];
    return this.state.variables.flatMap((variable) => (variable.trainable ? (this.#regularizers.get(variable)?.(variable) ?? []) : []));
  }

  #trains(variable: Variable): boolean {
    return this.#initiallyTrainable.get(variable) ?? false;
  }
}
