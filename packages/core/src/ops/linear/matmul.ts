/** Products of matrices. */
import { isComplex } from "../../dtypes/dtype.ts";
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import { sameDim } from "../../shapes/dims.ts";
import { formatAval } from "../../shapes/format.ts";
import { isTensorBase } from "../../tensor/base.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { binaryOp, type BinaryOp, strongBinaryOp } from "../elementwise/factories.ts";
import { pair } from "../support/input.ts";
import { op } from "../support/op.ts";

/** A product of two values of one dtype. Of truth values it is true where one of the products summed is. */
export function productOf(a: Value, b: Value, body: (a: Value, b: Value) => Value): Value {
  if (a.dtype !== "bool") return body(a, b);
  return build.cast(body(build.cast(a, "int32"), build.cast(b, "int32")), "bool");
}

/** Operands as they are, but those that are all int8 as int32: in it Keras sums their products, which would soon be too large. */
export function roomy<T extends readonly TensorLike[]>(xs: T): T | Tensor[] {
  return xs.every((x) => isTensorBase(x) && x.dtype === "int8") ? xs.map((x) => new Tensor(build.cast((x as Tensor).value, "int32"))) : xs;
}

/** Refuses a scalar, and inner dimensions that differ. */
function checkInner(name: string, a: Value, b: Value, inner: number, other: number): void {
  if (!sameDim(inner, other)) {
    throw new ShapeError(`[${name}] inner dimensions differ: ${formatAval(a)} · ${formatAval(b)} (${inner} ≠ ${other})`);
  }
}

/**
 * NumPy's matmul of values of one dtype: vectors count as a row on the left and a column on the right, batch axes broadcast.
 * A matrix on the right under batches on the left is one large product.
 */
function matmulOf(name: string, a: Value, b: Value): Value {
  const [rankA, rankB] = [a.shape.length, b.shape.length];
  if (rankA === 0 || rankB === 0) {
    throw new ShapeError(`[${name}] a scalar cannot be matrix-multiplied: ${formatAval(a)} · ${formatAval(b)}; use ops.multiply`);
  }
  const inner = a.shape[rankA - 1] as number;
  checkInner(name, a, b, inner, (rankB === 1 ? b.shape[0] : b.shape[rankB - 2]) as number);
  const rows = rankA === 1 ? build.reshape(a, [1, inner]) : a;
  const columns = rankB === 1 ? build.reshape(b, [b.shape[0] as number, 1]) : b;
  const product = batchedProduct(name, rows, columns);
  if (rankA > 1 && rankB > 1) return product;
  const shape = [...product.shape];
  if (rankB === 1) shape.pop();
  if (rankA === 1) shape.splice(rankB === 1 ? shape.length - 1 : shape.length - 2, 1);
  return build.reshape(product, shape);
}

/** Both operands have at least two axes. */
function batchedProduct(name: string, a: Value, b: Value): Value {
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape[b.shape.length - 1] as number;
  if (batchB.length === 0 && batchA.length > 0) {
    const flat = build.reshape(a, [[...batchA, m].includes(0) ? 0 : batchA.reduce((size, dim) => size * dim, m), k]);
    return build.reshape(build.dot(flat, b), [...batchA, m, n]);
  }
  if (batchA.length === 0 && batchB.length === 0) return build.dot(a, b);
  const batch = broadcastShapes(name, batchA, batchB);
  return build.dot(build.broadcast(a, [...batch, m, k]), build.broadcast(b, [...batch, ...b.shape.slice(-2)]));
}

/**
 * The matrix product: [..., m, k] · [..., k, n] → [..., m, n]. Batch axes broadcast; a vector counts as a row on the left and as a column on
 * the right. Dtypes are promoted; matrices of int8 give int32, and bool is true where one of the products is.
 * @throws ShapeError when the inner dimensions differ or an operand is a scalar.
 *
 * @example
 * ops.matmul(tensor([[1, 2], [3, 4]]), tensor([[1], [1]])); // [[3], [7]]
 */
