import { field, type Field, identityOf, ops, optionsOf, ShapeError, type SymbolicShape, type Tensor, ValueError } from "@neurite/core";
import { layerField } from "../core/fields.ts";
import { kernelFields, LowRankKernelLayer, type LowRankKernelOptions } from "../core/kernel-layer.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import type { LayerOptions } from "../core/layer.ts";

/** Where the channels are: last (the default) or right after the batch. */
export type DataFormat = "channels_last" | "channels_first";

/** Options of {@link Conv}. */
export interface ConvOptions extends LayerOptions, LowRankKernelOptions {
  /** Distance between windows: one number, or one for each spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** "valid": windows lie inside the input; "same": padded so that the output has the input's size divided by the strides. */
  readonly padding?: "valid" | "same";
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the elements of a window. Default 1; not together with strides. */
  readonly dilationRate?: number | readonly number[];
  /** Channels are split into so many groups that are convolved apart. Default 1. */
  readonly groups?: number;
}

/** The fields of a convolution over `rank` spatial axes. */
export function convFields(rank: number): readonly Field[] {
  return [
    field.integer("filters", { min: 1 }),
    field.sizes("kernelSize", rank),
    field.sizes("strides", rank, { default: 1 }),
    field.choice("padding", rank === 1 ? ["valid", "same", "causal"] : ["valid", "same"], { default: "valid" }),
    layerField.dataFormat(),
    field.sizes("dilationRate", rank, { default: 1 }),
    field.integer("groups", { default: 1, min: 1 }),
    layerField.activation("activation", { default: null }),
    field.boolean("useBias", { default: true }),
    ...kernelFields,
    layerField.regularizer("activityRegularizer"),
  ];
}

/** The number of channels of an input; throws where it is not known. */
export function knownChannels(layer: string, inputShape: SymbolicShape, dataFormat: DataFormat): number {
  const channels = dataFormat === "channels_last" ? inputShape.at(-1) : inputShape[1];
  if (typeof channels !== "number") {
    throw new ShapeError(
      `[${layer}] the number of channels must be known: got shape [${inputShape.map((dim) => dim ?? "?")}] (${dataFormat})`,
    );
  }
  return channels;
}

/**
 * Base of the convolutions over 1, 2 or 3 spatial axes: [batch, ...spatial, channels] gives [batch, ...out, filters], or channels first.
 *
 * @example
 * new Conv1D(4, 3)(ops.ones([1, 10, 2])).shape; // [1, 8, 4]
 */
export abstract class Conv extends LowRankKernelLayer {
  declare readonly filters: number;
  declare readonly kernelSize: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly padding: "valid" | "same" | "causal";
  declare readonly dataFormat: DataFormat;
  declare readonly dilationRate: readonly number[];
  declare readonly groups: number;
  declare readonly useBias: boolean;
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions) {
    super({ filters, kernelSize, ...optionsOf(identityOf(new.target).className, options) } as LayerOptions);
    this.inputSpec = spatialInputs(this.kernelSize.length, this.dataFormat);
    if (this.filters % this.groups !== 0) {
      throw new ValueError(`[${this.className}] filters must be a multiple of groups: got ${this.filters} filters, ${this.groups} groups`);
    }
    if (this.strides.some((stride) => stride > 1) && this.dilationRate.some((rate) => rate > 1)) {
      throw new ValueError(
        `[${this.className}] strides and dilationRate cannot both be above 1: got [${this.strides}] and [${this.dilationRate}]`,
      );
    }
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
    const { strides, padding, dilationRate, dataFormat } = this;
    const result = ops.conv(inputs, this.effectiveKernel(), { strides, padding, dilationRate, dataFormat });
    return this.finish(result);
  }

  /** Bias and activation. */
  protected finish(result: Tensor): Tensor {
    return this.activation(this.bias === null ? result : addChannelBias(result, this.autocast(this.bias) as Tensor, this.dataFormat));
  }
}

/** Adds one number to each channel. */
export function addChannelBias(x: Tensor, bias: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === "channels_last") return ops.add(x, bias);
  return ops.add(x, ops.reshape(bias, [bias.shape[0] as number, ...Array.from({ length: x.ndim - 2 }, () => 1)]));
}
