/** Convolutions, pools, attention and losses against plain loops over their definitions. */
import { ops, setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

const values = (shape: readonly number[], seed = 1): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + seed) + seed)),
    { shape },
  );
};

/** An accessor by indices, 0 outside. */
function reader(x: Tensor): (...index: number[]) => number {
  const data = x.dataSync() as Float32Array;
  return (...index) => {
    let place = 0;
    for (let i = 0; i < index.length; i++) {
      if ((index[i] as number) < 0 || (index[i] as number) >= (x.shape[i] as number)) return 0;
      place = place * (x.shape[i] as number) + (index[i] as number);
    }
    return data[place] as number;
  };
}

function expectClose(x: Tensor, expected: (...index: number[]) => number): void {
  const data = x.dataSync() as Float32Array;
  const index = x.shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % (x.shape[axis] as number);
      rest = Math.floor(rest / (x.shape[axis] as number));
    }
    expect(Math.abs((data[i] as number) - expected(...index)), `at [${index.join()}]`).toBeLessThan(2e-5);
  }
}

const same = (size: number, window: number, stride: number, dilation = 1): number =>
  Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + (window - 1) * dilation + 1 - size, 0) / 2);

describe("conv", () => {
  test.each<
    readonly [string, { readonly strides?: number; readonly dilation?: number; readonly groups?: number; readonly padding?: "same" }]
  >([
    ["valid", {}],
    ["strided same", { strides: 2, padding: "same" }],
    ["dilated same", { dilation: 2, padding: "same" }],
    ["grouped", { groups: 2 }],
    ["depthwise by groups", { groups: 4, padding: "same" }],
  ])("2-d %s, channels last and first", (_, { strides = 1, dilation = 1, groups = 1, padding }) => {
    const [h, w, c, o, kh, kw] = [7, 6, 4, 8, 3, 2];
    const x = values([2, h, w, c]);
    const kernel = values([kh, kw, c / groups, o], 5);
    const [at, weight] = [reader(x), reader(kernel)];
    const [top, left] = padding === "same" ? [same(h, kh, strides, dilation), same(w, kw, strides, dilation)] : [0, 0];
    const expected = (n: number, i: number, j: number, f: number): number => {
      let sum = 0;
      const group = Math.floor(f / (o / groups));
      for (let a = 0; a < kh; a++) {
        for (let b = 0; b < kw; b++) {
          for (let k = 0; k < c / groups; k++) {
            sum +=
              at(n, i * strides + a * dilation - top, j * strides + b * dilation - left, group * (c / groups) + k) * weight(a, b, k, f);
          }
        }
      }
      return sum;
    };
    const options = { strides, dilationRate: dilation, ...(padding && { padding }) };
    const result = ops.conv(x, kernel, options);
    expectClose(result, expected);
    const first = ops.conv(ops.transpose(x, { axes: [0, 3, 1, 2] }), kernel, { ...options, dataFormat: "channels_first" });
    expectClose(first, (n, f, i, j) => expected(n, i, j, f));
  });

  test("1-d causal: no result depends on later inputs", () => {
    const x = values([1, 6, 2]);
    const kernel = values([3, 2, 1]);
    const [at, weight] = [reader(x), reader(kernel)];
    expectClose(ops.conv(x, kernel, { padding: "causal", dilationRate: 2 }), (n, i) => {
      let sum = 0;
      for (let a = 0; a < 3; a++) for (let k = 0; k < 2; k++) sum += at(n, i + 2 * a - 4, k) * weight(a, k, 0);
      return sum;
    });
  });

  test("3-d", () => {
    const x = values([1, 3, 4, 3, 2]);
    const kernel = values([2, 2, 2, 2, 3]);
    const [at, weight] = [reader(x), reader(kernel)];
    expectClose(ops.conv(x, kernel), (n, i, j, l, f) => {
      let sum = 0;
      for (let a = 0; a < 2; a++)
        for (let b = 0; b < 2; b++)
          for (let d = 0; d < 2; d++) for (let k = 0; k < 2; k++) sum += at(n, i + a, j + b, l + d, k) * weight(a, b, d, k, f);
      return sum;
    });
  });

  test("separableConv is a depthwise convolution and then a pointwise one", async () => {
    const x = values([1, 5, 5, 2]);
    const [depthwise, pointwise] = [values([3, 3, 2, 2]), values([1, 1, 4, 3])];
    const expected = ops.conv(ops.depthwiseConv(x, depthwise, { padding: "same" }), pointwise);
    expect(await ops.separableConv(x, depthwise, pointwise, { padding: "same" }).array()).toEqual(await expected.array());
  });
});

