import type { Field, KerasIdentity } from "@neurite/core";
import { loraFields } from "../core/low-rank.ts";
import { Conv, convFields, type ConvOptions } from "./conv.ts";

/**
 * Convolution over images: a kernel of weights slides over the input and gives, at each place, `filters` weighted sums.
 *
 * Input [batch, rows, columns, channels], output [batch, newRows, newColumns, filters] (channels right after the batch with
 * "channels_first"). Weights: kernel [...kernelSize, channels / groups, filters], bias [filters].
 *
 * @example
 * const y = new Conv2D(32, 3, { padding: "same", activation: "relu" })(x);
 */
export class Conv2D extends Conv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Conv2D" };
  static override readonly fields: readonly Field[] = [...convFields(2), ...loraFields];

  /** @throws ValueError for sizes that are not positive integers, and for strides together with dilation. */
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}) {
    super(filters, kernelSize, options as ConvOptions);
  }
}
