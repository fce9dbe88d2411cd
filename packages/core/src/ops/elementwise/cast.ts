/** Dtypes changed elementwise. */
import { type DType, integerRanges, isDType, isFloating, isInteger } from "../../dtypes/dtype.ts";
import { DTypeError } from "../../errors.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { describe, dtypeOption, input } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

function castTo<D extends DType>(name: string, x: TensorLike, dtype: D): Tensor<D> {
  if (!isDType(dtype)) throw new DTypeError(`[${name}] unknown dtype ${describe(dtype)}`);
  return new Tensor<D>(build.cast(input(name, x), dtype));
}

/** {@link cast} as a function that keeps track of the dtype. */
export interface CastOp extends Op<[x: TensorLike, dtype: DType]> {
  <D extends DType>(x: TensorLike, dtype: D): Tensor<D>;
}

/**
 * `x` as another dtype. Floats become integers by dropping the fraction and saturate at the limits (NaN gives 0); anything becomes bool by
 * being 0 or not; complex numbers become real by their real part.
 *
 * `x` has any shape, the result the same.
 *
 * @throws DTypeError for an unknown dtype.
 *
 * @example
 * ops.cast(tensor([1.7, -1.7]), "int32") // [1, -1]
 */
export const cast: CastOp = op("cast", ["x", "dtype"], (x: TensorLike, dtype: DType) => castTo("cast", x, dtype)) as CastOp;

/**
 * {@link cast}, which saturates at the limits of the dtype, also from one integer dtype to a narrower one.
 *
 * `x` has any shape, the result the same.
 *
 * @throws DTypeError for an unknown dtype.
 *
 * @example
 * ops.saturateCast(tensor([-1, 300]), "uint8"); // [0, 255]
 */
export const saturateCast: Op<[x: TensorLike, dtype: DType]> = op("saturate_cast", ["x", "dtype"], (x: TensorLike, dtype: DType) => {
  const value = input("saturate_cast", x);
  const target = dtypeOption("saturate_cast", dtype, value.dtype);
  const range = integerRanges[target];
  if (range === undefined || value.dtype === "bool") return new Tensor(build.cast(value, target));
  if (isFloating(value.dtype)) return new Tensor(build.cast(value, target));
  if (!isInteger(value.dtype)) return new Tensor(build.cast(value, target));
  const own = integerRanges[value.dtype] ?? [-Infinity, Infinity];
  let limited = value;
  if (own[0] < range[0]) limited = build.maximum(limited, build.constant(range[0], value.dtype));
  if (own[1] > range[1]) limited = build.minimum(limited, build.constant(range[1], value.dtype));
  return new Tensor(build.cast(limited, target));
});
