import { field, type Field, ops, type SymbolicShape, type Tensor, ValueError, type Variable } from "@neurite/core";
import type { ActivationFunction, ActivationLike } from "../activations/index.ts";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import { layerField } from "../core/fields.ts";
import type { BiasOptions } from "../core/kernel-layer.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { weightFields, weightSettings } from "../core/weight-fields.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";
import { addChannelBias, type DataFormat, knownChannels } from "./conv.ts";

/** Options of {@link DepthwiseConv}. */
export interface DepthwiseConvOptions extends LayerOptions, BiasOptions {
  /** Distance between windows: one number, or one for each spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** Default "valid". */
  readonly padding?: "valid" | "same";
  /** Outputs for each channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the elements of a window. Default 1; not together with strides. */
  readonly dilationRate?: number | readonly number[];
  /** Applied to the result. Default none. */
  readonly activation?: ActivationLike | null;
  /** Default "glorot_uniform". */
  readonly depthwiseInitializer?: InitializerLike;
  readonly depthwiseRegularizer?: RegularizerLike | null;
  readonly depthwiseConstraint?: ConstraintLike | null;
}

/** Options of {@link SeparableConv}. */
export interface SeparableConvOptions extends DepthwiseConvOptions {
  /** Default "glorot_uniform". */
  readonly pointwiseInitializer?: InitializerLike;
  readonly pointwiseRegularizer?: RegularizerLike | null;
  readonly pointwiseConstraint?: ConstraintLike | null;
}

/** The fields that depthwise and separable convolutions over `rank` spatial axes share. */
export function depthwiseFields(rank: number): readonly Field[] {
  return [
    field.sizes("kernelSize", rank),
    field.sizes("strides", rank, { default: 1 }),
    field.choice("padding", rank === 1 ? ["valid", "same", "causal"] : ["valid", "same"], { default: "valid" }),
    field.integer("depthMultiplier", { default: 1, min: 1 }),
    layerField.dataFormat(),
    field.sizes("dilationRate", rank, { default: 1 }),
    layerField.activation("activation", { default: null }),
    field.boolean("useBias", { default: true }),
    ...weightFields({ depthwise: "glorot_uniform", bias: "zeros" }),
    layerField.regularizer("activityRegularizer"),
  ];
}

/** {@link depthwiseFields} and those of the pointwise kernel. */
export function separableFields(rank: number): readonly Field[] {
  return [field.integer("filters", { min: 1 }), ...depthwiseFields(rank), ...weightFields({ pointwise: "glorot_uniform" })];
}

/** Base of the convolutions in which each channel has kernels of its own. */
export abstract class BaseDepthwiseConv extends Layer {
  declare readonly kernelSize: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly padding: "valid" | "same" | "causal";
  declare readonly depthMultiplier: number;
  declare readonly dataFormat: DataFormat;
  declare readonly dilationRate: readonly number[];
  declare readonly activation: ActivationFunction;
  declare readonly useBias: boolean;
  declare readonly depthwiseInitializer: InitializerFunction;
  declare readonly biasInitializer: InitializerFunction;
  declare readonly depthwiseRegularizer: RegularizerFunction | null;
  declare readonly biasRegularizer: RegularizerFunction | null;
  declare readonly depthwiseConstraint: ConstraintFunction | null;
  declare readonly biasConstraint: ConstraintFunction | null;
  bias: Variable | null = null;

  constructor(options: LayerOptions) {
    super(options);
    this.inputSpec = spatialInputs(this.kernelSize.length, this.dataFormat);
    if (this.strides.some((stride) => stride > 1) && this.dilationRate.some((rate) => rate > 1)) {
      throw new ValueError(
        `[${this.className}] strides and dilationRate cannot both be above 1: got [${this.strides}] and [${this.dilationRate}]`,
      );
    }
  }

  /** Makes the kernel of a channel, [...window, channels, depthMultiplier]. */
  protected addDepthwiseKernel(name: string, channels: number): Variable {
    this.inputSpec = spatialInputs(this.kernelSize.length, this.dataFormat, channels);
    return this.addWeight({
      name,
      shape: [...this.kernelSize, channels, this.depthMultiplier],
      ...weightSettings<"depthwise">(this, "depthwise"),
    });
  }

  protected addBias(size: number): Variable | null {
    if (!this.useBias) return null;
    return this.addWeight({
      name: "bias",
      shape: [size],
      ...weightSettings<"bias">(this, "bias"),
    });
  }

  /** Bias and activation. */
  protected finish(result: Tensor): Tensor {
    return this.activation(this.bias === null ? result : addChannelBias(result, this.autocast(this.bias) as Tensor, this.dataFormat));
  }

  protected get setting(): {
    strides: readonly number[];
    padding: "valid" | "same" | "causal";
    dilationRate: readonly number[];
    dataFormat: DataFormat;
  } {
    const { strides, padding, dilationRate, dataFormat } = this;
    return { strides, padding, dilationRate, dataFormat };
  }
}

/**
 * Base of the depthwise convolutions, in which each channel has kernels of its own: [batch, ...spatial, channels] gives [batch, ...out,
 * channels · depthMultiplier].
 *
 * @example
 * new DepthwiseConv2D(3, { depthMultiplier: 2 })(ops.ones([1, 5, 5, 3])).shape; // [1, 3, 3, 6]
 */
export abstract class DepthwiseConv extends BaseDepthwiseConv {
  /** [...window, channels, depthMultiplier]; there once the layer is built. */
  kernel!: Variable;

  /** @throws ShapeError when the number of channels is not known. */
  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.className, inputShape, this.dataFormat);
    this.kernel = this.addDepthwiseKernel("kernel", channels);
    this.bias = this.addBias(channels * this.depthMultiplier);
  }

  override call(inputs: Tensor): Tensor {
    return this.finish(ops.depthwiseConv(inputs, this.autocast(this.kernel), this.setting));
  }
}

/**
 * Base of the separable convolutions: a depthwise one, then one with windows of 1, so [batch, ...spatial, channels] gives [batch, ...out,
 * filters].
 *
 * @example
 * new SeparableConv2D(8, 3)(ops.ones([1, 5, 5, 3])).shape; // [1, 3, 3, 8]
 */
export abstract class SeparableConv extends BaseDepthwiseConv {
  declare readonly filters: number;
  declare readonly pointwiseInitializer: InitializerFunction;
  declare readonly pointwiseRegularizer: RegularizerFunction | null;
  declare readonly pointwiseConstraint: ConstraintFunction | null;
  /** [...window, channels, depthMultiplier]; there once the layer is built. */
  depthwiseKernel!: Variable;
  /** [1, …, channels · depthMultiplier, filters]; there once the layer is built. */
  pointwiseKernel!: Variable;

  /** @throws ShapeError when the number of channels is not known. */
  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.className, inputShape, this.dataFormat);
    this.depthwiseKernel = this.addDepthwiseKernel("depthwise_kernel", channels);
    this.pointwiseKernel = this.addWeight({
      name: "pointwise_kernel",
      shape: [...this.kernelSize.map(() => 1), channels * this.depthMultiplier, this.filters],
      ...weightSettings<"pointwise">(this, "pointwise"),
    });
    this.bias = this.addBias(this.filters);
  }

  override call(inputs: Tensor): Tensor {
    return this.finish(ops.separableConv(inputs, this.autocast(this.depthwiseKernel), this.autocast(this.pointwiseKernel), this.setting));
  }
}
