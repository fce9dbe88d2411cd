import { bind } from "@neurite/core";
import { expect, test } from "vitest";
import { distance, evaluate, numbers, sample } from "../../test/evaluate.ts";

const fft = (shape: number[], elements: number[], axis: number, inverse = false): number[] =>
  evaluate([sample("complex64", shape, elements)], (x) => bind("fft", [x], { axis, inverse }), { precision: "float64" });

/** The definition. */
function naive(x: readonly number[], sign: number): number[] {
  const n = x.length / 2;
  const out: number[] = [];
  for (let k = 0; k < n; k++) {
    let [re, im] = [0, 0];
    for (let j = 0; j < n; j++) {
      const angle = (sign * 2 * Math.PI * ((j * k) % n)) / n;
      re += x[2 * j] * Math.cos(angle) - x[2 * j + 1] * Math.sin(angle);
      im += x[2 * j] * Math.sin(angle) + x[2 * j + 1] * Math.cos(angle);
    }
    out.push(re, im);
  }
  return out;
}

test("agrees with numpy.fft.fft for a prime length", () => {
  const expected = [
    2.5, 4, 3.2556495063573663, 3.5290281862818023, -3.458734562368088, 3.9058614874797373, 4.14971756799314, 1.3302064900200523,
    -1.4466325119824188, -2.765096163781592,
  ];
  expect(distance(fft([5], [1, 2, -1, 0, 0, 3, 0.5, -1, 2, 0], 0), expected)).toBeLessThan(1e-5);
});

test.each([1, 2, 3, 4, 6, 7, 8, 12, 16, 31, 45, 64, 100])("length %i, against the definition, and back", (n) => {
  const x = numbers(2 * n, n).map(Math.fround);
  const forward = fft([n], x, 0);
  expect(distance(forward, naive(x, -1))).toBeLessThan(1e-5);
  expect(
    distance(
      fft([n], x, 0, true),
      naive(x, 1).map((value) => value / n),
    ),
  ).toBeLessThan(1e-5);
  expect(distance(fft([n], forward, 0, true), x)).toBeLessThan(1e-5);
});

test("along any axis of a batch, and of nothing", () => {
  const x = numbers(2 * 3 * 4 * 2).map(Math.fround);
  const found = fft([2, 3, 4], x, 1);
  const line = [0, 1, 2].flatMap((k) => x.slice(2 * (12 + k * 4 + 3), 2 * (12 + k * 4 + 3) + 2));
  expect(
    distance(
      [0, 1, 2].flatMap((k) => found.slice(2 * (12 + k * 4 + 3), 2 * (12 + k * 4 + 3) + 2)),
      naive(line, -1),
    ),
  ).toBeLessThan(1e-5);
  expect(fft([0, 3], [], 1)).toEqual([]);
  expect(fft([3, 0], [], 1)).toEqual([]);
});
