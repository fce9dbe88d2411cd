import { identityOf, optionsOf } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import type { DataFormat } from "../core/spatial-inputs.ts";
import { InputSpec } from "../core/input-spec.ts";
import { cellOptionsOf } from "./cell-options.ts";
import { ConvLSTMCell } from "./conv-lstm-cell.ts";
import type { LSTMCellOptions } from "./lstm-cell.ts";
import { RecurrentLayer, type RecurrentOptions } from "./recurrent-layer.ts";

/** Options of {@link ConvLSTM}. */
export interface ConvLSTMOptions extends RecurrentOptions, Omit<LSTMCellOptions, keyof LayerOptions> {
  /** Distance between windows: one number, or one for each spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** "valid": windows lie inside the input; "same": padded so that the output has the input's size divided by the strides. Default "valid". */
  readonly padding?: "valid" | "same";
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the elements of a window. Default 1; not together with strides. */
  readonly dilationRate?: number | readonly number[];
}

/**
 * Base of the recurrent layers over pictures, [batch, timesteps, ...spatial, channels]. (Shi et al., 2015, https://arxiv.org/abs/1506.04214)
 *
 * @example
 * new ConvLSTM1D(4, 3, { padding: "same" })(ops.ones([1, 2, 5, 3])).shape; // [1, 5, 4]
 */
export abstract class ConvLSTM extends RecurrentLayer {
  readonly cell: ConvLSTMCell;

  protected constructor(rank: number, filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions) {
    super({ filters, kernelSize, ...optionsOf(identityOf(new.target as never).className, options) } as LayerOptions);
    this.inputSpec = new InputSpec({ ndim: rank + 3 });
    this.cell = new ConvLSTMCell({ rank, ...cellOptionsOf(this, ConvLSTMCell, "conv_lstm_cell") } as LayerOptions);
  }
}
