import { build, type PrimitiveParams } from "@neurite/core";
import { expect, test } from "vitest";
import { evaluate, evaluateAll, f64, i32, numbers, sample } from "../../test/evaluate.ts";

const { conv } = build;
type ConvParams = PrimitiveParams["conv"];

interface Case {
  readonly groups: number;
  readonly batch: number;
  readonly spatial: readonly number[];
  readonly channels: number;
  readonly window: readonly number[];
  readonly features: number;
  readonly params: ConvParams;
}

/** The definition, dilating and padding for real and then sliding. Two spatial axes. */
function naive({ groups, batch, spatial, channels, window, features, params }: Case, x: readonly number[], w: readonly number[]): number[] {
  const { strides, padding, lhsDilation, rhsDilation } = params;
  const grid = spatial.map((size, i) => (size - 1) * lhsDilation[i] + 1 + padding[i][0] + padding[i][1]);
  const out = grid.map((size, i) => Math.floor((size - (window[i] - 1) * rhsDilation[i] - 1) / strides[i]) + 1);
  const read = (g: number, n: number, row: number, column: number, c: number): number => {
    const [r, s] = [row, column].map((at, i) => (at - padding[i][0]) / lhsDilation[i]);
    if (![r, s].every((at, i) => Number.isInteger(at) && at >= 0 && at < spatial[i])) return 0;
    return x[(((g * batch + n) * spatial[0] + r) * spatial[1] + s) * channels + c];
  };
  const results: number[] = [];
  for (let g = 0; g < groups; g++) {
    for (let n = 0; n < batch; n++) {
      for (let i = 0; i < out[0]; i++) {
        for (let j = 0; j < out[1]; j++) {
          for (let o = 0; o < features; o++) {
            let total = 0;
            for (let a = 0; a < window[0]; a++) {
              for (let b = 0; b < window[1]; b++) {
                for (let c = 0; c < channels; c++) {
                  const weight = w[(((g * window[0] + a) * window[1] + b) * channels + c) * features + o];
                  total += weight * read(g, n, i * strides[0] + a * rhsDilation[0], j * strides[1] + b * rhsDilation[1], c);
                }
              }
            }
            results.push(total);
          }
        }
      }
    }
  }
  return results;
}

const plain: ConvParams = {
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  lhsDilation: [1, 1],
  rhsDilation: [1, 1],
};
const base: Case = { groups: 1, batch: 2, spatial: [6, 7], channels: 3, window: [3, 2], features: 4, params: plain };

test.each<[string, Partial<Case>]>([
  ["plain", {}],
  ["strides", { params: { ...plain, strides: [2, 3] } }],
  [
    "padding, uneven",
    {
      params: {
        ...plain,
        padding: [
          [1, 2],
          [0, 3],
        ],
      },
    },
  ],
  [
    "negative padding crops",
    {
      params: {
        ...plain,
        padding: [
          [-1, 1],
          [-2, 0],
        ],
      },
    },
  ],
  ["dilated windows", { params: { ...plain, rhsDilation: [2, 3] } }],
  [
    "dilated input, as transposed convolution has",
    {
      params: {
        ...plain,
        lhsDilation: [2, 3],
        padding: [
          [2, 2],
          [1, 1],
        ],
      },
    },
  ],
  [
    "all at once, in groups",
    {
      groups: 3,
      params: {
        strides: [2, 1],
        padding: [
          [3, -1],
          [-1, 2],
        ],
        lhsDilation: [2, 1],
        rhsDilation: [1, 2],
      },
    },
  ],
  ["one by one", { window: [1, 1], features: 9 }],
  ["depthwise: one channel a group", { groups: 5, channels: 1, features: 2 }],
  ["the window covers everything", { spatial: [3, 2], batch: 1 }],
  ["nothing in the batch", { batch: 0 }],
])("two axes, against the definition: %s", (_name, changes) => {
  const shape = { ...base, ...changes };
  const { groups, batch, spatial, channels, window, features, params } = shape;
  const x = numbers(groups * batch * spatial[0] * spatial[1] * channels, 5);
  const w = numbers(groups * window[0] * window[1] * channels * features, 6);
  const found = evaluate([f64([groups, batch, ...spatial, channels], x), f64([groups, ...window, channels, features], w)], (a, b) =>
    conv(a, b, params),
  );
  const expected = naive(shape, x, w);
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
});

test("one axis and three axes, by hand", () => {
  const one: ConvParams = { strides: [1], padding: [[1, 0]], lhsDilation: [1], rhsDilation: [1] };
  expect(evaluate([i32([1, 1, 4, 1], [1, 2, 3, 4]), i32([1, 2, 1, 1], [10, 1])], (a, b) => conv(a, b, one))).toEqual([1, 12, 23, 34]);
  const three: ConvParams = {
    strides: [1, 1, 1],
    padding: [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    lhsDilation: [1, 1, 1],
    rhsDilation: [1, 1, 1],
  };
  const cube = i32([1, 1, 2, 2, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  // Ones over [2, 2, 2]: 1+2+4+5+7+8+10+11 and one to the right.
  expect(evaluate([cube, i32([1, 2, 2, 2, 1, 1], new Array<number>(8).fill(1))], (a, b) => conv(a, b, three))).toEqual([48, 56]);
});

test("more rows than one block of patches takes", () => {
  const [size, channels, features] = [40, 64, 2];
  const x = numbers(size * size * channels);
  const w = numbers(9 * channels * features, 2);
  const shape: Case = { groups: 1, batch: 1, spatial: [size, size], channels, window: [3, 3], features, params: plain };
  const found = evaluate([f64([1, 1, size, size, channels], x), f64([1, 3, 3, channels, features], w)], (a, b) => conv(a, b, plain));
  const expected = naive(shape, x, w);
  expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-11);
});

test("integers wrap, complex64 multiplies both parts", () => {
  const one: ConvParams = { strides: [1], padding: [[0, 0]], lhsDilation: [1], rhsDilation: [1] };
  expect(evaluate([i32([1, 1, 1, 1], [2 ** 30]), i32([1, 1, 1, 1], [6])], (a, b) => conv(a, b, one))).toEqual([-(2 ** 31)]);
  const z = sample("complex64", [1, 1, 2, 1], [1, 2, 0, 1]);
  expect(evaluate([z, sample("complex64", [1, 1, 1, 1], [0, 1])], (a, b) => conv(a, b, one))).toEqual([-2, 1, -1, 0]);
  const wide = evaluateAll([sample("int64", [1, 1, 2, 1], [2n ** 40n, 1n]), sample("int64", [1, 2, 1, 1], [3n, -1n])], (a, b) =>
    conv(a, b, one),
  );
  expect(wide[0]).toEqual([3n * 2n ** 40n - 1n]);
});
