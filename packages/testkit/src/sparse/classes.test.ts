import { reference } from "@neurite/backend-reference";
import {
  compile,
  grad,
  ops,
  RaggedTensor,
  setDefaultDevice,
  sparse,
  SparseTensor,
  symbolicInput,
  type Tensor,
  tensor,
} from "@neurite/core";
import { describe, expect, test } from "vitest";

setDefaultDevice(reference());

const labels = (data: number[], shape: number[]): Tensor => tensor(new Int32Array(data), { shape });
const matrix = labels([2, 0, -1, 3, 2, 2], [2, 3]);

describe("oneHot and multiHot with sparse: true", () => {
  test("keep what TensorFlow keeps: an element for each label, 0 where it is out of range", async () => {
    const x = ops.oneHot(labels([2, 0, -1], [3]), 3, { sparse: true });
    expect(x).toBeInstanceOf(SparseTensor);
    expect([x.denseShape, x.dtype, x.nnz]).toEqual([[3, 3], "float32", 3]);
    // tf.sparse of keras.ops.one_hot([2, 0, -1], 3, sparse=True)
    expect(await x.indices.array()).toEqual([
      [0, 2],
      [1, 0],
      [2, 0],
    ]);
    expect(await x.values.array()).toEqual([1, 1, 0]);
  });

  test.each([0, 1, 2, -1, -2])("axis %i: are what the dense ones are", async (axis) => {
    for (const dtype of ["float32", "bool", "int32"] as const) {
      const x = ops.oneHot(matrix, 3, { axis, dtype, sparse: true });
      expect([x.dtype, x.nnz]).toEqual([dtype, 6]);
      expect(await sparse.toDense(x).array()).toEqual(await ops.oneHot(matrix, 3, { axis, dtype }).array());
      const joined = ops.multiHot(matrix, { numClasses: 4, axis, dtype, sparse: true });
      expect(joined.dtype).toBe(dtype);
      expect(await sparse.toDense(joined).array()).toEqual(await ops.multiHot(matrix, { numClasses: 4, axis, dtype }).array());
    }
  });

  test("scalars, vectors, three axes and nothing at all", async () => {
    const cases = [
      labels([1], []),
      labels([3, 1, 1, 0, 5], [5]),
      labels([0, 1, 1, 0, 2, 9, 2, 2], [2, 2, 2]),
      labels([], [0]),
      labels([], [2, 0]),
    ];
    for (const x of cases) {
      for (const numClasses of [0, 4]) {
        const one = ops.oneHot(x, numClasses, { sparse: true });
        expect(await sparse.toDense(one).array()).toEqual(await ops.oneHot(x, numClasses).array());
        const many = ops.multiHot(x, { numClasses, sparse: true });
        expect(await sparse.toDense(many).array()).toEqual(await ops.multiHot(x, { numClasses }).array());
      }
    }
  });

  test("a class given twice counts once", async () => {
    const x = ops.multiHot([1, 3, 1], { numClasses: 4, sparse: true });
    expect(await sparse.reduceSum(x).item()).toBe(2);
  });

  test("a table times classes is a lookup, with the table's gradient, in compiled functions too", async () => {
    const loss = (table: Tensor, ids: Tensor): Tensor =>
      sparse
        .sparseDenseMatmul(ops.oneHot(ids, 4, { sparse: true }), table)
        .square()
        .sum();
    const dense = (table: Tensor, ids: Tensor): Tensor => ops.take(table, ids, { axis: 0 }).square().sum();
    const table = ops.reshape(ops.arange(8, { dtype: "float32" }), [4, 2]);
    const ids = labels([3, 1, 3], [3]);
    const expected = await grad(dense)(table, ids).array();
    expect(await grad(loss)(table, ids).array()).toEqual(expected);
    expect(await compile(grad(loss))(table, ids).array()).toEqual(expected);
  });

  test("symbolic tensors and labels that are no integers are refused", () => {
    const x = symbolicInput({ name: "input", apply: () => null }, { dtype: "int32", shape: [null] });
    expect(() => ops.oneHot(x, 3, { sparse: true })).toThrow(/\[one_hot.*\] symbolic tensors are dense: it gave an object SparseTensor/);
    expect(() => ops.multiHot(x, { numClasses: 3, sparse: true })).toThrow("symbolic tensors are dense");
    expect(() => ops.oneHot([0.5], 3, { sparse: true })).toThrow("element 0 does not fit int32: 0.5");
    expect(() => ops.oneHot(matrix, 3, { axis: 3, sparse: true })).toThrow("axis 3 is out of range");
  });
});

describe("convertToTensor", () => {
  const x = new SparseTensor([[0, 1]], [1.5], [2, 2]);
  const rows = RaggedTensor.fromRowLengths([3, 1, 4], [1, 2]);

  test("keeps sparse and ragged tensors, in another dtype where one is given, unless told not to", async () => {
    const kept = ops.convertToTensor(x, { dtype: "int32" });
    expect([kept.dtype, kept.denseShape]).toEqual(["int32", [2, 2]]);
    expect(await kept.values.array()).toEqual([1]);
    expect(ops.convertToTensor(x, { sparse: true })).toBeInstanceOf(SparseTensor);
    const dense: Tensor = ops.convertToTensor(x, { sparse: false, dtype: "float64" });
    expect(dense.dtype).toBe("float64");
    expect(await dense.array()).toEqual([
      [0, 1.5],
      [0, 0],
    ]);
    expect(await ops.convertToTensor(rows, { dtype: "int32" }).toList()).toEqual([[3], [1, 4]]);
    const padded: Tensor = ops.convertToTensor(rows, { ragged: false });
    expect(await padded.array()).toEqual([
      [3, 0],
      [1, 4],
    ]);
  });

  test("lets gradients through", async () => {
    const loss = (values: Tensor): Tensor => ops.convertToTensor(x.withValues(values), { sparse: false }).square().sum();
    expect(await grad(loss)(x.values).array()).toEqual([3]);
  });
});
