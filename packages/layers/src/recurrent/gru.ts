import { field, type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import { InputSpec } from "../core/input-spec.ts";
import type { LayerOptions } from "../core/layer.ts";
import { cellFields, type CudnnOptions } from "./cell-fields.ts";
import { GRUCell, type GRUCellOptions } from "./gru-cell.ts";
import { cellOptionsOf } from "./cell-options.ts";
import { RecurrentLayer, type RecurrentOptions } from "./recurrent-layer.ts";

/** Options of {@link GRU}. */
export interface GRUOptions extends RecurrentOptions, CudnnOptions, Omit<GRUCellOptions, keyof LayerOptions> {}

/**
 * Gated recurrent unit: [batch, timesteps, features] → [batch, units], or [batch, timesteps, units] with `returnSequences`. Weights: kernel
 * [features, 3 · units] (gates update, reset, candidate), recurrent kernel [units, 3 · units], bias [2, 3 · units], or [3 · units] without
 * `resetAfter`. (Cho et al., 2014, https://arxiv.org/abs/1406.1078)
 *
 * @example
 * const y = new GRU(20, { returnSequences: true })(x);
 */
export class GRU extends RecurrentLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GRU" };
  static override readonly fields: readonly Field[] = [field.integer("units", { min: 1 }), ...cellFields("gru", true)];
  declare readonly units: number;
  declare readonly useCudnn: boolean | "auto";
  override readonly inputSpec: InputSpec = new InputSpec({ ndim: 3, layout: "[batch, timesteps, features]" });
  readonly cell: GRUCell;

  constructor(units: number, options: GRUOptions = {}) {
    super({ units, ...optionsOf("GRU", options) } as LayerOptions);
    this.cell = new GRUCell(units, cellOptionsOf(this, GRUCell, "gru_cell"));
  }
}
