import { reference } from "@neurite/backend-reference";
import { setDefaultDevice, tensor } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { toCategorical } from "./index.ts";

beforeAll(() => setDefaultDevice(reference()));

// Expected values are those of Keras 3.
describe("toCategorical", () => {
  test("gives rows of Keras", async () => {
    expect(await toCategorical([[1], [0], [2]]).array()).toEqual([[0, 1, 0], [1, 0, 0], [0, 0, 1]]); // prettier-ignore
    const wide = toCategorical([[1, 0], [2, 1]], { numClasses: 4 }); // prettier-ignore
    expect(wide.shape).toEqual([2, 2, 4]);
    expect(await wide.array()).toEqual([[[0, 1, 0, 0], [1, 0, 0, 0]], [[0, 0, 1, 0], [0, 1, 0, 0]]]); // prettier-ignore
    expect(await toCategorical(Uint8Array.of(1, 0)).array()).toEqual([[0, 1], [1, 0]]); // prettier-ignore
    expect(await toCategorical(tensor([1, 0], { dtype: "int32" }), { numClasses: 2 }).array()).toEqual([[0, 1], [1, 0]]); // prettier-ignore
  });

  test("what is wrong is said", () => {
    expect(() => toCategorical([0, -1])).toThrow("labels must be whole numbers from 0 on: received -1");
    expect(() => toCategorical([0, 1.5])).toThrow("received 1.5");
    expect(() => toCategorical([0, 3], { numClasses: 3 })).toThrow("label 3 is not below numClasses, which is 3");
    expect(() => toCategorical(tensor([0, 1]))).toThrow("want numClasses");
    expect(() => toCategorical([0], { numClasses: 0 })).toThrow("numClasses must be a positive integer: received 0");
    expect(() => toCategorical([])).toThrow("no labels");
  });
});
