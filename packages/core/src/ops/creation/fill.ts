/** Tensors of one number. */
import { type DType, isInteger } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { dtypeOption, input, shapeInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** The element type of what is made. */
export interface DTypeOption {
  readonly dtype?: DType;
}

type Shape = number | readonly number[];

function filled(shape: readonly number[], value: 0 | 1, dtype: DType): Tensor {
  return new Tensor(build.full(shape, dtype === "bool" ? value !== 0 : value, dtype));
}

/**
 * Zeros of a given `shape`, such as [2, 2]; [] for a scalar.
 *
 * @param options `dtype`: default float32.
 *
 * @throws ShapeError for sizes that are no integers of at least 0, DTypeError for an unknown dtype.
 *
 * @example
 * ops.zeros([2, 2]); // [[0, 0], [0, 0]]
 */
export const zeros: Op<[shape: Shape, options?: DTypeOption]> = op("zeros", ["shape"], (shape: Shape, options: DTypeOption = {}) =>
  filled(shapeInput("zeros", shape), 0, dtypeOption("zeros", options.dtype, "float32")),
);

/**
 * Ones of a given `shape`, such as [2, 2]; [] for a scalar.
 *
 * @param options `dtype`: default float32.
 *
 * @throws ShapeError for sizes that are no integers of at least 0, DTypeError for an unknown dtype.
 *
 * @example
 * ops.ones([2, 2]); // [[1, 1], [1, 1]]
 */
export const ones: Op<[shape: Shape, options?: DTypeOption]> = op("ones", ["shape"], (shape: Shape, options: DTypeOption = {}) =>
  filled(shapeInput("ones", shape), 1, dtypeOption("ones", options.dtype, "float32")),
);

/**
 * Zeros of a given `shape`, such as [2, 3]: memory is never handed out unset.
 *
 * @throws ShapeError for sizes that are no integers of at least 0, DTypeError for an unknown dtype.
 *
 * @example
 * ops.empty([2, 3]).shape; // [2, 3]
 */
export const empty: Op<[shape: Shape, options?: DTypeOption]> = op("empty", ["shape"], (shape: Shape, options: DTypeOption = {}) =>
  filled(shapeInput("empty", shape), 0, dtypeOption("empty", options.dtype, "float32")),
);

/**
 * `fillValue` everywhere; it may be a tensor that broadcasts to the shape.
 *
 * The result has the given `shape`: [rows, columns], or [] for a scalar.
 *
 * @param options `dtype`: default float32, whatever `fillValue` is, as in Keras. Into integers fractions are dropped.
 *
 * @throws ShapeError when `fillValue` does not broadcast to the shape or sizes are no integers of at least 0; DTypeError for an unknown
 * dtype.
 *
 * @example
 * ops.full([2, 2], 7); // [[7, 7], [7, 7]]
 */
export const full: Op<[shape: Shape, fillValue: TensorLike, options?: DTypeOption]> = op(
  "full",
  ["shape", "fillValue"],
  (shape: Shape, fillValue: TensorLike, options: DTypeOption = {}) => {
    const list = shapeInput("full", shape);
    return new Tensor(build.broadcast(filling("full", fillValue, dtypeOption("full", options.dtype, "float32")), list));
  },
);

/** What to fill with. A fraction for integers is cut, where one that is out of their range is an error. */
function filling(name: string, x: TensorLike, dtype: DType): Value {
  const given = typeof x === "number" && isInteger(dtype) && Number.isFinite(x) ? Math.trunc(x) : x;
  return build.cast(input(name, given, "fillValue", dtype), dtype);
}

/* @__NO_SIDE_EFFECTS__ */
function likeOp(name: string, value: 0 | 1): Op<[x: TensorLike, options?: DTypeOption]> {
  return op(name, ["x"], (x: TensorLike, options: DTypeOption = {}) => {
    const like = input(name, x);
    return filled(like.shape, value, dtypeOption(name, options.dtype, like.dtype));
  });
}

/**
 * Zeros of x's shape and (unless another is given) dtype.
 *
 * `x` has any shape.
 *
 * @throws DTypeError for an unknown dtype.
 *
 * @example
 * ops.zerosLike(tensor([3, 4])); // [0, 0]
 */
export const zerosLike: Op<[x: TensorLike, options?: DTypeOption]> = likeOp("zeros_like", 0);

/**
 * Ones of x's shape and (unless another is given) dtype.
 *
 * `x` has any shape.
 *
 * @throws DTypeError for an unknown dtype.
 *
 * @example
 * ops.onesLike(tensor([3, 4])); // [1, 1]
 */
export const onesLike: Op<[x: TensorLike, options?: DTypeOption]> = likeOp("ones_like", 1);

/**
 * Zeros of the shape and (unless another is given) dtype of `x`: memory is never handed out unset.
 *
 * `x` has any shape.
 *
 * @throws DTypeError for an unknown dtype.
 *
 * @example
 * ops.emptyLike(tensor([1, 2])).shape; // [2]
 */
export const emptyLike: Op<[x: TensorLike, options?: DTypeOption]> = likeOp("empty_like", 0);

/**
 * `fillValue` everywhere in x's shape and (unless another is given) dtype.
 *
 * `x` has any shape; that of `fillValue` broadcasts to it.
 *
 * @throws ShapeError when `fillValue` does not broadcast to the shape of `x`; DTypeError for an unknown dtype.
 *
 * @example
 * ops.fullLike(tensor([1, 2]), 7); // [7, 7]
 */
export const fullLike: Op<[x: TensorLike, fillValue: TensorLike, options?: DTypeOption]> = op(
  "full_like",
  ["x", "fillValue"],
  (x: TensorLike, fillValue: TensorLike, options: DTypeOption = {}) => {
    const like = input("full_like", x);
    const dtype = dtypeOption("full_like", options.dtype, like.dtype);
    return new Tensor(build.broadcast(filling("full_like", fillValue, dtype), like.shape));
  },
);
