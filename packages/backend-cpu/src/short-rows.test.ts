/** Programs whose last axes are short, with operands that repeat along outer ones: whole numbers, against plain loops. */
import { compile, ops, tensor, type Tensor, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";
import type { InstructionSet } from "./index.ts";
import { loadNative } from "./native.ts";
import { makeBackend, randomNumbers } from "./testing/plans.ts";

type Shape = readonly [number, number, number, number];
type Place = [n: number, p: number, k: number, r: number];

function eachPlace([n, p, k, r]: Shape, visit: (place: Place, index: number) => void): void {
  let index = 0;
  for (let a = 0; a < n; a++)
    for (let b = 0; b < p; b++) for (let c = 0; c < k; c++) for (let d = 0; d < r; d++) visit([a, b, c, d], index++);
}

function wholeNumbers(size: number, seed: number): number[] {
  const next = randomNumbers(seed);
  return Array.from({ length: size }, () => Math.floor(7 * next()) - 3);
}

/** What is left of `values` when those of the same place in `kept` axes are combined. */
function reduced(shape: Shape, values: readonly number[], kept: readonly number[], combine: (a: number, b: number) => number): number[] {
  const out: number[] = [];
  eachPlace(shape, (place, index) => {
    const at = kept.reduce((sum, axis) => sum * shape[axis]! + place[axis]!, 0);
    out[at] = at in out ? combine(out[at]!, values[index]!) : values[index]!;
  });
  return out;
}

const add = (a: number, b: number): number => a + b;
const sets = loadNative().native.instructionSets() as InstructionSet[];
const backends = sets.flatMap((instructionSet) => [1, 2, 3].map((threads) => [instructionSet, threads] as const));
// Periods that fill blocks evenly and unevenly, that are longer than one, that are a vector long; rows that are one axis, and reduced to one.
const shapes: readonly Shape[] = [
  [3, 20, 8, 8],
  [2, 101, 3, 5],
  [1, 9, 5, 33],
  [4, 17, 7, 2],
  [2, 40, 32, 8],
  [5, 8, 16, 63],
  [3, 300, 1, 4],
  [2, 11, 130, 7],
  [16, 3, 2, 90],
  [1, 700, 2, 128],
  // Lanes of sums that go on in double.
  [1, 5000, 3, 5],
];

describe.each(backends)("short rows, %s, %i threads", (instructionSet, threads) => {
  test.each(shapes.map((shape) => ({ shape, name: shape.join("x") })))("$name", ({ shape }) => {
    const [n, p, k, r] = shape;
    const x = wholeNumbers(n * p * k * r, 1);
    const mean = wholeNumbers(n * k, 2);
    const gamma = wholeNumbers(k * r, 3);
    const beta = wholeNumbers(r, 4);
    const each = wholeNumbers(n * p, 5);
    const values: number[] = [];
    eachPlace(shape, ([a, b, c, d], i) =>
      values.push((x[i]! - mean[a * k + c]!) * (gamma[c * r + d]! * beta[d]! + c) + beta[d]! * each[a * p + b]!),
    );
    const centred = x.map((value, i) => value - mean[Math.floor(i / (p * k * r)) * k + (Math.floor(i / r) % k)]!);
    const products = centred.map((value, i) => value * x[i]!);
    const squares = reduced(
      shape,
      centred.map((value) => value * value),
      [0, 1, 2],
      add,
    );
    const largest = reduced(shape, values, [0, 1, 2], Math.max);
    const expected = {
      values,
      fromLargest: values.map((value, i) => value - largest[Math.floor(i / r)]!),
      groups: reduced(shape, values, [0, 2], add),
      groupsLargest: reduced(shape, values, [0, 2], Math.max),
      places: reduced(shape, values, [2, 3], add),
      columns: reduced(shape, values, [3], add),
      maps: reduced(shape, values, [0, 2, 3], add),
      middle: reduced(shape, values, [2], Math.min),
      plainGroups: reduced(shape, x, [0, 2], add),
      all: [values.reduce(add, 0)],
      productsOfMaps: reduced(shape, products, [0, 2, 3], add),
      productsOfGroups: reduced(shape, products, [0, 2], add),
      productsOfColumns: reduced(shape, products, [3], add),
      productsOfRows: reduced(shape, products, [0, 1, 2], add),
      lessSquares: centred.map((value, i) => value - squares[Math.floor(i / r)]!),
    };
    withDevice(makeBackend({ instructionSet, threads }), () => {
      for (const dtype of ["float32", "float64", "int32", "int64"] as const) {
        const whole = (numbers: readonly number[], ...dims: number[]): Tensor =>
          ops.cast(tensor([...numbers], { dtype: "int32", shape: dims }), dtype);
        const run = compile((xs: Tensor, means: Tensor, gammas: Tensor, betas: Tensor, eachs: Tensor) => {
          const rows = ops.cast(ops.reshape(ops.arange(k), [k, 1]), dtype);
          const y = ops.add(ops.multiply(ops.subtract(xs, means), ops.add(ops.multiply(gammas, betas), rows)), ops.multiply(betas, eachs));
          const centred = ops.subtract(xs, means);
          const products = ops.multiply(centred, xs);
          return {
            values: y,
            fromLargest: ops.subtract(y, ops.max(y, { axis: -1, keepdims: true })),
            groups: ops.sum(y, { axis: [1, 3] }),
            groupsLargest: ops.max(y, { axis: [1, 3] }),
            places: ops.sum(y, { axis: [0, 1] }),
            columns: ops.sum(y, { axis: [0, 1, 2] }),
            maps: ops.sum(y, { axis: 1 }),
            middle: ops.min(y, { axis: [0, 1, 3] }),
            plainGroups: ops.sum(xs, { axis: [1, 3] }),
            all: ops.sum(y),
            productsOfMaps: ops.sum(products, { axis: 1 }),
            productsOfGroups: ops.sum(products, { axis: [1, 3] }),
            productsOfColumns: ops.sum(products, { axis: [0, 1, 2] }),
            productsOfRows: ops.sum(products, { axis: -1 }),
            lessSquares: ops.subtract(centred, ops.sum(ops.square(centred), { axis: -1, keepdims: true })),
          };
        });
        const found = run(whole(x, n, p, k, r), whole(mean, n, 1, k, 1), whole(gamma, k, r), whole(beta, r), whole(each, n, p, 1, 1));
        for (const [name, numbers] of Object.entries(expected)) {
          const data = found[name as keyof typeof expected].dataSync() as ArrayLike<number | bigint>;
          expect(
            Array.from(data, (value) => Number(value) + 0),
            `${name} of ${dtype}`,
          ).toEqual(numbers.map((value) => value + 0)); // -0 is 0
        }
      }
    });
  });
});
