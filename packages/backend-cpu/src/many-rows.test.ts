/** Reductions of rows of every length, NaN at every place of them, against plain loops. */
import { compile, ops, tensor, type Tensor, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";
import type { InstructionSet } from "./index.ts";
import { loadNative } from "./native.ts";
import { makeBackend, randomNumbers } from "./testing/plans.ts";

const sets = loadNative().native.instructionSets() as InstructionSet[];
/** Up to a few vectors, around what is still reduced together, and long ones. */
const lengths = [...Array.from({ length: 70 }, (_, i) => i + 1), 100, 127, 128, 255, 256, 257, 300, 2047, 2048, 2049];

/** Each row of `values`. */
const rowsOf = (values: readonly number[], length: number): number[][] =>
  Array.from({ length: values.length / length }, (_, row) => values.slice(row * length, (row + 1) * length));
const sum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
const numbers = (found: Tensor): number[] => Array.from(found.dataSync() as ArrayLike<number | boolean>, (value) => Number(value) + 0);

const backends = sets.flatMap((instructionSet) => [1, 2, 3].map((threads) => [instructionSet, threads] as const));

describe.each(backends)("many rows, %s, %i threads", (instructionSet, threads) => {
  const device = makeBackend({ instructionSet, threads });
  test("of whole numbers", () => {
    withDevice(device, () => {
      for (const length of lengths) {
        const rows = length > 256 ? 5 : 21;
        const next = randomNumbers(length);
        const values = Array.from({ length: rows * length }, () => Math.floor(9 * next()) - 4);
        const each = rowsOf(values, length);
        const expected = {
          sum: each.map(sum),
          max: each.map((row) => Math.max(...row)),
          min: each.map((row) => Math.min(...row)),
          squares: each.map((row) => sum(row.map((value) => value * value))),
          lessMax: each.flatMap((row) => row.map((value) => value - Math.max(...row))),
          lessMin: each.flatMap((row) => row.map((value) => value - Math.min(...row))),
          lessSum: each.flatMap((row) => row.map((value) => value - sum(row))),
          lessSquares: each.flatMap((row) => row.map((value) => value - sum(row.map((other) => other * other)))),
        };
        for (const dtype of ["float32", "int32"] as const) {
          const run = compile((x: Tensor) => {
            const reduced = { axis: -1, keepdims: true } as const;
            return {
              sum: ops.sum(x, { axis: -1 }),
              max: ops.max(x, { axis: -1 }),
              min: ops.min(x, { axis: -1 }),
              squares: ops.sum(ops.square(x), { axis: -1 }),
              lessMax: ops.subtract(x, ops.max(x, reduced)),
              lessMin: ops.subtract(x, ops.min(x, reduced)),
              lessSum: ops.subtract(x, ops.sum(x, reduced)),
              lessSquares: ops.subtract(x, ops.sum(ops.square(x), reduced)),
            };
          });
          const found = run(tensor(values, { dtype, shape: [rows, length] }));
          for (const [name, wanted] of Object.entries(expected)) {
            expect(numbers(found[name as keyof typeof expected]), `${name} of ${length} of ${dtype}`).toEqual(
              wanted.map((value) => value + 0),
            );
          }
        }
        const flags = values.map((value) => value > 0);
        const wrapped = tensor(
          values.map((value) => value >>> 0),
          { dtype: "uint32", shape: [rows, length] },
        );
        expect(numbers(ops.max(wrapped, { axis: -1 }))).toEqual(each.map((row) => Math.max(...row.map((value) => value >>> 0))));
        expect(numbers(ops.min(wrapped, { axis: -1 }))).toEqual(each.map((row) => Math.min(...row.map((value) => value >>> 0))));
        expect(numbers(ops.sum(wrapped, { axis: -1 }))).toEqual(each.map((row) => sum(row) >>> 0));
        const mask = tensor(flags, { dtype: "bool", shape: [rows, length] });
        expect(numbers(ops.any(mask, { axis: -1 }))).toEqual(rowsOf(flags.map(Number), length).map((row) => Math.max(...row)));
        expect(numbers(ops.all(mask, { axis: -1 }))).toEqual(rowsOf(flags.map(Number), length).map((row) => Math.min(...row)));
      }
    });
  });

  test("with a NaN in some", () => {
    withDevice(device, () => {
      for (const length of lengths.filter((length) => length <= 300)) {
        // Row r has its NaN at place r, the last one none.
        const rows = length + 1;
        const values = Array.from({ length: rows * length }, (_, i) => (i % length === Math.floor(i / length) ? NaN : (i * 7) % 11));
        const each = rowsOf(values, length);
        const x = tensor(values, { shape: [rows, length] });
        expect(numbers(ops.max(x, { axis: -1 })), `max of ${length}`).toEqual(each.map((row) => Math.max(...row)));
        expect(numbers(ops.min(x, { axis: -1 })), `min of ${length}`).toEqual(each.map((row) => Math.min(...row)));
        expect(numbers(ops.sum(x, { axis: -1 })), `sum of ${length}`).toEqual(each.map(sum));
      }
    });
  });

  test("with more values at once than fit the first-level cache", () => {
    withDevice(device, () => {
      const count = 40;
      for (const [rows, columns] of [
        [6, 2000],
        [2000, 6],
        [70, 150],
        [9, 1500],
      ] as const) {
        const x = Array.from({ length: rows * columns }, (_, i) => (i * 7) % 3);
        // Each of them, the argument once more, is needed again when all are there.
        const mixed = (argument: Tensor): Tensor => {
          const parts = Array.from({ length: count }, (_, i) => ops.minimum(argument, i + 5));
          const first = parts.reduce((a, part) => ops.add(a, part));
          return parts.map((part) => ops.multiply(part, first)).reduce((a, product) => ops.add(a, product));
        };
        const mix = (value: number): number => (count * value) ** 2;
        const each = rowsOf(x.map(mix), columns);
        const values = tensor(x, { shape: [rows, columns] });
        const found = (f: (values: Tensor) => Tensor): number[] => numbers(compile(f)(values));
        expect(found((v) => ops.sum(mixed(v), { axis: 1 }))).toEqual(each.map(sum));
        expect(found((v) => ops.sum(mixed(v), { axis: 0 }))).toEqual(
          Array.from({ length: columns }, (_, c) => sum(each.map((row) => row[c]!))),
        );
        const least = (v: Tensor): Tensor => ops.add(mixed(v), ops.min(v, { axis: 1, keepdims: true }));
        expect(found(least)).toEqual(rowsOf(x, columns).flatMap((row) => row.map((value) => mix(value) + Math.min(...row))));
        const kept = Math.min(rows, 300) * columns;
        expect(found((v) => mixed(ops.matmul(ops.eye(300, { M: rows }), v))).slice(0, kept)).toEqual(x.slice(0, kept).map(mix));
      }
    });
  });

  test("of costly elements, fewer than tasks would like", () => {
    withDevice(device, () => {
      for (const [rows, columns] of [
        [7, 95],
        [3, 90],
        [11, 64],
      ] as const) {
        const x = Array.from({ length: rows * columns }, (_, i) => (i % 13) / 13);
        const y = Array.from({ length: columns }, (_, i) => (i % 5) / 5);
        const waves = (value: number, other: number): number => {
          for (let i = 0; i < 12; i++) value = Math.sin(value + other);
          return value;
        };
        const wave = (values: Tensor, others: Tensor): Tensor => {
          for (let i = 0; i < 12; i++) values = ops.sin(ops.add(values, others));
          return values;
        };
        const values = tensor(x, { shape: [rows, columns] });
        const found = numbers(compile(wave)(values, tensor(y)));
        const sums = numbers(compile((a: Tensor, b: Tensor) => ops.sum(wave(a, b), { axis: 1 }))(values, tensor(y)));
        const total = numbers(compile((a: Tensor, b: Tensor) => ops.sum(wave(a, b)))(values, tensor(y)));
        found.forEach((value, i) => expect(value).toBeCloseTo(waves(x[i]!, y[i % columns]!), 5));
        const each = rowsOf(
          x.map((value, i) => waves(value, y[i % columns]!)),
          columns,
        );
        sums.forEach((value, row) => expect(value).toBeCloseTo(sum(each[row]!), 4));
        expect(total[0]).toBeCloseTo(sum(each.flat()), 3);
      }
    });
  });

  test("of infinities", () => {
    withDevice(device, () => {
      for (const length of [1, 3, 11, 12, 13, 16, 17, 40, 300]) {
        for (const value of [Infinity, -Infinity]) {
          const x = ops.full([19, length], value);
          const expected = Array.from({ length: 19 }, () => value);
          for (const reduce of [ops.max, ops.min, ops.sum])
            expect(numbers(reduce(x, { axis: -1 })), `${reduce.name} of ${length}`).toEqual(expected);
        }
      }
    });
  });
});
