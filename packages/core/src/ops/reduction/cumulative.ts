/** Running sums and products, differences, integrals. */
import type { DType } from "../../dtypes/dtype.ts";
import { isFloating } from "../../dtypes/dtype.ts";
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { sameDim } from "../../shapes/dims.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isNotANumber } from "../elementwise/nonfinite.ts";
import { flattened } from "../shape/reshape.ts";
import { sliceAxis } from "../shape/split.ts";
import { axisOf } from "../support/axes.ts";
import { dtypeOption, input, integerInput, numberInput, floatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Options of the running reductions. */
export interface CumulativeOptions {
  /** Default null: the flattened tensor. */
  readonly axis?: number | null;
  /** Dtype to compute in. Default x's. Truth values are counted in int32. */
  readonly dtype?: DType | null;
}

/** A running reduction. */
export type Cumulative = Op<[x: TensorLike, options?: CumulativeOptions]>;

/* @__NO_SIDE_EFFECTS__ */
function cumulativeOp(name: string, which: "sum" | "prod", nanAs: number | null): Cumulative {
  return op(name, ["x"], (x: TensorLike, options: CumulativeOptions = {}) => {
    const given = input(name, x);
    const { axis } = options;
    const flat = axis === null || axis === undefined ? flattened(given) : given;
    const place = axis === null || axis === undefined ? 0 : axisOf(name, axis, given);
    const typed = build.cast(flat, dtypeOption(name, options.dtype, flat.dtype));
    const value = typed.dtype === "bool" ? build.cast(typed, "int32") : typed;
    const clean = nanAs !== null && isFloating(value.dtype) ? build.select(isNotANumber(value), nanAs, value) : value;
    return new Tensor(build.cumulative(which, clean, place));
  });
}

/**
 * The running sum along `axis`: same shape.
 *
 * @example
 * ops.cumsum(tensor([1, 2, 3])); // [1, 3, 6]
 */
export const cumsum: Cumulative = cumulativeOp("cumsum", "sum", null);

/**
 * The running product along `axis`: same shape.
 *
 * @example
 * ops.cumprod(tensor([1, 2, 3])); // [1, 2, 6]
 */
export const cumprod: Cumulative = cumulativeOp("cumprod", "prod", null);

/**
 * {@link cumsum} that counts NaN as 0.
 *
 * `x` has any shape, the result the same, flat without an `axis`.
 *
 * @example
 * ops.nancumsum(tensor([1, NaN, 3])); // [1, 1, 4]
 */
export const nancumsum: Cumulative = cumulativeOp("nancumsum", "sum", 0);

/**
 * {@link cumprod} that counts NaN as 1.
 *
 * `x` has any shape, the result the same, flat without an `axis`.
 *
 * @example
 * ops.nancumprod(tensor([1, NaN, 3])); // [1, 1, 3]
 */
export const nancumprod: Cumulative = cumulativeOp("nancumprod", "prod", 1);

/**
 * Differences of neighbours along `axis` (default -1), taken `n` times (default 1): that axis gets shorter by n. bool: where they differ.
 *
 * [..., size] gives [..., size - n].
 *
 * @example
 * ops.diff(tensor([1, 4, 9])); // [3, 5]
 */
export const diff: Op<[a: TensorLike, options?: { readonly n?: number; readonly axis?: number }]> = op(
  "diff",
  ["a"],
  (a: TensorLike, options: { readonly n?: number; readonly axis?: number } = {}) => {
    let value = input("diff", a, "a");
    const axis = axisOf("diff", options.axis ?? -1, value);
    const n = integerInput("diff", options.n ?? 1, "n", 0);
    for (let i = 0; i < n && value.shape[axis] !== 0; i++) {
      const size = value.shape[axis] as number;
      const [later, earlier] = [sliceAxis(value, axis, 1, size), sliceAxis(value, axis, 0, size - 1)];
      value = value.dtype === "bool" ? build.binary("xor", later, earlier) : build.sub(later, earlier);
    }
    return new Tensor(value);
  },
);

/** Options of {@link trapezoid}. */
export interface TrapezoidOptions {
  /** Positions of the samples: y's shape, or a vector along the axis. Default: `dx` apart. */
  readonly x?: TensorLike | null;
  /** Distance between samples where `x` is not given. Default 1. */
  readonly dx?: number;
  /** Default -1. */
  readonly axis?: number;
}

/**
 * The integral of samples along an axis (default the last), which is dropped, by the trapezoidal rule: [..., n] gives [...]. Integers
 * give float32.
 *
 * @throws ShapeError for an axis out of range or when `x` is neither a vector nor of the shape of `y`; ValueError when `dx` is no number.
 *
 * @example
 * ops.trapezoid(tensor([1, 2, 3])); // 4
 */
export const trapezoid: Op<[y: TensorLike, options?: TrapezoidOptions]> = op(
  "trapezoid",
  ["y"],
  (y: TensorLike, options: TrapezoidOptions = {}) => {
    const { x, dx = 1 } = options;
    const given = x !== undefined && x !== null;
    const value = floatInput("trapezoid", y, "y");
    const axis = axisOf("trapezoid", options.axis ?? -1, value);
    const size = value.shape[axis] as number;
    const halves = (z: Value, along: number): [Value, Value] => [
      sliceAxis(z, along, 1, z.shape[along] as number),
      sliceAxis(z, along, 0, (z.shape[along] as number) - 1),
    ];
    const [later, earlier] = halves(value, axis);
    const heights = build.mul(build.add(later, earlier), 0.5);
    if (!given) return new Tensor(build.mul(build.sum(heights, [axis]), numberInput("trapezoid", dx, "dx")));
    const place = build.cast(input("trapezoid", x, "x"), value.dtype);
    const fits = place.shape.length === 1 ? sameDim(place.shape[0] as number, size) : place.shape.length === value.shape.length;
    if (!fits) {
      throw new ShapeError(
        `[trapezoid] x must be a vector of axis ${axis}'s length or have y's shape: received ${formatAval(place)} for y ${formatAval(value)}`,
      );
    }
    const along =
      place.shape.length === 1
        ? build.reshape(
            place,
            value.shape.map((_, i) => (i === axis ? size : 1)),
          )
        : place;
    const [right, left] = halves(along, axis);
    return new Tensor(build.sum(build.mul(heights, build.sub(right, left)), [axis]));
  },
);
