/** Classes as vectors. */
import type { DType } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { axisOf } from "../support/axes.ts";
import { dtypeOption, indexInput, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Where the classes' axis goes, and the dtype. */
export interface EncodingOptions {
  /** The new axis in the result. Default -1. */
  readonly axis?: number;
  /** Default float32. */
  readonly dtype?: DType;
}

/** bool: x with an axis of `count` classes inserted, true at each element's class. */
export function classMask(x: Value, count: number, axis: number): Value {
  const classes = x.shape.map(() => 1);
  classes.splice(axis, 0, count);
  const inserted = build.reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
  return build.eq(inserted, build.iota(classes, axis));
}

/**
 * Integers as one-hot vectors along a new axis of `numClasses`. What is out of range gives zeros.
 *
 * `x` of shape [...] gives [..., numClasses], or has the new axis where `axis` says.
 *
 * @example
 * ops.oneHot([1, 0], 3) // [[0, 1, 0], [1, 0, 0]]
 */
export const oneHot: Op<[x: TensorLike, numClasses: number, options?: EncodingOptions]> = op(
  "one_hot",
  ["x", "numClasses"],
  (x: TensorLike, numClasses: number, options: EncodingOptions = {}) => {
    const value = indexInput("one_hot", x, "x");
    integerInput("one_hot", numClasses, "numClasses", 0);
    const axis = axisOf("one_hot", options.axis ?? -1, value, "axis", 1);
    return new Tensor(build.cast(classMask(value, numClasses, axis), dtypeOption("one_hot", options.dtype, "float32")));
  },
);

/** Options of {@link multiHot}. */
export interface MultiHotOptions extends EncodingOptions {
  readonly numClasses: number;
}

/**
 * Several classes as one vector that is 1 at each: [k] → [numClasses], [batch, k] → [batch, numClasses].
 *
 * @example
 * ops.multiHot(tensor([0, 2], { dtype: "int32" }), { numClasses: 4 }); // [1, 0, 1, 0]
 */
export const multiHot: Op<[inputs: TensorLike, options: MultiHotOptions]> = op(
  "multi_hot",
  ["inputs"],
  (inputs: TensorLike, options: MultiHotOptions) => {
    const value = indexInput("multi_hot", inputs, "inputs");
    const count = integerInput("multi_hot", options?.numClasses, "numClasses", 0);
    const rank = value.shape.length;
    const axis = axisOf("multi_hot", options.axis ?? -1, value, "axis", 1);
    const hot = classMask(value, count, axis);
    // One-hot vectors of a row are joined along the axis before the new one; of a vector, along the only one.
    const reduced = rank === 1 ? (axis === 0 ? 1 : 0) : axis === 1 && rank > 1 ? 2 : 1;
    return new Tensor(
      build.cast(rank === 0 ? hot : build.reduce("max", hot, [reduced]), dtypeOption("multi_hot", options.dtype, "float32")),
    );
  },
);
