import { type DType, field, type Field, type KerasIdentity, random, type Tensor } from "@neurite/core";
import { computeFans } from "./fans.ts";
import { RandomInitializer, type RandomInitializerOptions } from "./random-initializer.ts";

/** Options of the initializers that scale with the numbers of inputs and outputs, such as {@link GlorotUniform}. */
export interface FanOptions extends RandomInitializerOptions {
  /** Axes that count as inputs, with `outputAxes`; by default the last but one, times the window of a convolution. */
  readonly inputAxes?: readonly number[] | null;
  readonly outputAxes?: readonly number[] | null;
}

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingOptions extends FanOptions {
  /** Variance times fan. Default 1. */
  readonly scale?: number;
  /** What the variance is divided by. Default "fan_in". */
  readonly mode?: "fan_in" | "fan_out" | "fan_avg";
  /** Default "truncated_normal"; "normal" is the same. */
  readonly distribution?: "truncated_normal" | "normal" | "untruncated_normal" | "uniform";
}

/** Standard deviation of a standard normal distribution truncated at ±2. */
const truncatedDeviation = 0.8796256610342398;

/**
 * Values whose variance is `scale / fan`, so that signals keep their size from layer to layer. Identifier "variance_scaling".
 * Glorot, He and LeCun initializers are this one with fixed options.
 *
 * @example
 * new VarianceScaling({ scale: 2, mode: "fan_in", seed: 1 })([3, 4]).shape; // [3, 4]
 */
export class VarianceScaling extends RandomInitializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "VarianceScaling" };
  static override readonly fields: readonly Field[] = [
    field.number("scale", { default: 1, min: Number.MIN_VALUE }),
    field.choice("mode", ["fan_in", "fan_out", "fan_avg"], { default: "fan_in" }),
    field.choice("distribution", ["truncated_normal", "normal", "untruncated_normal", "uniform"], { default: "truncated_normal" }),
    field.numbers("inputAxes", { default: null }),
    field.numbers("outputAxes", { default: null }),
  ];
  declare readonly scale: number;
  declare readonly mode: NonNullable<VarianceScalingOptions["mode"]>;
  declare readonly distribution: NonNullable<VarianceScalingOptions["distribution"]>;
  declare readonly inputAxes: readonly number[] | null;
  declare readonly outputAxes: readonly number[] | null;

  constructor(options: VarianceScalingOptions = {}) {
    super(options);
  }

  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    const { fanIn, fanOut } = computeFans(shape, this);
    const fan = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[this.mode];
    const variance = this.scale / Math.max(1, fan);
    const { seed } = this;
    if (this.distribution === "uniform") {
      const limit = Math.sqrt(3 * variance);
      return random.uniform(shape, { minval: -limit, maxval: limit, dtype, seed });
    }
    const stddev = Math.sqrt(variance);
    if (this.distribution === "untruncated_normal") return random.normal(shape, { stddev, dtype, seed });
    return random.truncatedNormal(shape, { stddev: stddev / truncatedDeviation, dtype, seed });
  }
}
