/** Products beyond the matrix product. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { formatAval, formatAvals } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type BinaryOp, strongBinaryOp } from "../elementwise/factories.ts";
import { movedAxes } from "../shape/reshape.ts";
import { sliceAxis } from "../shape/split.ts";
import { axisOf } from "../support/axes.ts";
import { describe, floatPair, pair } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { contract, productOf } from "./matmul.ts";

/** How many axes to sum over, or which of each operand. */
export type TensordotAxes = number | readonly (number | readonly number[])[];

function tensordotAxes(axes: TensordotAxes, a: Value, b: Value): [number[], number[]] {
  if (typeof axes === "number") {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(a.shape.length, b.shape.length)) {
      throw new ValueError(`[tensordot] axes is out of range: received ${axes} for ${formatAvals([a, b])}`);
    }
    return [Array.from({ length: axes }, (_, i) => a.shape.length - axes + i), Array.from({ length: axes }, (_, i) => i)];
  }
  if (!Array.isArray(axes) || axes.length !== 2)
    throw new ValueError(`[tensordot] axes must be a number or [axes of x1, axes of x2]: received ${describe(axes)}`);
  const [left, right] = axes.map((part) => (typeof part === "number" ? [part] : part)) as [number[], number[]];
  if (left.length !== right.length)
    throw new ShapeError(`[tensordot] as many axes of x1 as of x2 are needed: received ${left.length} and ${right.length}`);
  return [left.map((axis) => axisOf("tensordot", axis, a)), right.map((axis) => axisOf("tensordot", axis, b))];
}

/**
 * Sums of products over several axes: the other axes of `x1`, then those of `x2`.
 *
 * @param options `axes`: how many (the last of x1 with the first of x2; default 2), or [axes of x1, axes of x2].
 *
 * @throws ValueError for more axes than there are, or none of the two forms; ShapeError when the axes summed over differ in size.
 *
 * @example
 * ops.tensordot(ops.ones([2, 3]), ops.ones([3, 4]), { axes: 1 }).shape; // [2, 4]
 */
export const tensordot: Op<[x1: TensorLike, x2: TensorLike, options?: { readonly axes?: TensordotAxes }]> = op(
  "tensordot",
  ["x1", "x2"],
  (x1: TensorLike, x2: TensorLike, options: { readonly axes?: TensordotAxes } = {}) => {
    const [lhs, rhs] = pair("tensordot", x1, x2);
    const [left, right] = tensordotAxes(options.axes ?? 2, lhs, rhs);
    return new Tensor(productOf(lhs, rhs, (a, b) => contract("tensordot", a, b, left, right)));
  },
);

/**
 * The Kronecker product: each element of `x1` times all of `x2`. [m, n] and [p, q] give [m · p, n · q]; missing axes count as size 1.
 *
 * @example
 * ops.kron(tensor([1, 2]), tensor([1, 10])); // [1, 10, 2, 20]
 */
export const kron: BinaryOp = strongBinaryOp("kron", (lhs, rhs) => productOf(lhs, rhs, kroneckerProduct));

function kroneckerProduct(a: Value, b: Value): Value {
  const rank = Math.max(a.shape.length, b.shape.length);
  const full = (x: Value): number[] => [...new Array<number>(rank - x.shape.length).fill(1), ...x.shape];
  const [shapeA, shapeB] = [full(a), full(b)];
  const left = build.reshape(
    a,
    shapeA.flatMap((dim) => [dim, 1]),
  );
  const right = build.reshape(
    b,
    shapeB.flatMap((dim) => [1, dim]),
  );
  return build.reshape(
    build.mul(left, right),
    shapeA.map((dim, i) => dim * (shapeB[i] as number)),
  );
}

/** Which axes hold the vectors of {@link cross}. */
export interface CrossOptions {
  /** Of x1. Default -1. */
  readonly axisa?: number;
  /** Of x2. Default -1. */
  readonly axisb?: number;
  /** Of the result. Default -1. */
  readonly axisc?: number;
  /** Of all three. */
  readonly axis?: number | null;
}

