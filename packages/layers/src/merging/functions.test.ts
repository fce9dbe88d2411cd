import { reference } from "@neurite/backend-reference";
import { ops, setDefaultDevice, tensor } from "@neurite/core";
import { beforeAll, expect, test } from "vitest";
import * as layers from "../index.ts";

beforeAll(() => setDefaultDevice(reference()));

test.each([
  ["add", layers.add as layers.MergeFunction, [[4, 7]]],
  ["average", layers.average as layers.MergeFunction, [[2, 3.5]]],
  ["maximum", layers.maximum as layers.MergeFunction, [[3, 5]]],
  ["minimum", layers.minimum as layers.MergeFunction, [[1, 2]]],
  ["multiply", layers.multiply as layers.MergeFunction, [[3, 10]]],
  ["subtract", layers.subtract as layers.MergeFunction, [[-2, -3]]],
  ["concatenate", layers.concatenate as layers.MergeFunction, [[1, 2, 3, 5]]],
  ["dot", layers.dot as layers.MergeFunction, [[13]]],
] as const)("%s, of tensors and symbolic tensors", async (_name, merge, expected) => {
  expect(await merge([tensor([[1, 2]]), tensor([[3, 5]])]).array()).toEqual(expected);
  const x = layers.Input({ shape: [2] });
  const y = merge([x, x]);
  expect(y.shape).toEqual([null, expected[0].length]);
  expect(() => merge(tensor([[1, 2]]) as never)).toThrow("a list of tensors is needed");
});

test("options go to the layer", async () => {
  expect(await layers.concatenate([ops.ones([1, 2, 1]), ops.zeros([1, 1, 1])], { axis: 1, name: "both" }).array()).toEqual([
    [[1], [1], [0]],
  ]);
  expect(await layers.dot([tensor([[3, 4]]), tensor([[3, 4]])], 1, { normalize: true }).item()).toBeCloseTo(1, 6);
  expect(() => layers.add([ops.ones([1, 2])], { axis: 1 } as never)).toThrow('unknown option "axis"');
});

test("second names are the same classes", () => {
  expect(layers.MaxPool2D).toBe(layers.MaxPooling2D);
  expect(layers.GlobalAvgPool2D).toBe(layers.GlobalAveragePooling2D);
  expect(layers.Convolution2DTranspose).toBe(layers.Conv2DTranspose);
});
