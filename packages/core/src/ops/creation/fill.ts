/** Tensors of one number. */
import type { DType } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { isTensorBase } from "../../tensor/base.ts";
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
 * Zeros. @param options `dtype`: default float32.
 *
 * @example
 * ops.zeros([2, 2]); // [[0, 0], [0, 0]]
 */
export const zeros: Op<[shape: Shape, options?: DTypeOption]> = op("zeros", ["shape"], (shape: Shape, options: DTypeOption = {}) =>
  filled(shapeInput("zeros", shape), 0, dtypeOption("zeros", options.dtype, "float32")),
);

/**
 * Ones. @param options `dtype`: default float32.
 *
 * @example
 * ops.ones([2, 2]); // [[1, 1], [1, 1]]
 */
export const ones: Op<[shape: Shape, options?: DTypeOption]> = op("ones", ["shape"], (shape: Shape, options: DTypeOption = {}) =>
  filled(shapeInput("ones", shape), 1, dtypeOption("ones", options.dtype, "float32")),
);

/**
 * Zeros: memory is never handed out unset.
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
 * @param options `dtype`: default the tensor's; float32 for a plain number.
 *
 * @example
 * ops.full([2, 2], 7); // [[7, 7], [7, 7]]
 */
export const full: Op<[shape: Shape, fillValue: TensorLike, options?: DTypeOption]> = op(
  "full",
  ["shape", "fillValue"],
  (shape: Shape, fillValue: TensorLike, options: DTypeOption = {}) => {
    const list = shapeInput("full", shape);
    const dtype = dtypeOption("full", options.dtype, naturalType(fillValue));
    return new Tensor(build.broadcast(build.cast(input("full", fillValue, "fillValue", dtype), dtype), list));
  },
);

function naturalType(x: TensorLike): DType {
  return isTensorBase(x) ? (x.dtype as DType) : "float32";
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
 * @example
 * ops.zerosLike(tensor([3, 4])); // [0, 0]
 */
export const zerosLike: Op<[x: TensorLike, options?: DTypeOption]> = likeOp("zeros_like", 0);

/**
 * Ones of x's shape and (unless another is given) dtype.
 *
 * @example
 * ops.onesLike(tensor([3, 4])); // [1, 1]
 */
export const onesLike: Op<[x: TensorLike, options?: DTypeOption]> = likeOp("ones_like", 1);

/**
 * Zeros of x's shape: memory is never handed out unset.
 *
 * @example
 * ops.emptyLike(tensor([1, 2])).shape; // [2]
 */
export const emptyLike: Op<[x: TensorLike, options?: DTypeOption]> = likeOp("empty_like", 0);

/**
 * `fillValue` everywhere in x's shape and (unless another is given) dtype.
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
    const value: Value = build.cast(input("full_like", fillValue, "fillValue", dtype), dtype);
    return new Tensor(build.broadcast(value, like.shape));
  },
);
