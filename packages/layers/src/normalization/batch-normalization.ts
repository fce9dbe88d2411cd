import {
  type AnyTensor,
  field,
  type Field,
  type KerasIdentity,
  ops,
  ShapeError,
  type SymbolicShape,
  type Tensor,
  type Variable,
} from "@neurite/core";
import { isTraining } from "../core/call-context.ts";
import { layerField } from "../core/fields.ts";
import { InputSpec } from "../core/input-spec.ts";
import type { CallOptions } from "../core/layer.ts";
import type { InitializerFunction, InitializerLike } from "../initializers/index.ts";
import { BatchRenormalization, type RenormClipping, renormClippingField } from "./batch-renormalization.ts";
import { affineFields, AffineNormalization, type AffineOptions } from "./affine-normalization.ts";

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationOptions extends AffineOptions {
  /** Axis of the features; means are taken over all others. Default -1; 1 for "channels_first". */
  readonly axis?: number;
  /** How slowly the moving statistics move, 0 to 1. Default 0.99. */
  readonly momentum?: number;
  readonly movingMeanInitializer?: InitializerLike;
  readonly movingVarianceInitializer?: InitializerLike;
  /** Statistics over the batches of all devices. A model has one device here, so that it changes nothing. Default false. */
  readonly synchronized?: boolean;
  /**
   * Batch renormalization: in training, too, the result is what the moving statistics would give; see {@link BatchRenormalization}.
   * Default false.
   */
  readonly renorm?: boolean;
  /** Limits on the correction of renormalization: `rmin` ≤ r ≤ `rmax`, -`dmax` ≤ d ≤ `dmax`. Default none. */
  readonly renormClipping?: RenormClipping | null;
  /** How slowly the statistics of renormalization move, 0 to 1. Default 0.99. */
  readonly renormMomentum?: number;
}

/**
 * Gives each feature mean 0 and variance 1: over the batch in training, by moving statistics of past batches in inference (and while
 * `trainable` is false). What a mask leaves out counts for no statistic. (Ioffe & Szegedy, 2015, https://arxiv.org/abs/1502.03167)
 *
 * Output of the input's shape. Weights, each [features]: gamma, beta, moving_mean, moving_variance, and with `renorm` moving_stddev,
 * renorm_mean and renorm_stddev; only gamma and beta are trained.
 *
 * @example
 * const y = new BatchNormalization()(x, { training: true });
 */
