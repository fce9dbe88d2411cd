import { type Field, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import type { ActivationFunction } from "../activations/index.ts";
import type { InitializerFunction } from "../initializers/index.ts";
import { cellFields, type GatedCellOptions } from "./cell-fields.ts";
import { lstmStep, withForgetOnes } from "./lstm-step.ts";
import { UnitsCell } from "./units-cell.ts";

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions extends GatedCellOptions {
  /** Starts the biases of the forget gate with 1, as Jozefowicz et al. (2015) recommend. Default true. */
  readonly unitForgetBias?: boolean;
}

/**
 * One step of {@link LSTM}. Gates stand in the order input, forget, cell, output; the states are the output and the cell, both [batch, units].
 * (Hochreiter & Schmidhuber, 1997, https://doi.org/10.1162/neco.1997.9.8.1735)
 *
 * @example
 * const cell = new LSTMCell(4);
 * const [output, states] = cell<[Tensor, Tensor[]]>(ops.ones([2, 3]), [ops.zeros([2, 4]), ops.zeros([2, 4])]);
 * output.shape; // [2, 4]
 */
export class LSTMCell extends UnitsCell {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "LSTMCell" };
  static override readonly fields: readonly Field[] = cellFields("lstm", false);
  declare readonly recurrentActivation: ActivationFunction;
  declare readonly unitForgetBias: boolean;

  constructor(units: number, options: LSTMCellOptions = {}) {
    super(units, options);
  }

  protected override get gates(): number {
    return 4;
  }

  override get stateSize(): readonly number[] {
    return [this.units, this.units];
  }

  protected override biasSpec(): { readonly shape: readonly number[]; readonly initializer: InitializerFunction } {
    const spec = super.biasSpec();
    return this.unitForgetBias ? { ...spec, initializer: withForgetOnes(spec.initializer, this.units) } : spec;
  }

  override stepProjected(projected: Tensor, [output, cell]: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    const z = ops.add(projected, ops.matmul(this.dropState(output as Tensor), this.autocast(this.recurrentKernel)));
    return lstmStep(this, [0, 1, 2, 3].map((i) => this.gate(z, i)), cell as Tensor); // prettier-ignore
  }
}
