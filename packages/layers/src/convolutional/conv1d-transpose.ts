import type { Field, KerasIdentity } from "@neurite/core";
import { ConvTranspose, convTransposeFields, type ConvTransposeOptions } from "./conv-transpose.ts";

/**
 * Transposed convolution over one axis: enlarges by the strides. With padding "same" sizes are multiplied by the strides.
 *
 * Input [batch, steps, channels], output [batch, …, filters]. Weights: kernel [...kernelSize, filters, channels], bias [filters].
 *
 * @example
 * new Conv1DTranspose(4, 3, { strides: 2 })(ops.ones([1, 5, 2])).shape; // [1, 11, 4]
 */
export class Conv1DTranspose extends ConvTranspose {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "Conv1DTranspose" };
  static override readonly fields: readonly Field[] = convTransposeFields(1);

  constructor(filters: number, kernelSize: number | readonly number[], options: ConvTransposeOptions = {}) {
    super(filters, kernelSize, options);
  }
}
