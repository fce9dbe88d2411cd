/** Sparse tensors: functions named as in tf.sparse. */
export { add, denseSparseMatmul, divide, multiply, sparseDenseMatmul, type SparseMatmulOptions } from "./arithmetic.ts";
export { eye, fromDense, toDense } from "./convert.ts";
export { isSparse } from "./sparse-tensor.ts";
export {
  coalesce,
  concat,
  mapValues,
  reduceSum,
  reorder,
  reshape,
  retain,
  slice,
  type SparseReduceOptions,
  transpose,
} from "./structure.ts";
