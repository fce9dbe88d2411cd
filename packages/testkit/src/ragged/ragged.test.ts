import { reference } from "@neurite/backend-reference";
import { compile, grad, ragged, RaggedTensor, setDefaultDevice, type Tensor, tensor } from "@neurite/core";
import { expect, test } from "vitest";

setDefaultDevice(reference());

const rows = [[3, 1], [], [4, 1, 5]];
const r = ragged.constant(rows);

test("all ways to give the rows mean the same", async () => {
  const values = [3, 1, 4, 1, 5];
  expect(await r.toList()).toEqual(rows);
  expect(await RaggedTensor.fromRowLengths(values, [2, 0, 3]).toList()).toEqual(rows);
  expect(await RaggedTensor.fromRowSplits(values, [0, 2, 2, 5]).toList()).toEqual(rows);
  expect(await RaggedTensor.fromValueRowids(values, [0, 0, 2, 2, 2]).toList()).toEqual(rows);
  expect([r.nrows, r.rowLengths(), r.rowStarts(), r.valueRowids(), r.shape]).toEqual([3, [2, 0, 3], [0, 2, 2], [0, 0, 2, 2, 2], [3, null]]);
});

test("padded, and back", async () => {
  const padded = r.toTensor({ defaultValue: -1 });
  expect(await padded.array()).toEqual([
    [3, 1, -1],
    [-1, -1, -1],
    [4, 1, 5],
  ]);
  expect(await r.toTensor({ length: 2 }).array()).toEqual([
    [3, 1],
    [0, 0],
    [4, 1],
  ]);
  expect(await RaggedTensor.fromTensor(padded, { lengths: [2, 0, 3] }).toList()).toEqual(rows);
});

test("padded to more than the longest row, with rows of vectors and without rows", async () => {
  expect(await r.toTensor({ length: 4, defaultValue: 9 }).array()).toEqual([
    [3, 1, 9, 9],
    [9, 9, 9, 9],
    [4, 1, 5, 9],
  ]);
  const pairs = RaggedTensor.fromRowLengths(tensor([[1, 2]]), [0, 1]);
  expect(await pairs.toTensor({ length: 2, defaultValue: -1 }).array()).toEqual([
    [[-1, -1], [-1, -1]],
    [[1, 2], [-1, -1]],
  ]); // prettier-ignore
  expect(RaggedTensor.fromRowLengths(tensor([]), []).toTensor({ length: 3 }).shape).toEqual([0, 3]);
  expect(RaggedTensor.fromRowLengths(tensor([]), [0, 0]).toTensor({ length: 3 }).shape).toEqual([2, 3]);
});

test("more rows than a call takes arguments", async () => {
  const lengths = Array.from({ length: 300_000 }, (_, i) => i % 3);
  const many = RaggedTensor.fromRowLengths(new Float32Array(300_000), lengths);
  expect(many.toTensor().shape).toEqual([300_000, 2]);
  expect(ragged.constant(lengths.map((n) => [n])).nrows).toBe(300_000);
  expect(ragged.constant([lengths, [1]]).rowLengths()).toEqual([300_000, 1]);
});

test("elements have the dtype that tensor gives them, and means that of the elements", async () => {
  expect(ragged.constant([[true], [false, true]]).dtype).toBe("bool");
  expect(await ragged.constant([[1n], [2n, 3n]]).toList()).toEqual([[1n], [2n, 3n]]);
  expect(ragged.constant([[1], [2]], { dtype: "int32" }).dtype).toBe("int32");
  for (const [dtype, mean] of [["float16", "float16"], ["float64", "float64"], ["int32", "float32"]] as const) {
    const means = ragged.reduceMean(ragged.constant([[1, 2], [3]], { dtype }));
    expect([means.dtype, await means.array()]).toEqual([mean, [1.5, 3]]);
  } // prettier-ignore
});