describe("pools", () => {
  test.each([
    [3, 1, "same"],
    [2, 2, "valid"],
    [3, 2, "same"],
  ] as const)("of %i with stride %i, %s", (window, stride, padding) => {
    const x = values([2, 7, 5, 3]);
    const at = reader(x);
    const offsets = [7, 5].map((size) => (padding === "same" ? same(size, window, stride) : 0));
    const inside = (i: number, j: number): boolean => i >= 0 && i < 7 && j >= 0 && j < 5;
    const each = (i: number, j: number): [number, number][] => {
      const places: [number, number][] = [];
      for (let a = 0; a < window; a++) {
        for (let b = 0; b < window; b++) {
          const place: [number, number] = [i * stride + a - (offsets[0] as number), j * stride + b - (offsets[1] as number)];
          if (inside(...place)) places.push(place);
        }
      }
      return places;
    };
    expectClose(ops.maxPool(x, window, { strides: stride, padding }), (n, i, j, c) =>
      Math.max(...each(i, j).map(([a, b]) => at(n, a, b, c))),
    );
    expectClose(ops.averagePool(x, window, { strides: stride, padding }), (n, i, j, c) => {
      const places = each(i, j);
      return places.reduce((sum, [a, b]) => sum + at(n, a, b, c), 0) / places.length;
    });
  });

  test("adaptive pools overlap where sizes do not divide, as PyTorch's", async () => {
    const x = ops.reshape(ops.arange(5, { dtype: "float32" }), [1, 5, 1]);
    expect(await ops.adaptiveAveragePool(x, 3).array()).toEqual([[[0.5], [2], [3.5]]]);
    expect(await ops.adaptiveMaxPool(x, 3).array()).toEqual([[[1], [3], [4]]]);
  });
});

describe("attention", () => {
  test("with mask, bias, causality and shared heads", () => {
    const [b, t, s, heads, shared, size] = [2, 3, 3, 4, 2, 5];
    const [q, k, v] = [values([b, t, heads, size]), values([b, s, shared, size], 2), values([b, s, shared, size], 3)];
    const bias = values([b, heads, t, s], 4);
    const mask = ops.greater(values([b, 1, t, s], 6), -0.8);
    const [query, key, value, extra, visible] = [reader(q), reader(k), reader(v), reader(bias), reader(ops.cast(mask, "float32"))];
    expectClose(ops.dotProductAttention(q, k, v, { bias, mask, isCausal: true }), (n, i, h, d) => {
      const logits = Array.from({ length: s }, (_, j) => {
        if (j > i || visible(n, 0, i, j) === 0) return -1e38;
        let sum = 0;
        for (let c = 0; c < size; c++) sum += query(n, i, h, c) * key(n, j, Math.floor(h / (heads / shared)), c);
        return sum / Math.sqrt(size) + extra(n, h, i, j);
      });
      const top = Math.max(...logits);
      const weights = logits.map((x) => Math.exp(x - top));
      const total = weights.reduce((a, x) => a + x, 0);
      return weights.reduce((sum, w, j) => sum + (w / total) * value(n, j, Math.floor(h / (heads / shared)), d), 0);
    });
  });
});

