import type { Field, KerasIdentity } from "@neurite/core";
import { ConvTranspose, convTransposeFields, type ConvTransposeOptions } from "./conv-transpose.ts";

/**
 * Transposed convolution over images: enlarges by the strides. With padding "same" sizes are multiplied by the strides.
 *
 * Input [batch, rows, columns, channels], output [batch, …, filters]. Weights: kernel [...kernelSize, filters, channels], bias [filters].
 *
 * @example
 * new Conv2DTranspose(4, 3, { strides: 2, padding: "same" })(ops.ones([1, 5, 5, 2])).shape; // [1, 10, 10, 4]
 */
export class Conv2DTranspose extends ConvTranspose {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Conv2DTranspose" };
  static override readonly fields: readonly Field[] = convTransposeFields(2);

  constructor(filters: number, kernelSize: number | readonly number[], options: ConvTransposeOptions = {}) {
    super(filters, kernelSize, options);
  }
}
