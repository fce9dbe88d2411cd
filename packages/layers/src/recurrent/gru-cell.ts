import { type AnyTensor, type Field, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import type { ActivationFunction } from "../activations/index.ts";
import type { InitializerFunction } from "../initializers/index.ts";
import { cellFields, type GatedCellOptions } from "./cell-fields.ts";
import { UnitsCell } from "./units-cell.ts";

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends GatedCellOptions {
  /** Applies the reset gate after the product with the state, which has biases of its own. Default true. */
  readonly resetAfter?: boolean;
}

/**
 * One step of {@link GRU}. Gates stand in the order update, reset, candidate. (Cho et al., 2014, https://arxiv.org/abs/1406.1078)
 *
 * Inputs are [batch, features], the state and the output [batch, units].
 *
 * @example
 * const cell = new GRUCell(4);
 * const [output, states] = cell<[Tensor, Tensor[]]>(ops.ones([2, 3]), [ops.zeros([2, 4])]);
 * output.shape; // [2, 4]
 */
export class GRUCell extends UnitsCell {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GRUCell" };
  static override readonly fields: readonly Field[] = cellFields("gru", false);
  declare readonly recurrentActivation: ActivationFunction;
  declare readonly resetAfter: boolean;

  constructor(units: number, options: GRUCellOptions = {}) {
    super(units, options);
  }

  protected override get gates(): number {
    return 3;
  }

  /** With `resetAfter` [2, 3 · units]: for the inputs and for the states. */
  protected override biasSpec(): { readonly shape: readonly number[]; readonly initializer: InitializerFunction } {
    const width = 3 * this.units;
    return { shape: this.resetAfter ? [2, width] : [width], initializer: this.biasInitializer };
  }

  protected override inputBias(): AnyTensor | null {
    const bias = super.inputBias();
    return bias === null || !this.resetAfter ? bias : ops.take(bias, 0, { axis: 0 });
  }

  override stepProjected(projected: Tensor, [given]: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    const state = this.dropState(given as Tensor);
    const kernel = this.autocast(this.recurrentKernel) as Tensor;
    const [update, candidate] = this.resetAfter ? this.#resetAfter(projected, state, kernel) : this.#resetBefore(projected, state, kernel);
    const fresh = this.activation(candidate);
    const output = ops.add(ops.multiply(update, given as Tensor), ops.multiply(ops.subtract(1, update), fresh));
    return [output, [output]];
  }

  #resetAfter(projected: Tensor, state: Tensor, kernel: Tensor): readonly [update: Tensor, candidate: Tensor] {
    const product = ops.matmul(state, kernel);
    const recurrent = this.bias === null ? product : ops.add(product, ops.take(this.autocast(this.bias), 1, { axis: 0 }));
    const [update, reset] = this.#gates(ops.add(this.gate(projected, 0, 2), this.gate(recurrent, 0, 2)));
    return [update, ops.add(this.gate(projected, 2), ops.multiply(reset, this.gate(recurrent, 2)))];
  }

  #resetBefore(projected: Tensor, state: Tensor, kernel: Tensor): readonly [update: Tensor, candidate: Tensor] {
    const { units } = this;
    const sums = ops.add(this.gate(projected, 0, 2), ops.matmul(state, ops.slice(kernel, [0, 0], [units, 2 * units])));
    const [update, reset] = this.#gates(sums);
    const candidate = ops.matmul(ops.multiply(reset, state), ops.slice(kernel, [0, 2 * units], [units, units]));
    return [update, ops.add(this.gate(projected, 2), candidate)];
  }

  /** Each gate by itself: an activation may look at all units of one. */
  #gates(sums: Tensor): readonly [update: Tensor, reset: Tensor] {
    return [0, 1].map((i) => this.recurrentActivation(this.gate(sums, i)) as Tensor) as [Tensor, Tensor];
  }
}
