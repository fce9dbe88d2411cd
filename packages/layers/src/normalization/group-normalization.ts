import { type Field, field, type KerasIdentity, ops, ShapeError, type SymbolicShape, type Tensor, type Variable } from "@neurite/core";
import type { ConstraintFunction, ConstraintLike } from "../constraints/index.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import type { RegularizerFunction, RegularizerLike } from "../regularizers/index.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationOptions extends LayerOptions {
  /** Number of groups; -1 for one a channel. Default 32. */
  readonly groups?: number;
  /** Axis of the channels. Default -1. */
  readonly axis?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Adds a learned offset, beta. Default true. */
  readonly center?: boolean;
  /** Multiplies by a learned scale, gamma. Default true. */
  readonly scale?: boolean;
  readonly betaInitializer?: InitializerLike;
  readonly gammaInitializer?: InitializerLike;
  readonly betaRegularizer?: RegularizerLike | null;
  readonly gammaRegularizer?: RegularizerLike | null;
  readonly betaConstraint?: ConstraintLike | null;
  readonly gammaConstraint?: ConstraintLike | null;
}

/**
 * Gives each group of channels of a sample mean 0 and variance 1. (Wu & He, 2018, https://arxiv.org/abs/1803.08494)
 *
 * Output of the input's shape. Weights, each [channels]: gamma, beta.
 *
 * @example
 * new GroupNormalization({ groups: 2 })(ops.ones([1, 3, 4])).shape; // [1, 3, 4]
 */
export class GroupNormalization extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "GroupNormalization" };
  static override readonly fields: readonly Field[] = [
    field.integer("groups", { default: 32, min: -1 }),
    field.integer("axis", { default: -1 }),
    field.number("epsilon", { default: 0.001, min: 0 }),
    field.boolean("center", { default: true }),
    field.boolean("scale", { default: true }),
    layerField.initializer("betaInitializer", { default: "zeros" }),
    layerField.initializer("gammaInitializer", { default: "ones" }),
    layerField.regularizer("betaRegularizer"),
    layerField.regularizer("gammaRegularizer"),
    layerField.constraint("betaConstraint"),
    layerField.constraint("gammaConstraint"),
  ];
  declare readonly groups: number;
  declare readonly axis: number;
  declare readonly epsilon: number;
  declare readonly center: boolean;
  declare readonly scale: boolean;
  declare readonly betaInitializer: InitializerFunction;
  declare readonly gammaInitializer: InitializerFunction;
  declare readonly betaRegularizer: RegularizerFunction | null;
  declare readonly gammaRegularizer: RegularizerFunction | null;
  declare readonly betaConstraint: ConstraintFunction | null;
  declare readonly gammaConstraint: ConstraintFunction | null;
  gamma: Variable | null = null;
  beta: Variable | null = null;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when the number of channels is not known or no multiple of the groups. */
  override build(inputShape: SymbolicShape): void {
    const channels = inputShape.at(this.axis);
    if (typeof channels !== "number")
      throw new ShapeError(
        `[GroupNormalization] axis ${this.axis} of the input must be known: got [${inputShape.map((dim) => dim ?? "?")}]`,
      );
    if (this.groups === -1) (this as { groups: number }).groups = channels;
    if (this.groups < 1 || channels % this.groups !== 0)
      throw new ShapeError(`[GroupNormalization] ${channels} channels cannot be split into ${this.groups} groups`);
    const shape = [channels];
    if (this.scale)
      this.gamma = this.addWeight({
        name: "gamma",
        shape,
        initializer: this.gammaInitializer,
        regularizer: this.gammaRegularizer,
        constraint: this.gammaConstraint,
      });
    if (this.center)
      this.beta = this.addWeight({
        name: "beta",
        shape,
        initializer: this.betaInitializer,
        regularizer: this.betaRegularizer,
        constraint: this.betaConstraint,
      });
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
    const normal = ops.reshape(ops.multiply(ops.subtract(grouped, mean), ops.rsqrt(ops.add(variance, this.epsilon))), wide.shape);
    const each = (weight: Variable): Tensor => ops.reshape(ops.cast(weight, wide.dtype), wide.shape.map((dim, i) => (i === axis ? dim : 1))); // prettier-ignore
    const scaled = this.gamma === null ? normal : ops.multiply(normal, each(this.gamma));
    return ops.cast(this.beta === null ? scaled : ops.add(scaled, each(this.beta)), inputs.dtype);
  }
}
