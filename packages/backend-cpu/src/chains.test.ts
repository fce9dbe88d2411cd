/** Operations that run as one function (native/vm/chains.h), against their definitions in float64. */
import { reference } from "@neurite/backend-reference";
import { compile, ops, random, tensor, type Tensor, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";
import type { InstructionSet } from "./index.ts";
import { loadNative } from "./native.ts";
import { makeBackend, randomNumbers } from "./testing/plans.ts";

const { abs, add, divide, exp, expm1, less, lessEqual, maximum, minimum, multiply, negative, sqrt, square, subtract, where } = ops;
const [s, t] = [0.75, 0.25];

type Vectors<T> = readonly [a: T, b: T, c: T];
interface Case {
  readonly name: string;
  readonly graph: (...vectors: Vectors<Tensor>) => Tensor;
  readonly value: (...numbers: Vectors<number>) => number;
}

// c is positive, a and b are of both signs.
const cases: readonly Case[] = [
  {
    name: "a moving mean",
    graph: (a, b) => add(a, multiply(subtract(b, a), s)),
    value: (a, b) => a + (b - a) * s,
  },
  {
    name: "a moving mean of squares",
    graph: (a, b) => add(a, multiply(subtract(square(b), a), s)),
    value: (a, b) => a + (b * b - a) * s,
  },
  {
    name: "a weighted sum",
    graph: (a, b) => add(multiply(a, s), multiply(b, t)),
    value: (a, b) => a * s + b * t,
  },
  {
    name: "a weighted difference",
    graph: (a, b) => subtract(multiply(a, s), multiply(t, b)),
    value: (a, b) => a * s - b * t,
  },
  {
    name: "a weighted square",
    graph: (a, b) => add(multiply(a, s), multiply(multiply(b, b), t)),
    value: (a, b) => a * s + b * b * t,
  },
  {
    name: "a step of Adam",
    graph: (a, b, c) => subtract(a, divide(multiply(b, s), add(sqrt(c), t))),
    value: (a, b, c) => a - (b * s) / (Math.sqrt(c) + t),
  },
  {
    name: "a step of Nadam",
    graph: (a, b, c) => subtract(a, divide(b, add(sqrt(divide(c, s)), t))),
    value: (a, b, c) => a - b / (Math.sqrt(c / s) + t),
  },
  {
    name: "a step of Adagrad",
    graph: (a, b, c) => subtract(a, divide(multiply(s, b), sqrt(add(c, t)))),
    value: (a, b, c) => a - (s * b) / Math.sqrt(c + t),
  },
  { name: "decay", graph: (a) => subtract(a, multiply(a, s)), value: (a) => a - a * s },
  { name: "a logistic function", graph: (a) => divide(1, add(1, exp(negative(a)))), value: (a) => 1 / (1 + Math.exp(-a)) },
  { name: "its slope", graph: (a) => multiply(a, subtract(1, a)), value: (a) => a * (1 - a) },
  { name: "the slope of a tangent", graph: (a) => subtract(1, square(a)), value: (a) => 1 - a * a },
  {
    name: "swish",
    graph: (a) => multiply(a, divide(1, add(exp(negative(a)), 1))),
    value: (a) => a / (1 + Math.exp(-a)),
  },
  {
    name: "an exponential unit",
    graph: (a) => where(less(0, a), a, expm1(minimum(a, 0))),
    value: (a) => (a > 0 ? a : Math.expm1(a)),
  },
  { name: "what is above, or else", graph: (a, b) => where(less(s, a), a, b), value: (a, b) => (s < a ? a : b) },
  { name: "where above", graph: (a, b) => where(less(s, a), b, t), value: (a, b) => (s < a ? b : t) },
  { name: "where not below", graph: (a, b) => where(less(a, s), t, b), value: (a, b) => (a < s ? t : b) },
  { name: "where not above", graph: (a, b) => where(lessEqual(a, s), t, b), value: (a, b) => (a <= s ? t : b) },
  { name: "normalized values", graph: (a, b, c) => add(multiply(subtract(a, b), c), square(b)), value: (a, b, c) => (a - b) * c + b * b },
  { name: "scaled, and added to", graph: (a, b, c) => add(multiply(multiply(a, s), b), c), value: (a, b, c) => a * s * b + c },
  { name: "standardized values", graph: (a, b, c) => multiply(subtract(a, b), c), value: (a, b, c) => (a - b) * c },
  // Values between that are needed elsewhere, too, and operations of which only some make up a chain.
  {
    name: "a moving mean whose difference is used twice",
    graph: (a, b) => {
      const difference = subtract(b, a);
      return maximum(add(a, multiply(difference, s)), abs(difference));
    },
    value: (a, b) => Math.max(a + (b - a) * s, Math.abs(b - a)),
  },
  {
    name: "a difference of different values",
    graph: (a, b, c) => add(c, multiply(subtract(b, a), s)),
    value: (a, b, c) => c + (b - a) * s,
  },
];

const sets = loadNative().native.instructionSets() as InstructionSet[];
const sizes = [1, 15, 16, 17, 1000, 5003];

function vectors(size: number): [Float32Array, Float32Array, Float32Array] {
  const next = randomNumbers(size);
  const signed = (): Float32Array => Float32Array.from({ length: size }, () => 4 * next() - 2);
  return [signed(), signed(), signed().map((value) => Math.abs(value) + 0.125)];
}

describe.each(sets)("%s", (instructionSet) => {
  const backend = makeBackend({ instructionSet });

  test.each(cases)("$name", ({ graph, value }) => {
    withDevice(backend, () => {
      for (const size of sizes) {
        const [a, b, c] = vectors(size);
        const found = compile(graph)(tensor(a), tensor(b), tensor(c)).dataSync() as Float32Array;
        expect(found).toHaveLength(size);
        for (const [i, result] of found.entries()) {
          const expected = value(a[i]!, b[i]!, c[i]!);
          // A few roundings of numbers up to 16.
          expect(Math.abs(result - expected), `${size}: element ${i}`).toBeLessThan(4e-6);
        }
      }
    });
  });

  test("sums of products, of squares and of rows of them", () => {
    withDevice(backend, () => {
      const run = compile((a: Tensor, b: Tensor, rows: Tensor) => {
        const products = multiply(a, b);
        const [mean, squares] = [ops.mean(rows, { axis: 1, keepdims: true }), ops.sum(square(rows), { axis: 1, keepdims: true })];
        return {
          products: ops.sum(products),
          squares: ops.sum(square(a)),
          both: [ops.max(products), ops.sum(products)],
          rows: subtract(rows, add(mean, squares)),
        };
      });
      for (const size of [...sizes, 2048, 2049, 4113]) {
        const [a, b, c] = vectors(size);
        for (const values of [a, b, c]) values.forEach((value, i) => (values[i] = value / Math.sqrt(size)));
        const found = run(tensor(a), tensor(b), tensor(Float32Array.of(...c, ...b), { shape: [2, size] }));
        const dot = (p: Float32Array, q: Float32Array): number => p.reduce((total, value, i) => total + value * q[i]!, 0);
        const close = (result: Tensor, expected: number): void =>
          expect(Math.abs((result.dataSync()[0] as number) - expected), `${size}`).toBeLessThan(2e-6);
        close(found.products, dot(a, b));
        close(found.squares, dot(a, a));
        close(found.both[0]!, Math.max(...a.map((value, i) => value * b[i]!)));
        close(found.both[1]!, dot(a, b));
        const rows = found.rows.dataSync() as Float32Array;
        for (const [row, values] of [c, b].entries()) {
          const less = values.reduce((total, value) => total + value, 0) / size + dot(values, values);
          for (const [i, value] of values.entries())
            expect(Math.abs(rows[row * size + i]! - (value - less)), `${size}: ${row}, ${i}`).toBeLessThan(4e-6);
        }
      }
    });
  });

  test("a row's own number is no number of all rows", () => {
    withDevice(backend, () => {
      const x = tensor(vectors(35)[0], { shape: [7, 5] });
      const centred = compile((values: Tensor) => {
        const mean = ops.mean(values, { axis: 1, keepdims: true });
        return [where(less(mean, values), values, mean), mean] as const;
      });
      const [found, mean] = centred(x).map((result) => result.dataSync() as Float32Array) as [Float32Array, Float32Array];
      const data = x.dataSync() as Float32Array;
      expect([...found]).toEqual([...data].map((value, i) => Math.max(value, mean[Math.floor(i / 5)]!)));
    });
  });

  test("NaN goes through as through each operation", () => {
    withDevice(backend, () => {
      const x = tensor(Float32Array.of(Number.NaN, -1, 1));
      const unit = compile((a: Tensor) => where(less(0, a), a, expm1(minimum(a, 0))));
      expect([...(unit(x).dataSync() as Float32Array)]).toEqual([Number.NaN, Math.fround(Math.expm1(-1)), 1]);
      const positive = compile((a: Tensor) => where(less(0, a), a, tensor(Float32Array.of(5, 6, 7))));
      expect([...(positive(x).dataSync() as Float32Array)]).toEqual([5, 6, 1]);
    });
  });

  test("what is dropped out is what the reference drops out", () => {
    const x = vectors(5003)[0];
    const drop = (): Float32Array => random.dropout(tensor(x), 0.3, { seed: 7 }).dataSync() as Float32Array;
    const found = withDevice(backend, drop);
    expect(found).toEqual(withDevice(reference(), drop));
    expect(found.filter((value) => value === 0).length / x.length).toBeCloseTo(0.3, 1);
  });
});
