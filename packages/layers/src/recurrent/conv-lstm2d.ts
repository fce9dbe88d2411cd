import type { Field, KerasIdentity } from "@neurite/core";
import { cellFields } from "./cell-fields.ts";
import { convLSTMFields } from "./conv-lstm-cell.ts";
import { ConvLSTM, type ConvLSTMOptions } from "./conv-lstm.ts";

/**
 * An LSTM over [batch, timesteps, rows, columns, channels] whose products are convolutions; with `returnSequences` all steps, else the last.
 *
 * @example
 * new ConvLSTM2D(2, 3)(ops.ones([1, 4, 5, 5, 1])).shape; // [1, 3, 3, 2]
 */
export class ConvLSTM2D extends ConvLSTM {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ConvLSTM2D" };
  static override readonly fields: readonly Field[] = [...convLSTMFields(2), ...cellFields("lstm", true)];

  /** @param kernelSize Size of a window: one number, or one for each spatial axis. */
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions = {}) {
    super(2, filters, kernelSize, options);
  }
}