test("rows of rows", async () => {
  const nested = [[[1], [2, 3]], [], [[], [4]]];
  const deep = ragged.constant(nested);
  expect([deep.raggedRank, deep.shape]).toEqual([2, [3, null, null]]);
  expect(await deep.toList()).toEqual(nested);
  expect(await deep.gather([2, 0]).toList()).toEqual([nested[2], nested[0]]);
  expect(await deep.toTensor().array()).toEqual([
    [
      [1, 0],
      [2, 3],
    ],
    [
      [0, 0],
      [0, 0],
    ],
    [
      [0, 0],
      [4, 0],
    ],
  ]);
});

test("rows are taken, sliced, gathered, joined and masked", async () => {
  expect(await (r.row(-1) as Tensor).array()).toEqual([4, 1, 5]);
  expect(await r.slice(1).toList()).toEqual(rows.slice(1));
  expect(await r.gather([2, 2, 0]).toList()).toEqual([rows[2], rows[2], rows[0]]);
  expect(await ragged.concat([r, r]).toList()).toEqual([...rows, ...rows]);
  expect(await ragged.concat([r, r], 1).toList()).toEqual([[3, 1, 3, 1], [], [4, 1, 5, 4, 1, 5]]);
  expect(await ragged.booleanMask(r, [[true, false], [], [false, true, true]]).toList()).toEqual([[3], [], [1, 5]]);
  expect(await ragged.mapFlatValues((a, b) => a.mul(b), r, r).toList()).toEqual([[9, 1], [], [16, 1, 25]]);
});

test("reductions by row, inside compile and with gradients", async () => {
  expect(await ragged.reduceSum(r).array()).toEqual([4, 0, 10]);
  expect(await ragged.reduceProd(r).array()).toEqual([3, 1, 20]);
  expect(await ragged.reduceMean(r).array()).toEqual([2, 0, Math.fround(10 / 3)]);
  expect(((await ragged.reduceMax(r).array()) as number[])[2]).toBe(5);
  expect(((await ragged.reduceMin(r).array()) as number[])[0]).toBe(1);
  const f = (values: Tensor): Tensor => ragged.reduceSum(r.withValues(values)).square().sum();
  expect(await compile(grad(f))(tensor([3, 1, 4, 1, 5])).array()).toEqual([8, 8, 20, 20, 20]);
});

test("what does not fit is refused at once", () => {
  expect(() => RaggedTensor.fromRowLengths([1, 2], [1, 2])).toThrow("row splits must end at the number of elements: received 3 for 2");
  expect(() => RaggedTensor.fromRowSplits([1, 2], [0, 2, 1])).toThrow("must be whole numbers that rise from 0");
  expect(() => RaggedTensor.fromValueRowids([1, 2], [1, 0])).toThrow("received 0 at 1");
  expect(() => ragged.constant([1, [2]])).toThrow("nested equally deep");
  expect(() => r.row(3)).toThrow("row 3 is out of range: there are 3");
  expect(() => ragged.booleanMask(r, [[true]])).toThrow("mask must have rows of lengths [2,0,3]: received [1]");
  expect(() => RaggedTensor.fromRowSplits([1, 2], tensor([0, 2]) as never)).toThrow(
    "row splits must be a list of numbers: received a tensor",
  );
  expect(() => RaggedTensor.fromRowLengths([1, 2], null as never)).toThrow("row lengths must be a list of numbers: received null");
  expect(() => RaggedTensor.fromValueRowids([1], [0], 1.5)).toThrow("nrows must be an integer of at least 0: received 1.5");
  expect(() => r.toTensor({ length: NaN })).toThrow("length must be an integer of at least 0: received NaN");
  expect(() => ragged.concat([r, ragged.constant([[[1]]])])).toThrow("rows are not nested equally deep");
  expect(() => ragged.concat([r, r], 2 as never)).toThrow("axis must be 0 or 1: received 2");
  expect(() => ragged.reduceSum(tensor([1]) as never)).toThrow("x must be a RaggedTensor");
});
