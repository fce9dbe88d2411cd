import { type Field, type KerasIdentity, optionsOf } from "@neurite/core";
import type { LayerOptions } from "../core/layer.ts";
import { SeparableConv, type SeparableConvOptions, separableFields } from "./separable-conv.ts";

/**
 * Depthwise convolution over images, then a convolution with windows of 1 that mixes the channels: fewer weights than a full one.
 * (Chollet, 2016, https://arxiv.org/abs/1610.02357)
 *
 * Input [batch, rows, columns, channels], output [batch, …, filters]. Weights: depthwise_kernel [...kernelSize, channels, depthMultiplier],
 * pointwise_kernel [1, …, channels · depthMultiplier, filters], bias [filters].
 *
 * @example
 * new SeparableConv2D(4, 3)(ops.ones([1, 5, 5, 2])).shape; // [1, 3, 3, 4]
 */
export class SeparableConv2D extends SeparableConv {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "SeparableConv2D" };
  static override readonly fields: readonly Field[] = separableFields(2);

  constructor(filters: number, kernelSize: number | readonly number[], options: SeparableConvOptions = {}) {
    super({ filters, kernelSize, ...optionsOf("SeparableConv2D", options) } as LayerOptions);
  }
}
