/** Normalization by moments. Half precision is computed in float32. */
import type { DType } from "../../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { sameDim } from "../../shapes/dims.ts";
import { unbroadcast } from "../../primitives/unbroadcast.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { composite } from "../composite.ts";
import { dropAxes, meanOf, momentsOf, reduceOver } from "../reduction/sums.ts";
import { type Axes, axesOf, axisOf } from "../support/axes.ts";
import { input, numberInput, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Keras's fuzz factor. */
export const epsilon = 1e-7;

/** The dtype moments are computed in. */
function wideType(dtype: DType): DType {
  return dtype === "float64" ? "float64" : "float32";
}

/**
 * Mean and variance over `axes`: [mean, variance], in x's dtype.
 *
 * @param options `keepdims`: keep the reduced axes with size 1; default false.
 *
 * @example
 * ops.moments(tensor([1, 3]), 0); // [2, 1]
 */
export const moments: Op<
  [x: TensorLike, axes: Axes, options?: { readonly keepdims?: boolean; readonly synchronized?: boolean }],
  [Tensor, Tensor]
> = op(
  "moments",
  ["x", "axes"],
  (x: TensorLike, axes: Axes, options: { readonly keepdims?: boolean; readonly synchronized?: boolean } = {}): [Tensor, Tensor] => {
    const value = realFloatInput("moments", x);
    const over = axesOf("moments", axes, value, "axes");
    const [mean, variance] = momentsOf(build.cast(value, wideType(value.dtype)), over);
    const shaped = (moment: Value): Tensor => {
      const kept = options.keepdims === true ? moment : dropAxes(moment, over);
      return new Tensor(build.cast(kept, value.dtype));
    };
    return [shaped(mean), shaped(variance)];
  },
);

/** (x - mean) · factor + offset, for vectors (or the like) shaped to broadcast to x. */
const normalized = composite(
  "normalize_with_moments",
  (x, mean, factor, offset) => build.add(build.mul(build.sub(x, mean), factor), offset),
  // By hand, so that mean and offset share one sum.
  ({ inputs: [x, mean, factor], cotangents: [cotangent] }) => {
    const [value, centre, slope, ct] = [x, mean, factor, cotangent] as [Value, Value, Value, Value];
    const sum = unbroadcast(ct, centre.shape);
    return [build.mul(ct, slope), build.neg(build.mul(sum, slope)), unbroadcast(build.mul(ct, build.sub(value, centre)), slope.shape), sum];
  },
);

/** Options of {@link batchNormalization}. */
export interface BatchNormalizationOptions {
  /** Added to the normalized values (beta); default none. */
  readonly offset?: TensorLike | null;
  /** Multiplies the normalized values (gamma); default none. */
  readonly scale?: TensorLike | null;
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number;
}

/**
 * `(x - mean) / sqrt(variance + epsilon) · scale + offset`, with one mean, variance, scale and offset for each index along `axis`: vectors.
 *
 * `x` has any shape, the result the same; mean, variance, scale and offset are [size of the axis].
 *
 * @throws ShapeError when they do not have that axis' length.
 *
 * @example
 * ops.batchNormalization(tensor([[1, 2], [3, 6]]), tensor([2, 4]), tensor([1, 4]), -1); // [[-0.9995, -0.99988], [0.9995, 0.99988]]
 */
export const batchNormalization: Op<
  [x: TensorLike, mean: TensorLike, variance: TensorLike, axis: number, options?: BatchNormalizationOptions]
> = op(
  "batch_normalization",
  ["x", "mean", "variance", "axis"],
  (x: TensorLike, mean: TensorLike, variance: TensorLike, axis: number, options: BatchNormalizationOptions = {}) => {
    const value = realFloatInput("batch_normalization", x);
    const along = axisOf("batch_normalization", axis, value);
    const dtype = wideType(value.dtype);
    const vector = (part: TensorLike, what: string): Value => {
      const vec = input("batch_normalization", part, what, dtype);
      if (vec.shape.length !== 1 || !sameDim(vec.shape[0] as number, value.shape[along] as number)) {
        throw new ShapeError(
          `[batch_normalization] ${what} must be a vector of axis ${along}'s length: received ${formatAval(vec)} for x ${formatAval(value)}`,
        );
      }
      return build.reshape(
        build.cast(vec, dtype),
        value.shape.map((_, i) => (i === along ? (vec.shape[0] as number) : 1)),
      );
    };
    const { scale, offset } = options;
    let factor = build.rsqrt(
      build.add(vector(variance, "variance"), numberInput("batch_normalization", options.epsilon ?? 1e-3, "epsilon")),
    );
    if (scale !== undefined && scale !== null) factor = build.mul(factor, vector(scale, "scale"));
    const centre = vector(mean, "mean");
    const shift = offset !== undefined && offset !== null ? vector(offset, "offset") : build.zerosLike(centre);
    return new Tensor(build.cast(normalized(build.cast(value, dtype), centre, factor, shift), value.dtype));
  },
);

/** Scales or offsets for the normalized axes, shaped to broadcast over the others. */
function alignedTo(name: string, what: string, part: TensorLike, x: Value, axes: readonly number[], dtype: DType): Value {
  const given = build.cast(input(name, part, what, dtype), dtype);
  if (given.shape.length === x.shape.length || given.shape.length === 0) return given;
  if (given.shape.length !== axes.length || axes.some((axis, i) => !sameDim(x.shape[axis] as number, given.shape[i] as number))) {
    throw new ShapeError(
      `[${name}] ${what} must have the sizes of the normalized axes [${axes.join(",")}]: received ${formatAval(given)} for x ${formatAval(x)}`,
    );
  }
  return build.reshape(
    given,
    x.shape.map((_, i) => (axes.includes(i) ? (given.shape[axes.indexOf(i)] as number) : 1)),
  );
}

/** Options of {@link layerNormalization}. */
export interface LayerNormalizationOptions {
  /** Multiplies the normalized values; shape of the normalized axes. */
  readonly gamma?: TensorLike | null;
  /** Added to the normalized values; shape of the normalized axes. */
  readonly beta?: TensorLike | null;
  /** The axes to normalize over. Default -1. */
  readonly axis?: number | readonly number[];
  /** Added to the variance. Default 1e-7. */
  readonly epsilon?: number | null;
  /** Divides by the standard deviation and leaves the mean and `beta` out. Keras advises against it: see {@link rmsNormalization}. Default false. */
  readonly rmsScaling?: boolean;
}

/**
 * Each example normalized over `axis` to mean 0 and variance 1, then scaled and moved. (Ba et al. 2016)
 *
 * `x` has any shape, the result the same; `gamma` and `beta` have the sizes of the axes normalized. Integers give float32.
 *
 * @throws ShapeError when an axis is out of range or `gamma` or `beta` do not fit; DTypeError for complex numbers.
 *
 * @example
 * ops.layerNormalization(tensor([[1, 3]])); // [[-1, 1]]
 */
export const layerNormalization: Op<[x: TensorLike, options?: LayerNormalizationOptions]> = op(
  "layer_normalization",
  ["x"],
  (x: TensorLike, options: LayerNormalizationOptions = {}) => {
    const name = "layer_normalization";
    const value = realFloatInput(name, x);
    const axes = axesOf(name, options.axis ?? -1, value);
    const dtype = wideType(value.dtype);
    const wide = build.cast(value, dtype);
    const [mean, variance] = momentsOf(wide, axes);
    const { gamma, beta, rmsScaling = false } = options;
    let result = build.mul(rmsScaling ? wide : build.sub(wide, mean), build.rsqrt(build.add(variance, options.epsilon ?? epsilon)));
    if (gamma !== undefined && gamma !== null) result = build.mul(result, alignedTo(name, "gamma", gamma, value, axes, dtype));
    if (beta !== undefined && beta !== null && !rmsScaling) result = build.add(result, alignedTo(name, "beta", beta, value, axes, dtype));
    return new Tensor(build.cast(result, value.dtype));
  },
);

/** Options of {@link rmsNormalization}. */
export interface RmsNormalizationOptions {
  /** Multiplies the normalized values; shape of the normalized axes. */
  readonly scale?: TensorLike | null;
  /** Default -1. */
  readonly axis?: number | readonly number[];
  /** Added to the mean square. Default 1e-7. */
  readonly epsilon?: number | null;
}

/**
 * `x / sqrt(mean(x²) + epsilon) · scale` over `axis`. (Zhang and Sennrich 2019)
 *
 * `x` has any shape, the result the same; `scale` has the sizes of the axes normalized. Integers give float32.
 *
 * @throws ShapeError when an axis is out of range or `scale` does not fit; DTypeError for complex numbers.
 *
 * @example
 * ops.rmsNormalization(tensor([[3, 4]])); // [[0.84853, 1.1314]]
 */
export const rmsNormalization: Op<[x: TensorLike, options?: RmsNormalizationOptions]> = op(
  "rms_normalization",
  ["x"],
  (x: TensorLike, options: RmsNormalizationOptions = {}) => {
    const name = "rms_normalization";
    const value = realFloatInput(name, x);
    const axes = axesOf(name, options.axis ?? -1, value);
    const dtype = wideType(value.dtype);
    const wide = build.cast(value, dtype);
    const meanSquare = meanOf(build.mul(wide, wide), axes, true);
    let result = build.mul(wide, build.rsqrt(build.add(meanSquare, options.epsilon ?? epsilon)));
    if (options.scale !== undefined && options.scale !== null) {
      result = build.mul(result, alignedTo(name, "scale", options.scale, value, axes, dtype));
    }
    return new Tensor(build.cast(result, value.dtype));
  },
);

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Default -1. */
  readonly axis?: Axes;
  /** Which norm: 1, 2 (default), 3… */
  readonly order?: number;
  /** The norm is taken to be at least this. Default 1e-7. */
  readonly epsilon?: number | null;
}

