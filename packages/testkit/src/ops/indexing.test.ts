import { compile, ops, setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

const x = (): Tensor => ops.reshape(ops.arange(60), [3, 4, 5]);
const at = (i: number, j: number, k: number): number => 20 * i + 5 * j + k;
const whole = (values: readonly number[]): Tensor => tensor(new Int32Array(values));

describe("x.at(...) is NumPy's x[...]", () => {
  test.each<readonly [string, () => Tensor, unknown]>([
    ["x[1, 2, 3]", () => x().at(1, 2, 3), at(1, 2, 3)],
    ["x[-1, -1, -1]", () => x().at(-1, -1, -1), 59],
    ["x[0, 1:3, ::2]", () => x().at(0, [1, 3], [null, null, 2]), [1, 2].map((j) => [0, 2, 4].map((k) => at(0, j, k)))],
    ["x[0, ::-1, 0]", () => x().at(0, [null, null, -1], 0), [3, 2, 1, 0].map((j) => at(0, j, 0))],
    ["x[0, 3:0:-2, 0]", () => x().at(0, [3, 0, -2], 0), [3, 1].map((j) => at(0, j, 0))],
    ["x[0, -3:-1, 4]", () => x().at(0, [-3, -1], 4), [1, 2].map((j) => at(0, j, 4))],
    ["x[0, 1:100, 4]", () => x().at(0, [1, 100], 4), [1, 2, 3].map((j) => at(0, j, 4))],
    ["x[0, 3:1, 4] is empty", () => x().at(0, [3, 1], 4), []],
    ["x[..., 2][1]", () => x().at("...", 2).at(1), [0, 1, 2, 3].map((j) => at(1, j, 2))],
    ["x[1, ..., 2]", () => x().at(1, "...", 2), [0, 1, 2, 3].map((j) => at(1, j, 2))],
    ["x[1, 2, newaxis, :2]", () => x().at(1, 2, null, [null, 2]), [[at(1, 2, 0), at(1, 2, 1)]]],
    ["x[[2, 0], 1, 1]", () => x().at(whole([2, 0]), 1, 1), [at(2, 1, 1), at(0, 1, 1)]],
    ["x[0, [1, -1], :2]", () => x().at(0, whole([1, -1]), [0, 2]), [1, 3].map((j) => [0, 1].map((k) => at(0, j, k)))],
    ["x[[0, 2], [1, 3], 4]", () => x().at(whole([0, 2]), whole([1, 3]), 4), [at(0, 1, 4), at(2, 3, 4)]],
    [
      "x[[0, 2], :, [1, 3]] puts the tensors' axis first",
      () => x().at(whole([0, 2]), ":", whole([1, 3])),
      [
        [0, 1],
        [2, 3],
      ].map(([i, k]) => [0, 1, 2, 3].map((j) => at(i as number, j, k as number))),
    ],
  ])("%s", async (_, call, expected) => {
    expect(await call().array()).toEqual(expected);
  });

  test("tensors of more axes", async () => {
    const picked = x().at(
      tensor(
        [
          [0, 1],
          [2, 0],
        ],
        { dtype: "int32" },
      ),
      [0, 1],
      0,
    );
    expect(picked.shape).toEqual([2, 2, 1]);
    expect(await picked.array()).toEqual([
      [[0], [20]],
      [[40], [0]],
    ]);
  });
});

describe("slices", () => {
  test("by numbers, to the end, and by computed starts", async () => {
    expect(await x().slice([1, 2, 3], [1, 1, 2]).array()).toEqual([[[at(1, 2, 3), at(1, 2, 4)]]]);
    expect(x().slice([1, 2, 3], [-1, -1, -1]).shape).toEqual([2, 2, 2]);
    expect(await ops.slice(x(), whole([1, 2, 3]), [1, 1, 2]).array()).toEqual([[[at(1, 2, 3), at(1, 2, 4)]]]);
  });

  test("sliceUpdate by numbers and by computed starts", async () => {
    const zeros = ops.zeros([3, 3], { dtype: "int32" });
    const expected = [
      [0, 0, 0],
      [0, 1, 2],
      [0, 3, 4],
    ];
    const part = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: "int32" },
    );
    expect(await ops.sliceUpdate(zeros, [1, 1], part).array()).toEqual(expected);
    expect(await ops.sliceUpdate(zeros, whole([1, 1]), part).array()).toEqual(expected);
  });
});

describe("scatter and segments", () => {
  test("scatter adds, scatterUpdate replaces or combines", async () => {
    expect(await ops.scatter([[0], [2], [0]], [1, 2, 3], [4]).array()).toEqual([4, 0, 2, 0]);
    const start = ops.full([3], 5);
    const update = (reduction: "add" | "mul" | "max" | "min" | null): Promise<unknown> =>
      ops.scatterUpdate(start, [[0], [2], [0]], [1, 7, 6], { reduction }).array();
    expect(await update(null)).toEqual([6, 5, 7]);
    expect(await update("add")).toEqual([12, 5, 12]);
    expect(await update("mul")).toEqual([30, 5, 35]);
    expect(await update("max")).toEqual([6, 5, 7]);
    expect(await update("min")).toEqual([1, 5, 5]);
  });

  test("segments leave out ids out of range", async () => {
    expect(await ops.segmentSum([1, 2, 4], [0, -1, 3], { numSegments: 2 }).array()).toEqual([1, 0]);
    expect(await ops.segmentMax([1, 2, 4], [0, 0, 1]).array()).toEqual([2, 4]);
  });

  test("unique with a fixed size fills and cuts, and can be traced", async () => {
    expect(await ops.unique([3, 1, 3], { size: 4, fillValue: -1 }).array()).toEqual([1, 3, -1, -1]);
    expect(await ops.unique([3, 1, 2], { size: 2 }).array()).toEqual([1, 2]);
    const columns = tensor([3, 1, 3, 2, 2, 2], { shape: [2, 3] });
    const all = { axis: 1, returnIndex: true, returnInverse: true, returnCounts: true } as const;
    // keras.ops.unique(columns, axis=1, size=…, fill_value=…, …) on TensorFlow
    const filled = compile((x: Tensor) => ops.unique(x, { ...all, size: 3, fillValue: 7 }))(columns);
    expect(await Promise.all(filled.map((result) => result.array()))).toEqual([[[1, 3, 7], [2, 2, 7]], [1, 0, 1], [1, 0, 1], [1, 2, 0]]); // prettier-ignore
    const cut = compile((x: Tensor) => ops.unique(x, { ...all, size: 1 }))(columns);
    expect(await Promise.all(cut.map((result) => result.array()))).toEqual([[[1], [2]], [1], [1, 0, 1], [1]]);
    expect(await ops.unique([3, 1], { size: 3 }).array()).toEqual([1, 3, 0]);
    expect(() => ops.unique(columns, { axis: 2 })).toThrow("[unique] axis 2 is out of range");
    expect(() => ops.unique(columns, { size: -1 })).toThrow("[unique] size must be an integer of at least 0");
  });
});
