import { field, type Field, ops, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import type { ActivationFunction, ActivationLike } from "../activations/index.ts";
import type { ConstraintLike } from "../constraints/index.ts";
import { layerField } from "../core/fields.ts";
import type { BiasOptions } from "../core/kernel-layer.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { knownChannels, spatialInputs } from "../core/spatial-inputs.ts";
import { weightFields, type WeightSettings, weightSettings } from "../core/weight-fields.ts";
import type { InitializerLike } from "../initializers/index.ts";
import type { RegularizerLike } from "../regularizers/index.ts";
import { activateChannels, checkWindows, windowFields, type WindowOptions, type Windows, windowsOf } from "./windows.ts";

/** Options of {@link DepthwiseConv}. */
export interface DepthwiseConvOptions extends LayerOptions, WindowOptions, BiasOptions {
  /** Outputs for each channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Applied to the result. Default none. */
  readonly activation?: ActivationLike | null;
  /** Default "glorot_uniform". */
  readonly depthwiseInitializer?: InitializerLike;
  readonly depthwiseRegularizer?: RegularizerLike | null;
  readonly depthwiseConstraint?: ConstraintLike | null;
}

/** The fields of depthwise convolutions over `rank` spatial axes. */
export function depthwiseFields(rank: number): readonly Field[] {
  return [
    ...windowFields(rank),
    field.integer("depthMultiplier", { default: 1, min: 1 }),
    layerField.activation("activation", { default: null }),
    field.boolean("useBias", { default: true }),
    ...weightFields({ depthwise: "glorot_uniform", bias: "zeros" }),
    layerField.regularizer("activityRegularizer"),
  ];
}

export interface BaseDepthwiseConv extends Windows, WeightSettings<"depthwise" | "bias"> {}

/** Base of the convolutions in which each channel has kernels of its own. */
export abstract class BaseDepthwiseConv extends Layer {
  declare readonly kernelSize: readonly number[];
  declare readonly depthMultiplier: number;
  declare readonly activation: ActivationFunction;
  declare readonly useBias: boolean;
  bias: Variable | null = null;

  constructor(options: LayerOptions) {
    super(options);
    this.inputSpec = spatialInputs(this.kernelSize.length, this.dataFormat);
    checkWindows(this);
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
    return this.addWeight({ name: "bias", shape: [size], ...weightSettings<"bias">(this, "bias") });
  }

  /** Bias and activation. */
  protected finish(result: Tensor): Tensor {
    const bias = this.bias === null ? null : (this.autocast(this.bias) as Tensor);
    return activateChannels(result, bias, this.activation, this.dataFormat);
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
    return this.finish(ops.depthwiseConv(inputs, this.autocast(this.kernel), windowsOf(this)));
  }
}
