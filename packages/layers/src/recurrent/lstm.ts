import { field, type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import { InputSpec } from "../core/input-spec.ts";
import type { LayerOptions } from "../core/layer.ts";
import { cellFields, type CudnnOptions } from "./cell-fields.ts";
import { LSTMCell, type LSTMCellOptions } from "./lstm-cell.ts";
import { cellOptionsOf } from "./cell-options.ts";
import { RecurrentLayer, type RecurrentOptions } from "./recurrent-layer.ts";

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions, CudnnOptions, Omit<LSTMCellOptions, keyof LayerOptions> {}

/**
 * Long short-term memory: [batch, timesteps, features] → [batch, units], or [batch, timesteps, units] with `returnSequences`. States: the output
 * and the cell. Weights: kernel [features, 4 · units] (gates input, forget, cell, output), recurrent kernel [units, 4 · units], bias [4 · units].
 * (Hochreiter & Schmidhuber, 1997, https://doi.org/10.1162/neco.1997.9.8.1735)
 *
 * @example
 * const lstm = new LSTM(32, { returnState: true });
 * const [output, hidden, cell] = lstm<[Tensor, Tensor, Tensor]>(ops.ones([2, 7, 3]));
 * cell.shape; // [2, 32]
 */
export class LSTM extends RecurrentLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "LSTM" };
  static override readonly fields: readonly Field[] = [field.integer("units", { min: 1 }), ...cellFields("lstm", true)];
  declare readonly units: number;
  declare readonly useCudnn: boolean | "auto";
  override readonly inputSpec: InputSpec = new InputSpec({ ndim: 3, layout: "[batch, timesteps, features]" });
  readonly cell: LSTMCell;

  constructor(units: number, options: LSTMOptions = {}) {
    super({ units, ...optionsOf("LSTM", options) } as LayerOptions);
    this.cell = new LSTMCell(units, cellOptionsOf(this, LSTMCell, "lstm_cell"));
  }
}
