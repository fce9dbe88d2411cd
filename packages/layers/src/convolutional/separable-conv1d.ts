import { type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { SeparableConv, type SeparableConvOptions, separableFields } from "./separable-conv.ts";

/**
 * Depthwise convolution over one axis, then a convolution with windows of 1 that mixes the channels: fewer weights than a full one.
 * (Chollet, 2016, https://arxiv.org/abs/1610.02357)
 *
 * Input [batch, steps, channels], output [batch, …, filters]. Weights: depthwise_kernel [...kernelSize, channels, depthMultiplier],
 * pointwise_kernel [1, …, channels · depthMultiplier, filters], bias [filters].
 *
 * @example
 * new SeparableConv1D(4, 3)(ops.ones([1, 5, 2])).shape; // [1, 3, 4]
 */
export class SeparableConv1D extends SeparableConv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SeparableConv1D" };
  static override readonly fields: readonly Field[] = separableFields(1);

  constructor(filters: number, kernelSize: number | readonly number[], options: SeparableConvOptions = {}) {
    super({ filters, kernelSize, ...optionsOf("SeparableConv1D", options) } as LayerOptions);
  }
}