export class BatchNormalization extends AffineNormalization {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "BatchNormalization" };
  static override readonly fields: readonly Field[] = [
    field.integer("axis", { default: -1 }),
    field.number("momentum", { default: 0.99 }),
    ...affineFields,
    layerField.initializer("movingMeanInitializer", { default: "zeros" }),
    layerField.initializer("movingVarianceInitializer", { default: "ones" }),
    field.boolean("synchronized", { default: false }),
    field.boolean("renorm", { default: false }),
    renormClippingField,
    field.number("renormMomentum", { default: 0.99 }),
  ];
  declare readonly axis: number;
  declare readonly momentum: number;
  declare readonly movingMeanInitializer: InitializerFunction;
  declare readonly movingVarianceInitializer: InitializerFunction;
  movingMean!: Variable;
  movingVariance!: Variable;
  declare readonly renorm: boolean;
  declare readonly renormClipping: RenormClipping | null;
  declare readonly renormMomentum: number;
  #renormalization: BatchRenormalization | null = null;
  /** With `renorm`: the moving standard deviation, and the statistics that training is corrected by. */
  renormState: readonly Variable[] = [];

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
  }

  /** @throws ShapeError when the number of features is not known. */
  override build(inputShape: SymbolicShape): void {
    const shape = [this.knownSize(inputShape, this.axis)];
    this.inputSpec = new InputSpec({ ndim: inputShape.length, axes: { [this.axis]: shape[0] as number } });
    this.addAffine(shape);
    this.movingMean = this.addWeight({ name: "moving_mean", shape, initializer: this.movingMeanInitializer, trainable: false });
    this.movingVariance = this.addWeight({ name: "moving_variance", shape, initializer: this.movingVarianceInitializer, trainable: false });
    if (!this.renorm) return;
    const statistic = (name: string, initializer: InitializerFunction): Variable =>
      this.addWeight({ name, shape, initializer, trainable: false });
    const deviation: InitializerFunction = (size, options) => ops.sqrt(this.movingVarianceInitializer(size, options));
    const movingStddev = statistic("moving_stddev", deviation);
    const mean = statistic("renorm_mean", this.movingMeanInitializer);
    const stddev = statistic("renorm_stddev", deviation);
    this.renormState = [movingStddev, mean, stddev];
    const { movingMean, movingVariance, momentum, renormMomentum, epsilon } = this;
    this.#renormalization = new BatchRenormalization(
      { movingMean, movingVariance, movingStddev, mean, stddev },
      { ...this.renormClipping, momentum, renormMomentum, epsilon },
    );
  }

  override get takesMask(): boolean {
    return true;
  }

  override get mixesSamples(): boolean {
    return isTraining() && this.trainable;
  }

  /** @throws ShapeError for a mask that is not the inputs' without their last axis. */
  override call(inputs: Tensor, { mask = null }: CallOptions = {}): Tensor {
    const counted = mask as Tensor | null;
    if (counted !== null && counted.ndim !== inputs.ndim - 1) {
      throw new ShapeError(
        `[BatchNormalization] the mask must have one axis less than the inputs: mask [${counted.shape}], inputs [${inputs.shape}]`,
      );
    }
    // Statistics of half precision would overflow.
    const half = inputs.dtype === "float16" || inputs.dtype === "bfloat16";
    const x = half ? ops.cast(inputs, "float32") : inputs;
    const training = this.mixesSamples;
    const [mean, variance] = training ? this.#batchStatistics(x, counted) : [this.movingMean, this.movingVariance];
    const as = (weight: AnyTensor | null): AnyTensor | null => (weight === null ? null : ops.cast(weight, x.dtype));
    let [scale, offset] = [as(this.gamma), as(this.beta)];
    if (training && this.#renormalization !== null) [scale, offset] = this.#renormalization.correct(mean, variance, scale, offset);
    const result = ops.batchNormalization(x, as(mean) as AnyTensor, as(variance) as AnyTensor, this.axis, {
      offset,
      scale,
      epsilon: this.epsilon,
    });
    return half ? ops.cast(result, inputs.dtype) : result;
  }

  /** Mean and variance of each feature, which the moving ones move toward. Where there is a mask, of what it counts. */
  #batchStatistics(x: Tensor, mask: Tensor | null): readonly [Tensor, Tensor] {
    const axis = this.axis < 0 ? this.axis + x.ndim : this.axis;
    const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
    const [mean, variance] = mask === null ? ops.moments(x, others) : momentsOf(x, mask, others);
    if (this.#renormalization !== null) return [mean, variance];
    const move = (moving: Variable, now: Tensor): void => {
      moving.assign(ops.add(ops.multiply(moving, this.momentum), ops.multiply(now, 1 - this.momentum)));
    };
    move(this.movingMean, mean);
    move(this.movingVariance, variance);
    return [mean, variance];
  }
}

/** Mean and variance over `axes` of the elements for which `mask`, which has no last axis, is true. Those of nothing are 0. */
function momentsOf(x: Tensor, mask: Tensor, axes: number[]): readonly [Tensor, Tensor] {
  const counted = ops.logicalAnd(ops.expandDims(mask, -1), ops.cast(ops.onesLike(x), "bool"));
  const count = ops.add(ops.sum(ops.cast(counted, x.dtype), { axis: axes, keepdims: true }), 1e-7);
  const meanOf = (values: Tensor): Tensor => ops.divide(ops.sum(ops.where(counted, values, 0), { axis: axes, keepdims: true }), count);
  const mean = meanOf(x);
  const variance = meanOf(ops.square(ops.subtract(x, mean)));
  return [ops.squeeze(mean, { axis: axes }), ops.squeeze(variance, { axis: axes })];
}
