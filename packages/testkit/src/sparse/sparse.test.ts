import { reference } from "@neurite/backend-reference";
import { compile, grad, ops, setDefaultDevice, sparse, SparseTensor, type Tensor, tensor, vmap, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";

setDefaultDevice(reference());

// [[0, 5, 0, 0], [0, 0, 0, 2], [7, 0, 0, 0]]
const places = [
  [0, 1],
  [2, 0],
  [1, 3],
];
const x = new SparseTensor(places, [5, 7, 2], [3, 4]);
const dense = ops.reshape(ops.arange(12, { dtype: "float32" }), [3, 4]);
const full = [
  [0, 5, 0, 0],
  [0, 0, 0, 2],
  [7, 0, 0, 0],
];

describe("conversion", () => {
  test("to dense and back; what is kept twice counts as the sum", async () => {
    expect(await sparse.toDense(x).array()).toEqual(full);
    const back = sparse.fromDense(sparse.toDense(x));
    expect(await back.indices.array()).toEqual([
      [0, 1],
      [1, 3],
      [2, 0],
    ]);
    expect(await back.values.array()).toEqual([5, 2, 7]);
    const twice = new SparseTensor([[1], [1]], [3, 4], [3]);
    expect(await sparse.toDense(twice).array()).toEqual([0, 7, 0]);
    expect(await sparse.toDense(twice, { defaultValue: -1 }).array()).toEqual([-1, 7, -1]);
    expect(await sparse.toDense(sparse.eye(2, { columns: 3 })).array()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(await sparse.toDense(new SparseTensor([], [], [2])).array()).toEqual([0, 0]);
  });

  test("coordinates given as arrays are checked at once, those in tensors when a result is read", async () => {
    expect(() => new SparseTensor([[0, 4]], [1], [3, 4])).toThrow("coordinate 4 of element 0 is outside axis 1 of [3,4]");
    expect(() => new SparseTensor([[0]], [1], [3, 4])).toThrow("indices must be [elements, 2]");
    expect(() => new SparseTensor(places, [1], [3, 4])).toThrow("values must have one element for each row of int32[3,2]");
    const late = new SparseTensor(tensor(new Int32Array([0, 4]), { shape: [1, 2] }), [1], [3, 4]);
    await expect(sparse.toDense(late).array()).rejects.toThrow("a coordinate is outside axis 1 of size 4");
    expect(() => sparse.transpose(dense as never)).toThrow("x must be a SparseTensor");
  });
});

describe("arithmetic", () => {
  test("sums and products are those of dense tensors", async () => {
    const both = sparse.add(x, x);
    expect(both.nnz).toBe(6);
    expect(sparse.coalesce(both).nnz).toBe(3);
    expect(await sparse.toDense(sparse.coalesce(both)).array()).toEqual(await ops.multiply(full, 2).array());
    expect(await sparse.add(x, dense).array()).toEqual(await dense.add(full).array());
    expect(await sparse.toDense(sparse.multiply(x, dense)).array()).toEqual(await dense.mul(full).array());
    expect(await sparse.toDense(sparse.multiply(x, tensor([1, 10, 100, 1000]))).array()).toEqual(
      await ops.multiply(full, [1, 10, 100, 1000]).array(),
    );
    expect(await sparse.toDense(sparse.divide(x, 2)).array()).toEqual(await ops.divide(full, 2).array());
    expect(() => sparse.multiply(x, tensor([1, 2]))).toThrow("shapes do not broadcast");
    expect(() => sparse.add(x, tensor([1, 2]))).toThrow("shapes must be equal: received [3,4] and [2]");
  });

  test("matrix products, transposed and from both sides", async () => {
    const b = ops.reshape(ops.arange(8, { dtype: "float32" }), [4, 2]);
    expect(await sparse.sparseDenseMatmul(x, b).array()).toEqual(await ops.matmul(full, b).array());
    expect(await sparse.sparseDenseMatmul(x, b.T, { adjointB: true }).array()).toEqual(await ops.matmul(full, b).array());
    expect(await sparse.sparseDenseMatmul(x, dense, { adjointA: true }).array()).toEqual(
      await ops.matmul(ops.transpose(full), dense).array(),
    );
    expect(await sparse.denseSparseMatmul(dense.T, x).array()).toEqual(await ops.matmul(dense.T, full).array());
    expect(() => sparse.sparseDenseMatmul(x, dense)).toThrow("inner dimensions differ: sparse [3,4] · float32[3,4] (4 ≠ 3)");
  });

  test("gradients reach the kept elements and the dense operand, in compiled functions too", async () => {
    const b = ops.reshape(ops.arange(8, { dtype: "float32" }), [4, 2]);
    const loss = (values: Tensor, right: Tensor): Tensor => sparse.sparseDenseMatmul(x.withValues(values), right).square().sum();
    const denseLoss = (left: Tensor, right: Tensor): Tensor => ops.matmul(left, right).square().sum();
    const [dLeft, dRight] = grad(denseLoss, { argnums: [0, 1] })(tensor(full), b);
    const expected = await sparse.multiply(x.withValues(ops.ones([3])), dLeft).values.array();
    for (const gradient of [grad(loss, { argnums: [0, 1] }), compile(grad(loss, { argnums: [0, 1] }))]) {
      const [dValues, db] = gradient(x.values, b) as readonly [Tensor, Tensor];
      expect(await dValues.array()).toEqual(expected);
      expect(await db.array()).toEqual(await dRight.array());
    }
  });
});

describe("shapes of more elements than int32 counts", () => {
  const far = [
    [99999, 99999],
    [0, 5],
    [70000, 3],
    [42949, 67296], // at place 4294967296, which is 0 in 32 bits
    [0, 0],
  ];
  const big = new SparseTensor(far, [1, 2, 3, 4, 5], [100_000, 100_000]);
  const sorted = [far[4], far[1], far[3], far[2], far[0]];

  test("elements are ordered, and summed where their places are equal", async () => {
    expect(await sparse.reorder(big).indices.array()).toEqual(sorted);
    expect(await sparse.reorder(big).values.array()).toEqual([5, 2, 4, 3, 1]);
    const sum = sparse.coalesce(sparse.add(big, big));
    expect(await sum.indices.array()).toEqual(sorted);
    expect(await sum.values.array()).toEqual([10, 4, 8, 6, 2]);
  });

  test("places stay where they are in another shape, as counted in bigints", async () => {
    const wide = 200_000n;
    const expected = far.map(([row, column]) => {
      const place = BigInt(row!) * 100_000n + BigInt(column!);
      return [Number(place / wide), Number(place % wide)];
    });
    expect(await sparse.reshape(big, [-1, 200_000]).indices.array()).toEqual(expected);
    expect(() => sparse.reshape(big, [-1])).toThrow("sizes must be below 2^31, since coordinates are int32: received [10000000000]");
    const long = new SparseTensor([[2 ** 31 - 2]], [1], [2 ** 31 - 1]);
    expect(() => sparse.concat([long, long], 0)).toThrow("sizes must be below 2^31");
  });

  test("products with what broadcasts need no dense copy, and have gradients", async () => {
    const scale = ops.arange(100_000, { dtype: "float32" });
    expect(await sparse.multiply(big, scale).values.array()).toEqual([99999, 10, 9, 4 * 67296, 0]);
    expect(await sparse.multiply(big, scale.reshape([-1, 1])).values.array()).toEqual([99999, 0, 210000, 4 * 42949, 0]);
    expect(await sparse.divide(big, tensor([[2]])).values.array()).toEqual([0.5, 1, 1.5, 2, 2.5]);
    const slopes = grad((other: Tensor) => sparse.multiply(big, other).values.sum())(scale);
    expect(await ops.take(slopes, [99999, 5, 3, 67296, 0, 1]).array()).toEqual([1, 2, 3, 4, 5, 0]);
    expect(() => sparse.toDense(big)).toThrow("the dense shape [100000,100000] has 10000000000 elements, of which int32 counts 2147483647");
  });
});

describe("structure", () => {
  test("transpose, reshape, reorder, concat, slice, retain", async () => {
    const array = (s: SparseTensor): Promise<unknown> => sparse.toDense(s).array();
    expect(await array(sparse.transpose(x))).toEqual(await ops.transpose(full).array());
    expect(await array(sparse.reshape(x, [2, -1]))).toEqual(await ops.reshape(full, [2, 6]).array());
    expect(await sparse.reorder(x).values.array()).toEqual([5, 2, 7]);
    expect(await array(sparse.concat([x, x], 1))).toEqual(await ops.concatenate([full, full], { axis: 1 }).array());
    const part = sparse.slice(x, [0, 1], [2, 9]);
    expect([part.denseShape, part.nnz]).toEqual([[2, 3], 2]);
    expect(await array(part)).toEqual([
      [5, 0, 0],
      [0, 0, 2],
    ]);
    expect(await array(sparse.retain(x, x.values.greater(4)))).toEqual([
      [0, 5, 0, 0],
      [0, 0, 0, 0],
      [7, 0, 0, 0],
    ]);
    expect(() => sparse.slice(x, [0], [1])).toThrow("start and size need a number for each axis of [3,4]");
    expect(() => sparse.concat([x, sparse.eye(2)], 1)).toThrow("shapes differ outside axis 1");
  });

  test("slices inside compile keep their number of elements, with zeros for those outside", async () => {
    const part = compile((indices: Tensor, values: Tensor) =>
      sparse.toDense(sparse.slice(new SparseTensor(indices, values, [3, 4]), [1, 0], [2, 2])),
    );
    expect(await part(x.indices, x.values).array()).toEqual([
      [0, 0],
      [7, 0],
    ]);
    // Coordinates may be known where elements are not.
    const known = (values: Tensor): Tensor => sparse.toDense(sparse.slice(x.withValues(values), [1, 0], [2, 2]));
    const third = [
      [0, 0],
      [7, 0],
    ];
    expect(await compile(known)(x.values).array()).toEqual(third);
    expect(await vmap(known)(ops.stack([x.values, x.values])).array()).toEqual([third, third]);
    expect(() => compile((indices: Tensor) => sparse.coalesce(new SparseTensor(indices, [1, 2, 3], [3, 4])).values)(x.indices)).toThrow(
      "depends on data, which is not there while tracing",
    );
  });

  test("slices on a device that cannot be read at once do the same", async () => {
    const inner = reference();
    const later = new Proxy(inner, {
      get(target, key) {
        if (key === "capabilities") return { ...inner.capabilities, synchronousReads: false };
        const value = Reflect.get(target, key) as unknown;
        return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
    const part = withDevice(later, () => sparse.slice(new SparseTensor(places, [5, 7, 2], [3, 4]), [1, 0], [2, 2]));
    expect(part.nnz).toBe(3);
    expect(await withDevice(later, () => sparse.toDense(part)).array()).toEqual([[0, 0], [7, 0]]); // prettier-ignore
  });

  test("sums over axes", async () => {
    expect(await sparse.reduceSum(x).array()).toBe(14);
    expect(await sparse.reduceSum(x, { axis: 1 }).array()).toEqual([5, 2, 7]);
    expect(await sparse.reduceSum(x, { axis: -2, keepdims: true }).array()).toEqual([[7, 5, 0, 2]]);
    expect(await sparse.mapValues((values) => values.square(), x).values.array()).toEqual([25, 49, 4]);
  });
});
