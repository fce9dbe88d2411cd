/** Classes as vectors. */
import type { DType } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { sparseClasses } from "../../sparse/classes.ts";
import type { SparseTensor } from "../../sparse/sparse-tensor.ts";
import { axisOf } from "../support/axes.ts";
import { classInput, dtypeOption, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Where the classes' axis goes, and the dtype. */
export interface EncodingOptions {
  /** The new axis in the result. Default -1. */
  readonly axis?: number;
  /** Default float32. */
  readonly dtype?: DType;
  /** Whether the result is a {@link SparseTensor}, of one element for each class given. Default false. */
  readonly sparse?: boolean;
}

/** bool: x with an axis of `count` classes inserted, true at each element's class. */
export function classMask(x: Value, count: number, axis: number): Value {
  const classes = x.shape.map(() => 1);
  classes.splice(axis, 0, count);
  const inserted = build.reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
  return build.eq(inserted, build.iota(classes, axis));
}

/** The type of {@link oneHot}. */
export interface OneHotOp extends Op<[x: TensorLike, numClasses: number, options?: EncodingOptions]> {
  (x: TensorLike, numClasses: number, options: EncodingOptions & { readonly sparse: true }): SparseTensor;
}

/**
 * Classes as one-hot vectors along a new axis of `numClasses`. What is out of range gives zeros; fractions are dropped.
 *
 * `x` of shape [...] gives [..., numClasses], or has the new axis where `axis` says.
 *
 * @throws DTypeError when `x` holds complex numbers; ShapeError for an axis out of range; ValueError for `sparse` on symbolic tensors.
 *
 * @example
 * ops.oneHot([1, 0], 3) // [[0, 1, 0], [1, 0, 0]]
 * ops.oneHot([1, 0], 3, { sparse: true }).indices // [[0, 1], [1, 0]]
 */
export const oneHot: OneHotOp = op("one_hot", ["x", "numClasses"], (x: TensorLike, numClasses: number, options: EncodingOptions = {}) => {
  const value = classInput("one_hot", x, "x");
  integerInput("one_hot", numClasses, "numClasses", 0);
  const axis = axisOf("one_hot", options.axis ?? -1, value, "axis", 1);
  const dtype = dtypeOption("one_hot", options.dtype, "float32");
  if (options.sparse === true) return sparseClasses(value, numClasses, axis, null, dtype);
  return new Tensor(build.cast(classMask(value, numClasses, axis), dtype));
}) as unknown as OneHotOp;

/** Options of {@link multiHot}. */
export interface MultiHotOptions extends EncodingOptions {
  readonly numClasses: number;
}

/** The type of {@link multiHot}. */
export interface MultiHotOp extends Op<[inputs: TensorLike, options: MultiHotOptions]> {
  (inputs: TensorLike, options: MultiHotOptions & { readonly sparse: true }): SparseTensor;
}

/**
 * Several classes as one vector that is 1 at each: [k] → [numClasses], [batch, k] → [batch, numClasses].
 *
 * @throws DTypeError when `inputs` holds complex numbers; ShapeError for an axis out of range; ValueError for `sparse` on symbolic tensors.
 *
 * @example
 * ops.multiHot([0, 2], { numClasses: 4 }); // [1, 0, 1, 0]
 * ops.multiHot([0, 2], { numClasses: 4, sparse: true }).indices; // [[0], [2]]
 */
export const multiHot: MultiHotOp = op("multi_hot", ["inputs"], (inputs: TensorLike, options: MultiHotOptions) => {
  const value = classInput("multi_hot", inputs, "inputs");
  const count = integerInput("multi_hot", options?.numClasses, "numClasses", 0);
  const rank = value.shape.length;
  const axis = axisOf("multi_hot", options.axis ?? -1, value, "axis", 1);
  const dtype = dtypeOption("multi_hot", options.dtype, "float32");
  // One-hot vectors of a row are joined along the axis before the new one; of a vector, along the only one.
  const reduced = rank === 1 ? (axis === 0 ? 1 : 0) : axis === 1 && rank > 1 ? 2 : 1;
  if (options.sparse === true) return sparseClasses(value, count, axis, rank === 0 ? null : reduced < axis ? reduced : reduced - 1, dtype);
  const hot = classMask(value, count, axis);
  return new Tensor(build.cast(rank === 0 ? hot : build.reduce("max", hot, [reduced]), dtype));
}) as unknown as MultiHotOp;
