import { type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { DepthwiseConv, type DepthwiseConvOptions, depthwiseFields } from "./depthwise-conv.ts";

/**
 * Convolution over one axis in which each channel has kernels of its own.
 *
 * Input [batch, steps, channels], output [batch, …, channels · depthMultiplier]. Weights: kernel
 * [...kernelSize, channels, depthMultiplier], bias.
 *
 * @example
 * new DepthwiseConv1D(3)(ops.ones([1, 5, 2])).shape; // [1, 3, 2]
 */
export class DepthwiseConv1D extends DepthwiseConv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "DepthwiseConv1D" };
  static override readonly fields: readonly Field[] = depthwiseFields(1);

  constructor(kernelSize: number | readonly number[], options: DepthwiseConvOptions = {}) {
    super({ kernelSize, ...optionsOf("DepthwiseConv1D", options) } as LayerOptions);
  }
}
