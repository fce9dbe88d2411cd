import type { Field, KerasIdentity } from "@neurite/core";
import { ConvTranspose, convTransposeFields, type ConvTransposeOptions } from "./conv-transpose.ts";

/**
 * Transposed convolution over volumes: enlarges by the strides. With padding "same" sizes are multiplied by the strides.
 *
 * Input [batch, depth, rows, columns, channels], output [batch, …, filters]. Weights: kernel [...kernelSize, filters, channels], bias [filters].
 *
 * @example
 * new Conv3DTranspose(2, 2)(ops.ones([1, 3, 3, 3, 1])).shape; // [1, 4, 4, 4, 2]
 */
export class Conv3DTranspose extends ConvTranspose {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Conv3DTranspose" };
  static override readonly fields: readonly Field[] = convTransposeFields(3);

  constructor(filters: number, kernelSize: number | readonly number[], options: ConvTransposeOptions = {}) {
    super(filters, kernelSize, options);
  }
}
