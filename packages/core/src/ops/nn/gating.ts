/** Activations over an axis beyond softmax. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { reduceOver } from "../reduction/sums.ts";
import { sliceAxis } from "../shape/split.ts";
import { sortedAlong } from "../sorting/sort.ts";
import { axisOf } from "../support/axes.ts";
import { realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { sigmoidOf } from "./activations.ts";

/**
 * The gated linear unit: the first half along `axis` (default -1) times the sigmoid of the second. (Dauphin et al. 2016)
 *
 * [..., 2 · n] gives [..., n].
 *
 * @throws ShapeError when the axis has an odd size or is out of range; DTypeError for complex numbers.
 *
 * @example
 * ops.glu(tensor([1, 2, 0, 0])); // [0.5, 1]
 */
export const glu: Op<[x: TensorLike, options?: { readonly axis?: number }]> = op(
  "glu",
  ["x"],
  (x: TensorLike, options: { readonly axis?: number } = {}) => {
    const value = realFloatInput("glu", x);
    const axis = axisOf("glu", options.axis ?? -1, value);
    const size = value.shape[axis] as number;
    if (size % 2 === 1) throw new ShapeError(`[glu] axis ${axis} must have an even size: received ${formatAval(value)}`);
    return new Tensor(build.mul(sliceAxis(value, axis, 0, size / 2), sigmoidOf(sliceAxis(value, axis, size / 2, size))));
  },
);

/**
 * Sparse probabilities along `axis` (default -1), as Keras computes them. (After Martins and Astudillo 2016; where more than one element is in
 * the support Keras's threshold is above the paper's, since it sums the partial sums, and models trained with it expect that.)
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sparsemax(tensor([1, 2, 0])); // [0, 1, 0]
 */
export const sparsemax: Op<[x: TensorLike, options?: { readonly axis?: number }]> = op(
  "sparsemax",
  ["x"],
  (x: TensorLike, options: { readonly axis?: number } = {}) => {
    const value = realFloatInput("sparsemax", x);
    const axis = axisOf("sparsemax", options.axis ?? -1, value);
    const falling = build.flip(sortedAlong(value, axis), [axis]);
    const sums = build.cumulative("sum", falling, axis);
    const position = build.add(build.iota(value.shape, axis, value.dtype), 1);
    const inSupport = build.lt(sums, build.add(build.mul(position, falling), 1));
    const count = reduceOver("sum", build.cast(inSupport, value.dtype), [axis], true);
    const supportSum: Value = reduceOver("sum", build.select(inSupport, sums, 0), [axis], true);
    const threshold = build.div(build.sub(supportSum, 1), count);
    return new Tensor(build.maximum(build.sub(value, threshold), 0));
  },
);
