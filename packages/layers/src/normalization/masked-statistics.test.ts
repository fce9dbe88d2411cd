import { reference } from "@neurite/backend-reference";
import { maskOf, ops, setDefaultDevice, setMask, type Tensor, tensor, type Variable } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { BatchNormalization, type BatchNormalizationOptions } from "../index.ts";

beforeAll(() => setDefaultDevice(reference()));

const x = [
  [[0.13, -0.13], [0.64, 0.1], [-0.54, 0.36]],
  [[1.3, 0.95], [-0.7, -1.27], [-0.62, 0.04]],
]; // prettier-ignore
const mask = [[true, true, false], [true, false, false]]; // prettier-ignore

const numbers = async (values: Tensor | Variable): Promise<number[]> => Array.from((await values.data()) as Float32Array);
const close = (actual: number[], expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - expected[i]!), `${i}: ${value} for ${expected[i]!}`).toBeLessThan(2e-5 * Math.max(1, Math.abs(expected[i]!))));
}; // prettier-ignore

/** Outputs and moving statistics of Keras 3 on TensorFlow, with momentum 0.9 and the mask above. */
const cases: readonly (readonly [BatchNormalizationOptions, readonly number[], readonly number[], readonly number[]])[] = [
  [
    {},
    [-1.166667, -0.937918, -0.104167, -0.4439, -2.5625, 0.114555, 1.270833, 1.381818, -2.895834, -3.386529, -2.729167, -0.572774],
    [0.069, 0.030667],
    [0.92294, 0.921576],
  ],
  [
    { renorm: true },
    [0.13, -0.13, 0.64, 0.1, -0.54, 0.36, 1.3, 0.95, -0.7, -1.27, -0.62, 0.04],
    [0.069, 0.030667],
    [0.897704, 0.894970],
  ],
  [
    { axis: 1 },
    [-0.74046, -1.185592, 0.993211, -0.993211, -17.076298, 11.384199, 1.262634, 0.663418, -3.936058, -6.032837, -19.606119, 1.264911],
    [0.05625, 0.037, 0],
    [0.934017, 0.90729, 0.9],
  ],
]; // prettier-ignore

describe("BatchNormalization leaves out what the mask leaves out", () => {
  test.each(cases)("%o", async (options, outputs, mean, variance) => {
    const layer = new BatchNormalization({ momentum: 0.9, ...options });
    const result = layer(tensor(x), { training: true, mask: tensor(mask) });
    close(await numbers(result), outputs);
    close(await numbers(layer.movingMean), mean);
    close(await numbers(layer.movingVariance), variance);
  });

  test("the mask that comes with the inputs counts, and goes on", async () => {
    const layer = new BatchNormalization({ momentum: 0.9 });
    const inputs = tensor(x);
    setMask(inputs, tensor(mask));
    const result = layer(inputs, { training: true });
    close(await numbers(layer.movingMean), [0.069, 0.030667]);
    expect(await (maskOf(result) as Tensor).array()).toEqual(mask);
  });

  test("a mask of true is no mask, one of false counts nothing, one of another rank is an error", async () => {
    const [plain, whole, none] = [new BatchNormalization(), new BatchNormalization(), new BatchNormalization()];
    const expected = await numbers(plain(tensor(x), { training: true }));
    close(await numbers(whole(tensor(x), { training: true, mask: ops.cast(ops.ones([2, 3]), "bool") })), expected);
    none(tensor(x), { training: true, mask: ops.cast(ops.zeros([2, 3]), "bool") });
    close(await numbers(none.movingMean), [0, 0]);
    expect(() => plain(tensor(x), { training: true, mask: tensor([true, false]) })).toThrow(
      "one axis less than the inputs: mask [2], inputs [2,3,2]",
    );
  });
});
