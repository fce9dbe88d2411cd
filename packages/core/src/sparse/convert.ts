/** From dense to sparse and back. */
import * as build from "../primitives/build.ts";
import { nonzero } from "../ops/sorting/index.ts";
import { optionsOf } from "../options.ts";
import { input, integerInput } from "../ops/support/input.ts";
import type { TensorLike } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { gatherNd } from "./gather.ts";
import { positions, rowsOf, sizeOf } from "./positions.ts";
import { SparseTensor, sparseInput } from "./sparse-tensor.ts";

/**
 * What is not 0 in `x`, in row-major order, with the shape of `x`. How many that are depends on the data, so it cannot be done inside
 * `compile`.
 *
 * @throws TraceError on a traced value.
 *
 * @example
 * sparse.fromDense([[0, 2], [3, 0]]).nnz // 2
 */
export function fromDense(x: TensorLike): SparseTensor {
  const value = input("sparse.fromDense", x);
  const columns = nonzero(new Tensor(value)).map((column) => column.value);
  const count = columns[0]?.shape[0] ?? 0;
  const indices = new Tensor(rowsOf(columns, count));
  return new SparseTensor(indices, gatherNd(value, indices.value), value.shape);
}

/**
 * All elements of `x`: [...denseShape]. Elements kept twice are added. `defaultValue` (default 0) is what is not kept.
 *
 * @throws ShapeError for shapes of 2^31 elements and more; ValueError when `x` is not sparse.
 *
 * @example
 * sparse.toDense(new SparseTensor([[0, 1]], [5], [2, 2])); // [[0, 5], [0, 0]]
 */
export function toDense(x: SparseTensor, options: { readonly defaultValue?: number } = {}): Tensor {
  const name = "sparse.toDense";
  const { values, denseShape } = sparseInput(name, x);
  const places = positions(name, x);
  const count = sizeOf(denseShape);
  const bool = values.dtype === "bool";
  const elements = bool ? build.cast(values.value, "int32") : values.value;
  let flat = build.scatter("add", build.full([count], 0, elements.dtype), places, elements, 0);
  const { defaultValue = 0 } = optionsOf(name, options, "{ defaultValue: -1 }");
  if (defaultValue !== 0) {
    const kept = build.scatter("set", build.full([count], false, "bool"), places, build.full([x.nnz], true, "bool"), 0);
    flat = build.select(kept, flat, defaultValue);
  }
  return new Tensor(build.reshape(bool ? build.cast(flat, "bool") : flat, denseShape));
}

/**
 * The identity matrix [rows, columns] (default square).
 *
 * @throws ValueError for sizes that are no whole numbers from 0.
 *
 * @example
 * sparse.toDense(sparse.eye(2)); // [[1, 0], [0, 1]]
 */
export function eye(rows: number, options: { readonly columns?: number } = {}): SparseTensor {
  const name = "sparse.eye";
  const height = integerInput(name, rows, "rows", 0);
  const width = integerInput(name, optionsOf(name, options, "{ columns: 3 }").columns ?? rows, "columns", 0);
  const count = Math.min(height, width);
  const diagonal = rowsOf([build.iota([count], 0), build.iota([count], 0)], count);
  return new SparseTensor(new Tensor(diagonal), new Tensor(build.full([count], 1, "float32")), [height, width]);
}
