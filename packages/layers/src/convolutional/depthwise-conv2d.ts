import { type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { DepthwiseConv, type DepthwiseConvOptions, depthwiseFields } from "./depthwise-conv.ts";

/**
 * Convolution over images in which each channel has kernels of its own.
 *
 * Input [batch, rows, columns, channels], output [batch, …, channels · depthMultiplier]. Weights: kernel
 * [...kernelSize, channels, depthMultiplier], bias.
 *
 * @example
 * new DepthwiseConv2D(3, { depthMultiplier: 2 })(ops.ones([1, 5, 5, 2])).shape; // [1, 3, 3, 4]
 */
export class DepthwiseConv2D extends DepthwiseConv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "DepthwiseConv2D" };
  static override readonly fields: readonly Field[] = depthwiseFields(2);

  constructor(kernelSize: number | readonly number[], options: DepthwiseConvOptions = {}) {
    super({ kernelSize, ...optionsOf("DepthwiseConv2D", options) } as LayerOptions);
  }
}
