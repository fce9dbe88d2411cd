import type { Field, KerasIdentity } from "@neurite/core";
import { cellFields } from "./cell-fields.ts";
import { convLSTMFields } from "./conv-lstm-cell.ts";
import { ConvLSTM, type ConvLSTMOptions } from "./conv-lstm.ts";

/**
 * An LSTM over [batch, timesteps, depth, rows, columns, channels] whose products are convolutions; with `returnSequences` all steps, else the last.
 *
 * @example
 * new ConvLSTM3D(2, 2)(ops.ones([1, 2, 3, 3, 3, 1])).shape; // [1, 2, 2, 2, 2]
 */
export class ConvLSTM3D extends ConvLSTM {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ConvLSTM3D" };
  static override readonly fields: readonly Field[] = [...convLSTMFields(3), ...cellFields("lstm", true)];

  /** @param kernelSize Size of a window: one number, or one for each spatial axis. */
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions = {}) {
    super(3, filters, kernelSize, options);
  }
}
