import { reference } from "@neurite/backend-reference";
import { compile, GradientTape, ops, setDefaultDevice, type Tensor, tensor, Variable } from "@neurite/core";
import { beforeAll, expect, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

const table = (): Variable =>
  new Variable([
    [1, 2, 3],
    [4, 5, 6],
  ]);

test("parts named as in NumPy are read, replaced and added to", async () => {
  const v = table();
  expect(await v.at(0, 1).array()).toBe(2);
  v.at(0, 1).assign(20);
  v.at(":", -1).assignAdd([10, 20]);
  v.at(1, [null, null, -2]).assignSub(1);
  v.at("...", 0).assignMul(2);
  expect(await v.array()).toEqual([
    [2, 20, 13],
    [6, 5, 25],
  ]);
  const rows = tensor(new Int32Array([1, 1, 0]));
  v.at(rows, 0).assignAdd([1, 1, 1]);
  expect(await v.at(":", 0).array()).toEqual([3, 8]);
  v.at(rows).assignMax(7);
  v.slice([0, 1], [2, 2]).assign(0);
  v.slice([0, 1], [1, 2]).assignSub([1, 2]);
  expect(await v.array()).toEqual([
    [7, -1, -2],
    [8, 0, 0],
  ]);
});

test("scatterUpdate replaces and combines slices at rows of coordinates", async () => {
  const v = table();
  v.scatterUpdate([[1]], [[7, 8, 9]]);
  v.scatterUpdate(
    [
      [0, 0],
      [0, 0],
    ],
    [1, 1],
    { reduction: "add" },
  );
  expect(await v.array()).toEqual([
    [3, 2, 3],
    [7, 8, 9],
  ]);
});

test("updates are cast, and must broadcast to the part", async () => {
  const counts = new Variable(new Int32Array([1, 2]), { trainable: false });
  counts.at(0).assignAdd(1);
  expect(await counts.array()).toEqual([2, 2]);
  expect(() => table().at(0).assign([1, 2])).toThrow("[assign] shapes do not broadcast: [3] and [2]");
  expect(() => table().at(0, 1).assign([1, 2])).toThrow("[assign] updates must broadcast to []: received float32[2]");
  expect(() => table().at(2)).toThrow("[get_item] index 2 is out of range for axis 0 of float32[2,3]");
});

test("inside compiled functions, parts read afterwards are the new ones, and gradients see the variable", async () => {
  const v = table();
  const step = compile((i: Tensor) => {
    v.at(i, 0).assignAdd(100);
    return v.at(":", 0);
  });
  expect(await step(tensor(new Int32Array([1]))).array()).toEqual([1, 104]);
  expect(await step(tensor(new Int32Array([0]))).array()).toEqual([101, 104]);
  const tape = new GradientTape();
  const loss = tape.run(() => ops.sum(v.at(1).square()));
  expect(await tape.gradient(loss, v)?.array()).toEqual([
    [0, 0, 0],
    [208, 10, 12],
  ]);
});
