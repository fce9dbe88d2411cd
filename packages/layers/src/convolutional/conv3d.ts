import type { Field, KerasIdentity } from "@neurite/core";
import { loraFields } from "../core/low-rank.ts";
import { Conv, convFields, type ConvOptions } from "./conv.ts";

/**
 * Convolution over volumes: a kernel of weights slides over the input and gives, at each place, `filters` weighted sums.
 *
 * Input [batch, depth, rows, columns, channels], output [batch, newDepth, newRows, newColumns, filters] (channels right after the batch with
 * "channels_first"). Weights: kernel [...kernelSize, channels / groups, filters], bias [filters].
 *
 * @example
 * const y = new Conv3D(32, 3, { padding: "same", activation: "relu" })(x);
 */
export class Conv3D extends Conv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Conv3D" };
  static override readonly fields: readonly Field[] = [...convFields(3), ...loraFields];

  /** @throws ValueError for sizes that are not positive integers, and for strides together with dilation. */
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}) {
    super(filters, kernelSize, options as ConvOptions);
  }
}