describe("cross-entropies", () => {
  test("from logits far out they stay finite and exact", async () => {
    expect(await ops.binaryCrossentropy([0, 1, 1], [200, -200, 200], { fromLogits: true }).array()).toEqual([200, 200, 0]);
    expect(
      await ops
        .sparseCategoricalCrossentropy(
          [1, 0],
          [
            [500, 0],
            [500, 0],
          ],
          { fromLogits: true },
        )
        .array(),
    ).toEqual([500, 0]);
    expect(await ops.categoricalCrossentropy([[0, 1]], [[500, 0]], { fromLogits: true }).array()).toEqual([500]);
  });

  test("probabilities of 0 and 1 are clipped by 1e-7", async () => {
    const [loss] = (await ops.binaryCrossentropy([1], [0]).array()) as number[];
    expect(loss).toBeCloseTo(-Math.log(1e-7), 4);
    const [sparse] = (await ops.sparseCategoricalCrossentropy([0], [[0, 1]]).array()) as number[];
    expect(sparse).toBeCloseTo(-Math.log(1e-7), 3);
  });

  test("labels may come as floats, with a last axis of 1, and along another axis of classes", async () => {
    const p = [
      [0.2, 0.8],
      [0.5, 0.5],
    ];
    const expected = [-Math.log(0.8), -Math.log(0.5)];
    for (const loss of [
      ops.sparseCategoricalCrossentropy(tensor([1, 0]), p),
      ops.sparseCategoricalCrossentropy([[1], [0]], p),
      ops.sparseCategoricalCrossentropy(tensor([1, 0], { dtype: "uint8" }), ops.transpose(p), { axis: 0 }),
    ]) {
      ((await loss.array()) as number[]).forEach((x, i) => expect(x).toBeCloseTo(expected[i] as number, 5));
    }
  });

  test("ctcLoss sums over all alignments", async () => {
    const logits = values([1, 4, 3]);
    const p = (await ops.softmax(logits).array()) as number[][][];
    // Every path of four steps that reads 1, 2 without repetitions and blanks (0).
    let total = 0;
    for (let path = 0; path < 81; path++) {
      const steps = [0, 1, 2, 3].map((t) => Math.floor(path / 3 ** t) % 3);
      const read = steps.filter((label, t) => label !== 0 && label !== steps[t - 1]);
      if (read.join() === "1,2") total += steps.reduce((product, label, t) => product * ((p[0] as number[][])[t] as number[])[label]!, 1);
    }
    expect(((await ops.ctcLoss([[1, 2]], logits, [2], [4]).array()) as number[])[0]).toBeCloseTo(-Math.log(total), 4);
    // Only the first labels and the first steps count.
    const shorter = ops.ctcLoss([[1, 2, 1]], ops.concatenate([logits, ops.ones([1, 2, 3])], { axis: 1 }), [2], [4]);
    expect(((await shorter.array()) as number[])[0]).toBeCloseTo(-Math.log(total), 4);
  });
});

test("multiHot joins one-hot vectors", async () => {
  expect(
    await ops
      .multiHot(
        [
          [0, 2],
          [1, 1],
        ],
        { numClasses: 3 },
      )
      .array(),
  ).toEqual([
    [1, 0, 1],
    [0, 1, 0],
  ]);
  expect(await ops.oneHot([0, 3, -1], 2).array()).toEqual([
    [1, 0],
    [0, 0],
    [0, 0],
  ]);
});

test("ctcDecode by beams finds the most probable label sequences, summed over alignments", async () => {
  const logits = values([1, 4, 3]);
  const p = (await ops.softmax(logits).array()) as number[][][];
  const sums = new Map<string, number>();
  for (let path = 0; path < 81; path++) {
    const steps = [0, 1, 2, 3].map((t) => Math.floor(path / 3 ** t) % 3);
    const read = steps.filter((label, t) => label !== 0 && label !== steps[t - 1]).join();
    const probability = steps.reduce((product, label, t) => product * ((p[0] as number[][])[t] as number[])[label]!, 1);
    sums.set(read, (sums.get(read) ?? 0) + probability);
  }
  const best = [...sums].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const [labels, scores] = ops.ctcDecode(logits, [4], { strategy: "beam_search", topPaths: 3 });
  const padded = best.map(([read]) => [[...read.split(",").filter(Boolean).map(Number), -1, -1, -1, -1].slice(0, 4)]);
  expect(await labels.array()).toEqual(padded);
  ((await scores.array()) as number[][])[0]?.forEach((score, i) =>
    expect(score).toBeCloseTo(Math.log((best[i] as [string, number])[1]), 4),
  );
});

test("istft undoes stft", async () => {
  const x = values([2, 40]);
  const [re, im] = ops.stft(x, 8, 4, 10);
  const back = ops.istft([re, im], 8, 4, 10, { length: 40 });
  expect(back.shape).toEqual([2, 40]);
  const [found, expected] = [back.dataSync() as Float32Array, x.dataSync() as Float32Array];
  found.forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5));
});
