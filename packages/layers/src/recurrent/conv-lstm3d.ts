import type { Field, KerasIdentity } from "@neurite/core";
import { cellFields } from "./cell-fields.ts";
import { convLSTMFields } from "./conv-lstm-cell.ts";
import { ConvLSTM, type ConvLSTMOptions } from "./conv-lstm.ts";

/** An LSTM over [batch, timesteps, depth, rows, columns, channels] whose products are convolutions; with `returnSequences` all steps, else the last. */
export class ConvLSTM3D extends ConvLSTM {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ConvLSTM3D" };
  static override readonly fields: readonly Field[] = [...convLSTMFields(3), ...cellFields("lstm", true)];

  /** @param kernelSize Size of a window: one number, or one for each spatial axis. */
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions = {}) {
    super(3, filters, kernelSize, options);
  }
}
