import { type Field, field, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import { uncast } from "../core/fields.ts";
import { InputSpec } from "../core/input-spec.ts";
import { affineFields, AffineNormalization, type AffineOptions } from "./affine-normalization.ts";

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationOptions extends AffineOptions {
  /** Number of groups; -1 for one a channel. Default 32. */
  readonly groups?: number;
  /** Axis of the channels. Default -1. */
  readonly axis?: number;
}

/**
 * Gives each group of channels of a sample mean 0 and variance 1. (Wu & He, 2018, https://arxiv.org/abs/1803.08494)
 *
 * Output of the input's shape. Weights, each [channels]: gamma, beta.
 *
 * @example
 * new GroupNormalization({ groups: 2 })(ops.ones([1, 3, 4])).shape; // [1, 3, 4]
 */
export class GroupNormalization extends AffineNormalization {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GroupNormalization" };
  static override readonly fields: readonly Field[] = [
    uncast,
    field.integer("groups", { default: 32, min: -1 }),
    field.integer("axis", { default: -1 }),
    ...affineFields,
  ];
  declare readonly groups: number;
  declare readonly axis: number;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when the number of channels is not known or no multiple of the groups. */
  override build(inputShape: SymbolicShape): void {
    const channels = this.knownSize(inputShape, this.axis);
    if (this.groups === -1) (this as { groups: number }).groups = channels;
    if (this.groups < 1 || channels % this.groups !== 0)
      throw new ShapeError(`[GroupNormalization] ${channels} channels cannot be split into ${this.groups} groups`);
    this.inputSpec = new InputSpec({ ndim: inputShape.length, axes: { [this.axis]: channels } });
    this.addAffine([channels]);
  }

  override call(inputs: Tensor): Tensor {
    const half = inputs.dtype === "float16" || inputs.dtype === "bfloat16";
    const wide = half ? ops.cast(inputs, "float32") : inputs;
    const axis = this.axis < 0 ? this.axis + wide.ndim : this.axis;
    const channels = wide.shape[axis] as number;
    const split = [...wide.shape.slice(0, axis), this.groups, channels / this.groups, ...wide.shape.slice(axis + 1)];
    const grouped = ops.reshape(wide, split);
    // Everything of a sample but the axis of the groups.
    const within = split.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const [mean, variance] = ops.moments(grouped, within, { keepdims: true });
    const each = (weight: Variable): Tensor => ops.reshape(ops.cast(weight, wide.dtype), split.map((dim, i) => (i === axis || i === axis + 1 ? dim : 1))); // prettier-ignore
    const deviation = ops.rsqrt(ops.add(variance, this.epsilon));
    // One factor for each channel of a sample, before it meets every element.
    const factor = this.gamma === null ? deviation : ops.multiply(deviation, each(this.gamma));
    const scaled = ops.multiply(ops.subtract(grouped, mean), factor);
    const shifted = this.beta === null ? scaled : ops.add(scaled, each(this.beta));
    return ops.cast(ops.reshape(shifted, wide.shape), this.computeDtype) as Tensor;
  }
}
