import { build, type WindowParams } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { evaluate, evaluateAll, f32, f64, i32, numbers, sample } from "../../test/evaluate.ts";

const { reduceWindow, windowGather, windowScatter } = build;

/** For each window the flat positions of the elements it holds, in row-major order; two axes. */
function windows([rows, columns]: readonly number[], { window, strides, padding, dilation }: WindowParams): number[][] {
  const [outRows, outColumns] = [rows, columns].map(
    (size, i) => Math.floor((size + padding[i][0] + padding[i][1] - (window[i] - 1) * dilation[i] - 1) / strides[i]) + 1,
  );
  const found: number[][] = [];
  for (let i = 0; i < outRows; i++) {
    for (let j = 0; j < outColumns; j++) {
      const held: number[] = [];
      for (let a = 0; a < window[0]; a++) {
        for (let b = 0; b < window[1]; b++) {
          const row = i * strides[0] + a * dilation[0] - padding[0][0];
          const column = j * strides[1] + b * dilation[1] - padding[1][0];
          if (row >= 0 && row < rows && column >= 0 && column < columns) held.push(row * columns + column);
        }
      }
      found.push(held);
    }
  }
  return found;
}

const cases: [string, WindowParams][] = [
  [
    "plain",
    {
      window: [2, 3],
      strides: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilation: [1, 1],
    },
  ],
  [
    "strides",
    {
      window: [2, 2],
      strides: [2, 3],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilation: [1, 1],
    },
  ],
  [
    "padding",
    {
      window: [3, 3],
      strides: [2, 2],
      padding: [
        [1, 2],
        [2, 0],
      ],
      dilation: [1, 1],
    },
  ],
  [
    "dilation",
    {
      window: [2, 3],
      strides: [1, 2],
      padding: [
        [0, 1],
        [1, 1],
      ],
      dilation: [3, 2],
    },
  ],
  [
    "a window in padding alone",
    {
      window: [1, 1],
      strides: [1, 1],
      padding: [
        [1, 0],
        [0, 2],
      ],
      dilation: [1, 1],
    },
  ],
  [
    "along one axis only",
    {
      window: [1, 4],
      strides: [1, 1],
      padding: [
        [0, 0],
        [3, 0],
      ],
      dilation: [1, 1],
    },
  ],
];

describe.each(cases)("windows, against the definition: %s", (_name, params) => {
  const shape = [6, 7];
  const data = numbers(42, 9);
  const held = windows(shape, params);

  test("sum, max, min", () => {
    const [sum, max, min] = evaluateAll([f64(shape, data)], (x) =>
      (["sum", "max", "min"] as const).map((op) => reduceWindow(op, x, params)),
    ) as number[][];
    expect(max).toEqual(held.map((at) => Math.max(...at.map((i) => data[i]))));
    expect(min).toEqual(held.map((at) => Math.min(...at.map((i) => data[i]))));
    held.forEach((at, i) =>
      expect(sum[i]).toBeCloseTo(
        at.reduce((total, k) => total + data[k], 0),
        13,
      ),
    );
  });

  test("window_gather and window_scatter use the first extreme's place", () => {
    // Few distinct values: ties are common.
    const coarse = data.map((x) => Math.round(2 * x));
    const other = numbers(42, 10);
    const chosen = held.map((at) => at.find((i) => coarse[i] === Math.max(...at.map((k) => coarse[k]))));
    expect(evaluate([f64(shape, coarse), f64(shape, other)], (x, y) => windowGather("max", x, y, params))).toEqual(
      chosen.map((at) => (at === undefined ? 0 : other[at])),
    );
    const cotangent = numbers(held.length, 11);
    const [rows, columns] = [6, 7].map(
      (size, i) =>
        Math.floor(
          (size + params.padding[i][0] + params.padding[i][1] - (params.window[i] - 1) * params.dilation[i] - 1) / params.strides[i],
        ) + 1,
    );
    const expected = new Array<number>(42).fill(0);
    chosen.forEach((at, i) => at !== undefined && (expected[at] += cotangent[i]));
    const found = evaluate([f64(shape, coarse), f64([rows, columns], cotangent)], (x, y) => windowScatter("max", x, y, params));
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 13));
  });
});

const pairs: WindowParams = { window: [2], strides: [1], padding: [[0, 0]], dilation: [1] };

test("NaN wins, the first one of several; padding never does", () => {
  const x = f32([4], [1, NaN, NaN, -5]);
  expect(evaluate([x], (v) => reduceWindow("max", v, pairs))).toEqual([NaN, NaN, NaN]);
  expect(evaluate([x, f32([4], [10, 20, 30, 40])], (v, y) => windowGather("min", v, y, pairs))).toEqual([20, 20, 30]);
  const padded: WindowParams = { ...pairs, padding: [[1, 1]] };
  expect(evaluate([f32([2], [-3, -4])], (v) => reduceWindow("max", v, padded))).toEqual([-3, -3, -4]);
  expect(evaluate([f32([2], [-Infinity, -Infinity]), f32([2], [1, 2])], (v, y) => windowGather("max", v, y, padded))).toEqual([1, 1, 2]);
});

test("integers, int64 and complex64", () => {
  expect(evaluate([i32([3], [2 ** 31 - 1, 1, 5])], (v) => reduceWindow("sum", v, pairs))).toEqual([-(2 ** 31), 6]);
  const wide = sample("int64", [3], [2n ** 53n, 2n ** 53n + 1n, -1n]);
  expect(evaluateAll([wide], (v) => [reduceWindow("max", v, pairs), windowGather("min", v, v, pairs)])).toEqual([
    [2n ** 53n + 1n, 2n ** 53n + 1n],
    [2n ** 53n, -1n],
  ]);
  expect(evaluateAll([wide, sample("int64", [2], [7n, 9n])], (v, y) => windowScatter("max", v, y, pairs))[0]).toEqual([0n, 16n, 0n]);
  expect(evaluate([sample("complex64", [3], [1, 2, 3, 4, 5, 6])], (v) => reduceWindow("sum", v, pairs))).toEqual([4, 6, 8, 10]);
});

test("an empty axis gives no windows", () => {
  expect(
    evaluate([f32([0, 2], [])], (v) =>
      reduceWindow("max", v, {
        window: [2, 1],
        strides: [1, 1],
        padding: [
          [0, 0],
          [0, 0],
        ],
        dilation: [1, 1],
      }),
    ),
  ).toEqual([]);
});