/**
 * `x` divided by its norm along `axis`: vectors of length 1. Zero vectors stay zero.
 *
 * `x` has any shape, the result the same (a scalar becomes [1]). Integers give float32.
 *
 * @throws ValueError when `order` is no integer of at least 1; ShapeError for an axis out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.normalize(tensor([3, 4])); // [0.6, 0.8]
 */
export const normalize: Op<[x: TensorLike, options?: NormalizeOptions]> = op(
  "normalize",
  ["x"],
  (x: TensorLike, options: NormalizeOptions = {}) => {
    const given = realFloatInput("normalize", x);
    const value = given.shape.length === 0 ? build.reshape(given, [1]) : given;
    const axes = axesOf("normalize", options.axis === undefined ? -1 : options.axis, value);
    const order = options.order ?? 2;
    if (!Number.isInteger(order) || order < 1)
      throw new ValueError(`[normalize] order must be an integer of at least 1: received ${order}`);
    const least = options.epsilon ?? epsilon;
    if (order === 2) {
      const squares = reduceOver("sum", build.mul(value, value), axes, true);
      return new Tensor(build.mul(value, build.rsqrt(build.maximum(squares, least * least))));
    }
    const size = build.abs(value);
    if (order === 1) return new Tensor(build.div(value, build.maximum(reduceOver("sum", size, axes, true), least)));
    const sum = reduceOver("sum", build.pow(size, order), axes, true);
    const isZero = build.eq(sum, 0);
    const norm = build.select(isZero, 0, build.pow(build.select(isZero, 1, sum), 1 / order));
    return new Tensor(build.div(value, build.maximum(norm, least)));
  },
);
