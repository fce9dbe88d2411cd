import { field, type Field, identityOf, ops, optionsOf, ShapeError, type SymbolicShape, type Tensor, ValueError } from "@neurite/core";
import { layerField } from "../core/fields.ts";
import { kernelFields, KernelLayer, type KernelLayerOptions } from "../core/kernel-layer.ts";
import type { LayerOptions } from "../core/layer.ts";
import { knownChannels, spatialInputs } from "../core/spatial-inputs.ts";
import { activateChannels, checkWindows, windowFields, type WindowOptions, type Windows, windowsOf } from "./windows.ts";

/** Options of {@link Conv}. */
export interface ConvOptions extends LayerOptions, WindowOptions, KernelLayerOptions {
  /** Channels are split into so many groups that are convolved apart. Default 1. */
  readonly groups?: number;
}

/** The fields of a convolution over `rank` spatial axes. */
export function convFields(rank: number): readonly Field[] {
  return [
    field.integer("filters", { min: 1 }),
    ...windowFields(rank),
    field.integer("groups", { default: 1, min: 1 }),
    layerField.activation("activation", { default: null }),
    field.boolean("useBias", { default: true }),
    ...kernelFields,
    layerField.regularizer("activityRegularizer"),
  ];
}

export interface Conv extends Windows {}

/**
 * Base of the convolutions over 1, 2 or 3 spatial axes: [batch, ...spatial, channels] gives [batch, ...out, filters], or channels first.
 *
 * @example
 * new Conv1D(4, 3)(ops.ones([1, 10, 2])).shape; // [1, 8, 4]
 */
export abstract class Conv extends KernelLayer {
  declare readonly filters: number;
  declare readonly kernelSize: readonly number[];
  declare readonly groups: number;
  declare readonly useBias: boolean;

  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions) {
    super({ filters, kernelSize, ...optionsOf(identityOf(new.target).className, options) } as LayerOptions);
    this.inputSpec = spatialInputs(this.kernelSize.length, this.dataFormat);
    if (this.filters % this.groups !== 0) {
      throw new ValueError(`[${this.className}] filters must be a multiple of groups: got ${this.filters} filters, ${this.groups} groups`);
    }
    checkWindows(this);
  }

  /** @throws ShapeError when the number of channels is not known or no multiple of the groups. */
  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.className, inputShape, this.dataFormat);
    if (channels % this.groups !== 0) {
      throw new ShapeError(`[${this.className}] ${channels} channels cannot be split into ${this.groups} groups`);
    }
    this.inputSpec = spatialInputs(this.kernelSize.length, this.dataFormat, channels);
    this.addKernel([...this.kernelSize, channels / this.groups, this.filters]);
    if (this.useBias) this.addBias([this.filters]);
    this.beginLora();
  }

  override call(inputs: Tensor): Tensor {
    return this.finish(ops.conv(inputs, this.effectiveKernel(), windowsOf(this)));
  }

  /** Bias and activation. */
  protected finish(result: Tensor): Tensor {
    const bias = this.bias === null ? null : (this.autocast(this.bias) as Tensor);
    return activateChannels(result, bias, this.activation, this.dataFormat);
  }
}