/**
 * The cross product of vectors of 2 or 3 components; of two plane vectors the component that leaves the plane.
 *
 * [..., 3] and [..., 3] (or 2) give [..., 3]; twice [..., 2] gives [...]. The other axes broadcast.
 *
 * @throws ShapeError when a vector has neither 2 nor 3 components, or the other axes do not broadcast.
 *
 * @example
 * ops.cross(tensor([1, 0, 0]), tensor([0, 1, 0])); // [0, 0, 1]
 */
export const cross: Op<[x1: TensorLike, x2: TensorLike, options?: CrossOptions]> = op(
  "cross",
  ["x1", "x2"],
  (x1: TensorLike, x2: TensorLike, options: CrossOptions = {}) => {
    const [lhs, rhs] = pair("cross", x1, x2).map((x) => (x.dtype === "bool" ? build.cast(x, "int32") : x)) as [Value, Value];
    const last = (x: Value, axis: number): Value => {
      const from = axisOf("cross", axis, x);
      return build.transpose(x, movedAxes(x.shape.length, [from], [x.shape.length - 1]));
    };
    const a = last(lhs, options.axis ?? options.axisa ?? -1);
    const b = last(rhs, options.axis ?? options.axisb ?? -1);
    const [sizeA, sizeB] = [a.shape[a.shape.length - 1] as number, b.shape[b.shape.length - 1] as number];
    if (![2, 3].includes(sizeA) || ![2, 3].includes(sizeB)) {
      throw new ShapeError(`[cross] vectors must have 2 or 3 components: received ${formatAval(lhs)} and ${formatAval(rhs)}`);
    }
    const part = (x: Value, i: number, size: number): Value | null => {
      if (i >= size) return null;
      const component = sliceAxis(x, x.shape.length - 1, i, i + 1);
      return build.reshape(component, x.shape.slice(0, -1));
    };
    const minor = (i: number, j: number): Value => {
      const products = [part(a, i, sizeA), part(b, j, sizeB), part(a, j, sizeA), part(b, i, sizeB)] as const;
      const first = products[0] !== null && products[1] !== null ? build.mul(products[0], products[1]) : null;
      const second = products[2] !== null && products[3] !== null ? build.mul(products[2], products[3]) : null;
      if (first === null) return build.neg(second as Value);
      return second === null ? first : build.sub(first, second);
    };
    const z = minor(0, 1);
    if (sizeA === 2 && sizeB === 2) return new Tensor(z);
    const shape = broadcastShapes("cross", a.shape.slice(0, -1), b.shape.slice(0, -1));
    const components = [minor(1, 2), minor(2, 0), z].map((component) => build.reshape(build.broadcast(component, shape), [...shape, 1]));
    const stacked = build.concat(components, shape.length);
    const to = axisOf("cross", options.axis ?? options.axisc ?? -1, stacked);
    return new Tensor(build.transpose(stacked, movedAxes(stacked.shape.length, [shape.length], [to])));
  },
);

/**
 * Euclidean distances of all pairs of rows: [..., m, d] and [..., n, d] → [..., m, n].
 *
 * @throws ShapeError when an operand has fewer than two axes, or their last axes or batches do not fit.
 *
 * @example
 * ops.cdist(tensor([[0, 0]]), tensor([[3, 4], [0, 1]])); // [[5, 1]]
 */
export const cdist: BinaryOp = op("cdist", ["x", "y"], (x: TensorLike, y: TensorLike) => {
  const [a, b] = floatPair("cdist", x, y);
  if (a.shape.length < 2 || b.shape.length < 2)
    throw new ShapeError(`[cdist] operands must have at least two axes: received ${formatAvals([a, b])}`);
  const left = build.reshape(a, [...a.shape.slice(0, -1), 1, a.shape[a.shape.length - 1] as number]);
  const right = build.reshape(b, [...b.shape.slice(0, -2), 1, ...b.shape.slice(-2)]);
  const difference = build.sub(left, right);
  const squares = build.sum(build.mul(difference, difference), [difference.shape.length - 1]);
  const isZero = build.eq(squares, 0);
  return new Tensor(build.select(isZero, 0, build.sqrt(build.select(isZero, 1, squares))));
});
