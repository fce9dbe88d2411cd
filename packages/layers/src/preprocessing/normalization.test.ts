import { reference } from "@neurite/backend-reference";
import { ops, setDefaultDevice, setSeed, type Tensor, tensor } from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import { AdaptiveAveragePooling1D, AdaptiveMaxPooling2D, Dense, Dropout, Normalization, SpectralNormalization } from "../index.ts";

beforeAll(() => {
  setDefaultDevice(reference());
  setSeed(2);
});

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);

describe("Normalization", () => {
  const data = [[0, 7, 4], [2, 9, 6], [0, 7, 4], [2, 9, 7]]; // prettier-ignore
  const statistics = [0, 1, 2].map((i) => {
    const column = data.map((row) => row[i]!);
    const mean = column.reduce((a, b) => a + b) / 4;
    return { mean, deviation: Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4) };
  });

  it.each<[string, () => Parameters<Normalization["adapt"]>[0]]>([
    ["an array", () => data],
    ["batches of different sizes", () => [tensor(data.slice(0, 1)), tensor(data.slice(1))]],
    ["a stream", () => (async function* () { for (const row of data) yield tensor([row]); })()], // prettier-ignore
  ])("has mean 0 and deviation 1 after adapting to %s", async (_, source) => {
    const layer = new Normalization();
    await layer.adapt(source());
    const values = flat(await (layer(data) as Tensor).array());
    values.forEach((value, i) => expect(value).toBeCloseTo((data.flat()[i]! - statistics[i % 3]!.mean) / statistics[i % 3]!.deviation, 4));
    const back = new Normalization({ invert: true });
    await back.adapt(data);
    flat(await (back(layer(data) as Tensor) as Tensor).array()).forEach((value, i) => expect(value).toBeCloseTo(data.flat()[i]!, 4));
    expect(await layer.count!.item()).toBe(4);
  });

  it("takes means and variances as they are given, one for all features too", async () => {
    expect(await (new Normalization({ mean: [3, 5], variance: [4, 1] })([[5, 5]]) as Tensor).array()).toEqual([[1, 0]]);
    expect(await (new Normalization({ axis: null, mean: 1, variance: 4 })([[5, 3]]) as Tensor).array()).toEqual([[2, 1]]);
  });

  it("says what is wrong", async () => {
    expect(() => new Normalization({ mean: 1 })).toThrow(/mean and variance are given together/);
    expect(() => new Normalization({ axis: 3 })([[1, 2]])).toThrow(/axis 3 must be one of known size/);
    await expect(new Normalization({ mean: 1, variance: 1, axis: null }).adapt(data)).rejects.toThrow(/nothing to adapt/);
    await expect(new Normalization().adapt([].values())).rejects.toThrow(/was given no data/);
  });
});

describe("SpectralNormalization", () => {
  it("brings the largest singular value near 1 in training, and leaves the kernel alone in inference", async () => {
    const dense = new Dense(4, { kernelInitializer: "he_normal" });
    const layer = new SpectralNormalization(dense, { powerIterations: 30 });
    const x = ops.ones([2, 6]);
    (layer as unknown as (x: Tensor, o: object) => Tensor)(x, {});
    const before = await dense.kernel.array();
    layer(x);
    expect(await dense.kernel.array()).toEqual(before);
    layer(x, { training: true });
    const [largest] = (await ops.svd(dense.kernel, { computeUv: false }).array()) as number[];
    expect(largest).toBeCloseTo(1, 3);
    expect(layer.weights.map(({ shape }) => [...shape])).toEqual([[6, 4], [1, 4], [4]]); // prettier-ignore
  });

  it("leaves a kernel of zeros, and refuses layers without one", async () => {
    const dense = new Dense(2, { kernelInitializer: "zeros" });
    const layer = new SpectralNormalization(dense);
    layer(ops.ones([1, 3]), { training: true });
    expect(flat(await dense.kernel.array())).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => new SpectralNormalization(new Dropout(0.5))(ops.ones([1, 3]))).toThrow(/has neither kernel nor embeddings/);
  });
});

it("adaptive pools cover the input evenly, as their windows' edges say", async () => {
  const x = tensor([[[1], [2], [3], [4], [5]]]); // prettier-ignore
  // Windows of 5 in 2: [0, 3) and [2, 5).
  expect(flat(await (new AdaptiveAveragePooling1D(2)(x) as Tensor).array())).toEqual([2, 4]);
  const picture = ops.reshape(ops.arange(12), [1, 3, 4, 1]);
  expect(flat(await (new AdaptiveMaxPooling2D([1, 2])(picture) as Tensor).array())).toEqual([9, 11]);
});
