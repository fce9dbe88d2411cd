/** Sums and products with sparse operands. */
import { ShapeError } from "../errors.ts";
import { optionsOf } from "../options.ts";
import type { Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import { divide as denseDivide, multiply as denseMultiply } from "../ops/index.ts";
import { input, operands } from "../ops/support/input.ts";
import { broadcastShapes } from "../shapes/broadcast.ts";
import { formatAval, formatShape } from "../shapes/format.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { gatherNd } from "./gather.ts";
import { coordinates, positions, rowsOf, sizeOf } from "./positions.ts";
import { isSparse, SparseTensor, sparseInput } from "./sparse-tensor.ts";
import { transpose } from "./structure.ts";

function requireShape(op: string, a: readonly number[], b: readonly number[]): void {
  if (a.length !== b.length || a.some((dim, i) => dim !== b[i])) {
    throw new ShapeError(`[${op}] shapes must be equal: received ${formatShape(a)} and ${formatShape(b)}`);
  }
}

/**
 * The sum: sparse with sparse is sparse (the elements of both, see {@link coalesce}), with a dense tensor of the same shape dense.
 *
 * @throws ShapeError for other shapes.
 *
 * @example
 * const x = new SparseTensor([[0, 1]], [5], [2, 2]);
 * sparse.toDense(sparse.add(x, x)); // [[0, 10], [0, 0]]
 */
export function add(a: SparseTensor, b: SparseTensor): SparseTensor;
export function add(a: SparseTensor, b: TensorLike): Tensor;
export function add(a: SparseTensor, b: SparseTensor | TensorLike): SparseTensor | Tensor {
  const name = "sparse.add";
  const { denseShape } = sparseInput(name, a, "a");
  if (isSparse(b)) {
    requireShape(name, denseShape, b.denseShape);
    const [x, y] = operands(name, [a.values, b.values]) as [Value, Value];
    const indices = new Tensor(build.concat([a.indices.value, b.indices.value], 0));
    return new SparseTensor(indices, new Tensor(build.concat([x, y], 0)), denseShape);
  }
  const dense = input(name, b, "b");
  requireShape(name, denseShape, dense.shape);
  const [values, others] = operands(name, [a.values, new Tensor(dense)]) as [Value, Value];
  const flat = build.scatter("add", build.reshape(others, [sizeOf(denseShape)]), positions(name, a), values, 0);
  return new Tensor(build.reshape(flat, denseShape));
}

function atPlaces(name: string, x: SparseTensor, other: TensorLike): Tensor {
  const dense = input(name, other, "other");
  if (dense.shape.length === 0) return new Tensor(dense);
  requireShape(name, x.denseShape, broadcastShapes(name, x.denseShape, dense.shape));
  // Axes along which it repeats are left out: the whole shape may be far larger than what is there.
  const own = dense.shape.flatMap((dim, i) => (dim === 1 ? [] : [{ dim, axis: x.ndim - dense.shape.length + i }]));
  const columns = own.map(({ axis }) => coordinates(name, x, axis));
  const stored = build.reshape(dense, own.map(({ dim }) => dim)); // prettier-ignore
  return gatherNd(stored, rowsOf(columns, x.nnz));
}

/**
 * `x` times a number or a dense tensor that broadcasts to its shape: sparse, of the shape of `x`, with the same places (0 · ∞ where
 * nothing is kept is not seen).
 *
 * @throws ShapeError when the other does not broadcast to `x`.
 *
 * @example
 * const x = new SparseTensor([[0, 1]], [5], [2, 2]);
 * sparse.toDense(sparse.multiply(x, [10, 2])); // [[0, 10], [0, 0]]
 */
export function multiply(x: SparseTensor, other: TensorLike): SparseTensor {
  const name = "sparse.multiply";
  const factor = typeof other === "number" ? other : atPlaces(name, sparseInput(name, x), other);
  return sparseInput(name, x).withValues(denseMultiply(x.values, factor));
}

/**
 * `x` by a number or a dense tensor that broadcasts to its shape: sparse, of the shape of `x`, with the same places.
 *
 * @throws ShapeError when the other does not broadcast to `x`; ValueError when `x` is not sparse.
 *
 * @example
 * const x = new SparseTensor([[0, 1]], [5], [2, 2]);
 * sparse.toDense(sparse.divide(x, 2)); // [[0, 2.5], [0, 0]]
 */
export function divide(x: SparseTensor, other: TensorLike): SparseTensor {
  const name = "sparse.divide";
  const divisor = typeof other === "number" ? other : atPlaces(name, sparseInput(name, x), other);
  return sparseInput(name, x).withValues(denseDivide(x.values, divisor));
}

/** Options of {@link sparseDenseMatmul}. */
export interface SparseMatmulOptions {
  /** `a` is transposed first. Default false. */
  readonly adjointA?: boolean;
  /** `b` is transposed first. Default false. */
  readonly adjointB?: boolean;
}

/**
 * The product of a sparse matrix [m, k] and a dense one [k, n]: dense [m, n]. Gradients reach the kept elements and the dense operand.
 *
 * @throws ShapeError for operands that are no matrices or whose inner sizes differ.
 *
 * @example
 * const a = new SparseTensor([[0, 1]], [5], [2, 2]);
 * sparse.sparseDenseMatmul(a, [[1], [2]]); // [[10], [0]]
 */
export function sparseDenseMatmul(a: SparseTensor, b: TensorLike, options: SparseMatmulOptions = {}): Tensor {
  const name = "sparse.sparseDenseMatmul";
  const { adjointA = false, adjointB = false } = optionsOf(name, options, "{ adjointA: true }");
  const left = sparseInput(name, a, "a");
  const given = input(name, b, "b");
  if (left.ndim !== 2 || given.shape.length !== 2) {
    throw new ShapeError(`[${name}] takes matrices: received sparse ${formatShape(left.denseShape)} and ${formatAval(given)}`);
  }
  const [values, dense] = operands(name, [left.values, new Tensor(given)]) as [Value, Value];
  const right = adjointB ? build.matrixTranspose(dense) : dense;
  const [rows, inner] = adjointA ? [1, 0] : [0, 1];
  const k = left.denseShape[inner] as number;
  if (right.shape[0] !== k) {
    throw new ShapeError(
      `[${name}] inner dimensions differ: sparse ${formatShape(left.denseShape)} · ${formatAval(given)} (${k} ≠ ${right.shape[0]})`,
    );
  }
  const terms = build.mul(build.gather(right, coordinates(name, left, inner), 0), build.reshape(values, [left.nnz, 1]));
  const zeros = build.full([left.denseShape[rows] as number, right.shape[1] as number], 0, values.dtype);
  return new Tensor(build.scatter("add", zeros, coordinates(name, left, rows), terms, 0));
}

/**
 * The product of a dense matrix [m, k] and a sparse one [k, n]: dense [m, n].
 *
 * @throws ShapeError for operands that are no matrices or whose inner sizes differ; ValueError when `b` is not sparse.
 *
 * @example
 * const b = new SparseTensor([[0, 1]], [5], [2, 2]);
 * sparse.denseSparseMatmul([[1, 2]], b); // [[0, 5]]
 */
export function denseSparseMatmul(a: TensorLike, b: SparseTensor): Tensor {
  const dense = input("sparse.denseSparseMatmul", a, "a");
  if (dense.shape.length !== 2) throw new ShapeError(`[sparse.denseSparseMatmul] takes matrices: received ${formatAval(dense)}`);
  const product = sparseDenseMatmul(transpose(sparseInput("sparse.denseSparseMatmul", b, "b")), new Tensor(build.matrixTranspose(dense)));
  return new Tensor(build.matrixTranspose(product.value));
}
