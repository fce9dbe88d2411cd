import { reference } from "@neurite/backend-reference";
import { setDefaultDevice, ValueError } from "@neurite/core";
import { beforeAll, expect, test } from "vitest";
import { digits } from "./digits.ts";
import type { ImageDataset } from "./image-dataset.ts";

let dataset: ImageDataset;
let milliseconds: number;

beforeAll(async () => {
  setDefaultDevice(reference());
  const start = performance.now();
  dataset = await digits.loadData();
  milliseconds = performance.now() - start;
});

const imagesOf = (data: Float32Array): string[] =>
  Array.from({ length: data.length / 784 }, (_, i) => Buffer.from(data.slice(i * 784, (i + 1) * 784).buffer).toString("base64"));

test("10,000 images of 28 by 28 come in two parts with their labels", () => {
  const { train, test: held, classNames } = dataset;
  expect([train.x.shape, train.y.shape, held.x.shape, held.y.shape]).toEqual([[9000, 28, 28], [9000], [1000, 28, 28], [1000]]);
  expect([train.x.dtype, train.y.dtype]).toEqual(["float32", "int32"]);
  expect(classNames).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

test("pixels are in 0 … 1 and as bright as MNIST's are on average (0.1307)", () => {
  const pixels = dataset.train.x.dataSync();
  let sum = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const pixel of pixels) {
    sum += pixel;
    low = Math.min(low, pixel);
    high = Math.max(high, pixel);
  }
  expect([low, high]).toEqual([0, 1]);
  expect(sum / pixels.length).toBeCloseTo(0.1307, 2);
});

test("both parts together hold each class as often as the first 10,000 images of MNIST do", () => {
  const counts = new Array<number>(10).fill(0);
  for (const part of [dataset.train, dataset.test]) for (const label of part.y.dataSync()) (counts[label] as number)++;
  expect(counts).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  expect(new Set(dataset.test.y.dataSync()).size).toBe(10);
});

test("no image is in both parts, and labels stay with their images", async () => {
  const train = imagesOf(dataset.train.x.dataSync());
  const held = imagesOf(dataset.test.x.dataSync());
  const known = new Set(train);
  expect(held.filter((image) => known.has(image))).toEqual([]);

  // A zero has a hole: its centre is dark, where that of a one is bright.
  const centre = [0, 0];
  const seen = [0, 0];
  const pixels = dataset.train.x.dataSync();
  dataset.train.y.dataSync().forEach((label, i) => {
    if (label > 1) return;
    (centre[label] as number) += pixels[i * 784 + 14 * 28 + 14] as number;
    (seen[label] as number)++;
  });
  expect((centre[0] as number) / (seen[0] as number)).toBeLessThan(0.1);
  expect((centre[1] as number) / (seen[1] as number)).toBeGreaterThan(0.8);
});

test("a seed decides the split", async () => {
  const [again, other] = await Promise.all([digits.loadData(), digits.loadData({ seed: 1, testSize: 10 })]);
  expect(again.test.y.dataSync()).toEqual(dataset.test.y.dataSync());
  expect(again.train.x.dataSync()).toEqual(dataset.train.x.dataSync());
  expect(other.test.x.shape).toEqual([10, 28, 28]);
  expect(other.train.y.dataSync().slice(0, 50)).not.toEqual(dataset.train.y.dataSync().slice(0, 50));
});

test.each([0, 10_000, 2.5, -1])("a test size of %d is refused", async (testSize) => {
  await expect(digits.loadData({ testSize })).rejects.toThrow(ValueError);
  await expect(digits.loadData({ testSize })).rejects.toThrow(`testSize must be a whole number from 1 to 9999: got ${testSize}`);
});

test("loading takes no longer than reading 20 MB of JSON has to", () => {
  // About half a second on a laptop; the bound leaves room for a busy machine.
  expect(milliseconds).toBeLessThan(5000);
});
