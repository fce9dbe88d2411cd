import { field, type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import { InputSpec } from "../core/input-spec.ts";
import type { LayerOptions } from "../core/layer.ts";
import { cellFields, type CellOptions } from "./cell-fields.ts";
import { SimpleRNNCell } from "./simple-rnn-cell.ts";
import { cellOptionsOf } from "./cell-options.ts";
import { RecurrentLayer, type RecurrentOptions } from "./recurrent-layer.ts";

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNOptions extends RecurrentOptions, Omit<CellOptions, keyof LayerOptions> {}

/**
 * The plain recurrent layer, whose output goes back into it: [batch, timesteps, features] → [batch, units], or [batch, timesteps, units] with
 * `returnSequences`. Weights: kernel [features, units], recurrent kernel [units, units], bias [units].
 *
 * @example
 * const model = new Sequential([new SimpleRNN(20, { returnSequences: true, inputShape: [null, 1] }), new SimpleRNN(1)]);
 */
export class SimpleRNN extends RecurrentLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SimpleRNN" };
  static override readonly fields: readonly Field[] = [field.integer("units", { min: 1 }), ...cellFields("simple", true)];
  declare readonly units: number;
  override readonly inputSpec: InputSpec = new InputSpec({ ndim: 3, layout: "[batch, timesteps, features]" });
  readonly cell: SimpleRNNCell;

  constructor(units: number, options: SimpleRNNOptions = {}) {
    super({ units, ...optionsOf("SimpleRNN", options) } as LayerOptions);
    this.cell = new SimpleRNNCell(units, cellOptionsOf(this, SimpleRNNCell, "simple_rnn_cell"));
  }
}
