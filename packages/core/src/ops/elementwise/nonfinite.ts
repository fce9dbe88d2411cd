/** NaN and infinities. Integers are always finite numbers. */
import { isComplex, isFloating } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { input } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { unaryOp, type UnaryOp } from "./factories.ts";

const everywhere = (x: Value, value: boolean): Value => build.full(x.shape, value, "bool");

/** A test of floating numbers; complex ones by their modulus. */
/* @__NO_SIDE_EFFECTS__ */
function test(name: string, otherwise: boolean, body: (x: Value) => Value): UnaryOp {
  return unaryOp(name, (x) => {
    if (isComplex(x.dtype)) return body(build.abs(x));
    return isFloating(x.dtype) ? body(x) : everywhere(x, otherwise);
  });
}

/** bool: NaN, the only thing that differs from itself. */
export function isNotANumber(x: Value): Value {
  return isFloating(x.dtype) ? build.not(build.eq(x, x)) : everywhere(x, false);
}

/**
 * True where x is NaN.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.isnan(tensor([1, Infinity, NaN])); // [false, false, true]
 */
export const isnan: UnaryOp = test("isnan", false, isNotANumber);

/**
 * True where x is Infinity or -Infinity.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.isinf(tensor([1, Infinity, NaN])); // [false, true, false]
 */
export const isinf: UnaryOp = test("isinf", false, (x) => build.eq(build.abs(x), Infinity));

/**
 * True where x is neither NaN nor infinite.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.isfinite(tensor([1, Infinity, NaN])); // [true, false, false]
 */
export const isfinite: UnaryOp = test("isfinite", true, (x) => build.lt(build.abs(x), Infinity));

/**
 * True where x is Infinity.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.isposinf(tensor([1, Infinity])); // [false, true]
 */
export const isposinf: UnaryOp = test("isposinf", false, (x) => build.eq(x, Infinity));

/**
 * True where x is -Infinity.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.isneginf(tensor([1, -Infinity])); // [false, true]
 */
export const isneginf: UnaryOp = test("isneginf", false, (x) => build.eq(x, -Infinity));

/**
 * True where x has no imaginary part.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.isreal(tensor([1, 2])); // [true, true]
 */
export const isreal: UnaryOp = unaryOp("isreal", (x) => (isComplex(x.dtype) ? build.eq(build.imag(x), 0) : everywhere(x, true)));

/** Largest finite number of a floating dtype. */
export function largest(dtype: string): number {
  if (dtype === "float16") return 65504;
  if (dtype === "bfloat16") return 3.3895313892515355e38;
  return dtype === "float64" ? Number.MAX_VALUE : 3.4028234663852886e38;
}

/** What to put in place of numbers that are not finite. */
export interface NanToNumOptions {
  /** In place of NaN. Default 0. */
  readonly nan?: number;
  /** In place of Infinity. Default: the largest finite number of the dtype. */
  readonly posinf?: number | null;
  /** In place of -Infinity. Default: the most negative finite number of the dtype. */
  readonly neginf?: number | null;
}

/**
 * `x` with NaN and infinities replaced by finite numbers. Integers as they are.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.nanToNum(tensor([1, NaN])); // [1, 0]
 */
export const nanToNum: Op<[x: TensorLike, options?: NanToNumOptions]> = op(
  "nan_to_num",
  ["x"],
  (x: TensorLike, { nan = 0, posinf = null, neginf = null }: NanToNumOptions = {}) => {
    const value = input("nan_to_num", x);
    if (!isFloating(value.dtype)) return new Tensor(value);
    const limit = largest(value.dtype);
    const high = build.select(build.eq(value, Infinity), posinf ?? limit, value);
    const low = build.select(build.eq(value, -Infinity), neginf ?? -limit, high);
    return new Tensor(build.select(isNotANumber(value), nan, low));
  },
);