export const matmul: BinaryOp = op("matmul", ["x1", "x2"], (x1: TensorLike, x2: TensorLike) => {
  const areMatrices = isTensorBase(x1) && isTensorBase(x2) && x1.shape.length > 1 && x2.shape.length > 1;
  const [lhs, rhs] = areMatrices ? roomy([x1, x2]) : [x1, x2];
  return new Tensor(productOf(...pair("matmul", lhs as TensorLike, rhs as TensorLike), (a, b) => matmulOf("matmul", a, b)));
});

/**
 * NumPy's dot: the inner product of vectors, the matrix product of matrices, a product with a scalar; else sums over the last axis of
 * `x1` and the second last of `x2` (the only one of a vector).
 *
 * @throws ShapeError when the axes summed over differ in size.
 *
 * @example
 * ops.dot(tensor([1, 2]), tensor([3, 4])); // 11
 */
export const dot: BinaryOp = strongBinaryOp("dot", (lhs, rhs) =>
  productOf(lhs, rhs, (a, b) => {
    if (a.shape.length === 0 || b.shape.length === 0) return build.mul(a, b);
    if (b.shape.length <= 2) return matmulOf("dot", a, b);
    return contract("dot", a, b, [a.shape.length - 1], [b.shape.length - 2]);
  }),
);

/** Sums of products over axes of both: the free axes of `a`, then those of `b`. */
export function contract(name: string, a: Value, b: Value, axesA: readonly number[], axesB: readonly number[]): Value {
  axesA.forEach((axis, i) => checkInner(name, a, b, a.shape[axis] as number, b.shape[axesB[i] as number] as number));
  const freeA = a.shape.map((_, axis) => axis).filter((axis) => !axesA.includes(axis));
  const freeB = b.shape.map((_, axis) => axis).filter((axis) => !axesB.includes(axis));
  const size = (x: Value, axes: readonly number[]): number => axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  const left = build.reshape(build.transpose(a, [...freeA, ...axesA]), [size(a, freeA), size(a, axesA)]);
  const right = build.reshape(build.transpose(b, [...axesB, ...freeB]), [size(b, axesB), size(b, freeB)]);
  return build.reshape(build.dot(left, right), [
    ...freeA.map((axis) => a.shape[axis] as number),
    ...freeB.map((axis) => b.shape[axis] as number),
  ]);
}

/**
 * The inner product over the last axes: [..., k] and [..., k] → [..., ...]; with a scalar the product.
 *
 * @throws ShapeError when the last axes differ in size.
 *
 * @example
 * ops.inner(tensor([1, 2]), tensor([3, 4])); // 11
 */
export const inner: BinaryOp = strongBinaryOp("inner", (lhs, rhs) =>
  productOf(lhs, rhs, (a, b) => {
    if (a.shape.length === 0 || b.shape.length === 0) return build.mul(a, b);
    return contract("inner", a, b, [a.shape.length - 1], [b.shape.length - 1]);
  }),
);

/**
 * The dot product of both flattened, the first one conjugated where complex: a scalar.
 *
 * @throws ShapeError when the operands have not as many elements.
 *
 * @example
 * ops.vdot(tensor([1, 2]), tensor([3, 4])); // 11
 */
export const vdot: BinaryOp = binaryOp("vdot", (lhs, rhs) => {
  const flat = (x: Value): Value => build.reshape(x, [x.shape.reduce((size, dim) => size * dim, 1)]);
  return productOf(flat(lhs), flat(rhs), (a, b) => matmulOf("vdot", isComplex(a.dtype) ? build.conj(a) : a, b));
});

/**
 * All products of an element of `x1` and one of `x2`, both flattened: [size of x1, size of x2].
 *
 * @example
 * ops.outer(tensor([1, 2]), tensor([3, 4])); // [[3, 4], [6, 8]]
 */
export const outer: BinaryOp = strongBinaryOp("outer", (lhs, rhs) => {
  const size = (x: Value): number => x.shape.reduce((product, dim) => product * dim, 1);
  return productOf(lhs, rhs, (a, b) => build.mul(build.reshape(a, [size(a), 1]), build.reshape(b, [1, size(b)])));
});
