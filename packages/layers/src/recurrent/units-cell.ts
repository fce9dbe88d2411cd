import { type AnyTensor, field, type Field, identityOf, ops, optionsOf, ShapeError, type SymbolicShape, type Tensor } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import type { InitializerFunction } from "../initializers/index.ts";
import { KernelCell } from "./kernel-cell.ts";

/** Base of the cells whose states are vectors: weights of the inputs, of the states, and biases, for a number of gates side by side. */
export abstract class UnitsCell extends KernelCell {
  static override readonly fields: readonly Field[] = [field.integer("units", { min: 1 })];
  /** Size of the output and of each state. */
  declare readonly units: number;
  constructor(units: number, options: LayerOptions) {
    super({ units, ...optionsOf(identityOf(new.target).className, options) } as LayerOptions);
  }

  /** Gates whose weights stand side by side. */
  protected abstract get gates(): number;

  get stateSize(): number | readonly number[] {
    return this.units;
  }

  get outputSize(): number {
    return this.units;
  }

  /** Shape and initializer of the biases. */
  protected biasSpec(): { readonly shape: readonly number[]; readonly initializer: InitializerFunction } {
    return { shape: [this.gates * this.units], initializer: this.biasInitializer };
  }

  /** @throws ShapeError when the number of features is not known. */
  override build(inputShape: SymbolicShape): void {
    const features = inputShape.at(-1);
    if (typeof features !== "number")
      throw new ShapeError(
        `[${this.className}] the last axis of the input must be known: got shape [${inputShape.map((dim) => dim ?? "?")}]`,
      );
    const width = this.gates * this.units;
    this.addWeights([features, width], [this.units, width], this.biasSpec());
  }

  /** The bias that goes with the inputs, [gates · units]; null for none. */
  protected inputBias(): AnyTensor | null {
    return this.bias === null ? null : this.autocast(this.bias);
  }

  #project(inputs: Tensor, hasTime: boolean): Tensor {
    const product = ops.matmul(this.dropInputs(inputs, hasTime), this.autocast(this.kernel));
    const bias = this.inputBias();
    return bias === null ? product : ops.add(product, bias);
  }

  /** [timesteps, batch, features] → [timesteps, batch, gates · units]: one product for all steps. */
  projectSequence(inputs: Tensor): Tensor {
    this.#prepareStates(inputs.shape[1] as number, inputs);
    return this.#project(inputs, true);
  }

  override prepareSteps(step: AnyTensor): void {
    super.prepareSteps(step);
    this.#prepareStates(step.shape[0] as number, step);
  }

  #prepareStates(batch: number, { dtype }: AnyTensor): void {
    if (this.recurrentDropout > 0) this.prepareStateMask(ops.zeros([batch, this.units], { dtype }));
  }

  /** One step on an input that {@link projectSequence} worked on, [batch, gates · units]. */
  abstract stepProjected(projected: Tensor, states: readonly Tensor[]): readonly [Tensor, readonly Tensor[]];

  /** One step: inputs [batch, features], states [batch, units] → output [batch, units], and the new states. */
  override call(inputs: Tensor, states: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    return this.stepProjected(this.#project(inputs, false), Array.isArray(states) ? states : [states as unknown as Tensor]);
  }

  /** The part of gate `i` of [batch, gates · units]. */
  protected gate(all: Tensor, i: number, count = 1): Tensor {
    const [batch] = all.shape as [number];
    return ops.slice(all, [0, i * this.units], [batch, count * this.units]);
  }
}
