import { field, type Field, ops, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import type { ConstraintLike } from "../constraints/index.ts";
import { knownChannels } from "../core/spatial-inputs.ts";
import { weightFields, type WeightSettings, weightSettings } from "../core/weight-fields.ts";
import type { InitializerLike } from "../initializers/index.ts";
import type { RegularizerLike } from "../regularizers/index.ts";
import { BaseDepthwiseConv, type DepthwiseConvOptions, depthwiseFields } from "./depthwise-conv.ts";
import { windowsOf } from "./windows.ts";

/** Options of {@link SeparableConv}. */
export interface SeparableConvOptions extends DepthwiseConvOptions {
  /** Default "glorot_uniform". */
  readonly pointwiseInitializer?: InitializerLike;
  readonly pointwiseRegularizer?: RegularizerLike | null;
  readonly pointwiseConstraint?: ConstraintLike | null;
}

/** The fields of separable convolutions over `rank` spatial axes. */
export function separableFields(rank: number): readonly Field[] {
  return [field.integer("filters", { min: 1 }), ...depthwiseFields(rank), ...weightFields({ pointwise: "glorot_uniform" })];
}

export interface SeparableConv extends WeightSettings<"pointwise"> {}

/**
 * Base of the separable convolutions: a depthwise one, then one with windows of 1, so [batch, ...spatial, channels] gives [batch, ...out,
 * filters].
 *
 * @example
 * new SeparableConv2D(8, 3)(ops.ones([1, 5, 5, 3])).shape; // [1, 3, 3, 8]
 */
export abstract class SeparableConv extends BaseDepthwiseConv {
  declare readonly filters: number;
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
    return this.finish(
      ops.separableConv(inputs, this.autocast(this.depthwiseKernel), this.autocast(this.pointwiseKernel), windowsOf(this)),
    );
  }
}
