import type { Field, KerasIdentity } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { DepthwiseConv, type DepthwiseConvOptions, depthwiseFields } from "./separable-conv.ts";

/**
 * Convolution over one axis in which each channel has kernels of its own.
 *
 * Input [batch, steps, channels], output [batch, …, channels · depthMultiplier]. Weights: kernel
 * [...kernelSize, channels, depthMultiplier], bias.
 */
export class DepthwiseConv1D extends DepthwiseConv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "DepthwiseConv1D" };
  static override readonly fields: readonly Field[] = depthwiseFields(1);

  constructor(kernelSize: number | readonly number[], options: DepthwiseConvOptions = {}) {
    super({ kernelSize, ...options } as LayerOptions);
  }
}
