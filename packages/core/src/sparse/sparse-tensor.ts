import { describe } from "../describe.ts";
import type { DType } from "../dtypes/dtype.ts";
import { ShapeError, ValueError } from "../errors.ts";
import { sameDim } from "../shapes/dims.ts";
import { formatAval, formatShape } from "../shapes/format.ts";
import { indexInput, input, shapeInput } from "../ops/support/input.ts";
import { type AnyTensor, isTensorBase } from "../tensor/base.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";

/** int32 counts no further. */
const largestSize = 2 ** 31 - 1;

/**
 * A tensor of which only some elements are kept, with their coordinates (COO); all others are 0. What is kept twice counts as the sum. The
 * coordinates and elements are tensors like any other: they may be computed, traced by `compile` and differentiated. Number and order of
 * elements are part of the structure; see {@link reorder} and {@link coalesce}.
 *
 * `indices` are int32 [elements, rank], `values` [elements]; `denseShape` is the shape of the whole.
 *
 * @example
 * const x = new SparseTensor([[0, 1], [2, 0]], [5, 7], [3, 4]); // x[0, 1] = 5, x[2, 0] = 7
 * sparse.sparseDenseMatmul(x, ops.ones([4, 2]));
 */
export class SparseTensor {
  /** int32 [elements, rank] */
  readonly indices: Tensor<"int32">;
  /** [elements] */
  readonly values: Tensor;
  /** The shape with all elements; each size is below 2^31, their product may be beyond. */
  readonly denseShape: readonly number[];

  /**
   * @param indices Coordinates, [elements, rank], whole numbers from 0 to each size - 1. Those given as arrays are checked at once, those in
   *   tensors when a result is read.
   * @param values [elements]
   * @throws ShapeError where the three do not fit; ValueError for coordinates out of range.
   */
  constructor(indices: TensorLike, values: TensorLike, denseShape: readonly number[]) {
    const shape = shapeInput("SparseTensor", denseShape, "denseShape");
    const elements = input("SparseTensor", values, "values");
    if (shape.some((dim) => dim > largestSize)) {
      throw new ShapeError(`[SparseTensor] sizes must be below 2^31, since coordinates are int32: received ${formatShape(shape)}`);
    }
    const given = Array.isArray(indices) && indices.length === 0 ? new Int32Array(0) : indices;
    let places = indexInput("SparseTensor", given, "indices");
    if (places.shape.length === 1 && places.shape[0] === 0) places = new Tensor(places).reshape([0, shape.length]).value;
    if (places.shape.length !== 2 || places.shape[1] !== shape.length) {
      throw new ShapeError(
        `[SparseTensor] indices must be [elements, ${shape.length}], a coordinate for each axis of ${formatShape(shape)}: received ${formatAval(places)}`,
      );
    }
    if (elements.shape.length !== 1 || !sameDim(elements.shape[0] as number, places.shape[0] as number)) {
      throw new ShapeError(
        `[SparseTensor] values must have one element for each row of ${formatAval(places)}: received ${formatAval(elements)}`,
      );
    }
    if (Array.isArray(indices)) checkCoordinates(indices, shape);
    this.indices = new Tensor(places);
    this.values = new Tensor(elements);
    this.denseShape = [...shape];
  }

  get dtype(): DType {
    return this.values.dtype;
  }

  /** {@link denseShape}. */
  get shape(): readonly number[] {
    return this.denseShape;
  }

  get ndim(): number {
    return this.denseShape.length;
  }

  /** Number of elements that are kept. */
  get nnz(): number {
    return this.values.shape[0] as number;
  }

  /** Other elements at the same places. @throws ShapeError for another number of them. */
  withValues(values: TensorLike): SparseTensor {
    return new SparseTensor(this.indices, values, this.denseShape);
  }

  toString(): string {
    return `SparseTensor ${this.dtype}${formatShape(this.denseShape)} of ${this.nnz} elements`;
  }
}

function checkCoordinates(indices: readonly unknown[], shape: readonly number[]): void {
  indices.forEach((row, i) => {
    if (!Array.isArray(row)) throw new ValueError(`[SparseTensor] indices must be rows of coordinates: received ${describe(row)} at ${i}`);
    row.forEach((place: unknown, axis) => {
      if (typeof place !== "number" || !Number.isInteger(place) || place < 0 || place >= (shape[axis] as number)) {
        throw new ValueError(
          `[SparseTensor] coordinate ${describe(place)} of element ${i} is outside axis ${axis} of ${formatShape(shape)}: it must be a whole number from 0 to ${(shape[axis] as number) - 1}`,
        );
      }
    });
  });
}

/**
 * True for sparse tensors of any shape, false for dense ones.
 *
 * @example
 * sparse.isSparse(sparse.eye(2)); // true
 */
export function isSparse(x: unknown): x is SparseTensor {
  return x instanceof SparseTensor;
}

/** A sparse operand. @throws ValueError for anything else. */
export function sparseInput(op: string, x: unknown, name = "x"): SparseTensor {
  if (isSparse(x)) return x;
  const hint = isTensorBase(x) ? "; sparse.fromDense makes one of a tensor" : "";
  throw new ValueError(`[${op}] ${name} must be a SparseTensor: received ${describe(x as AnyTensor)}${hint}`);
}
