/** Products large enough to be divided between threads, and what kernels do with their sums, against plain loops in float64. */
import { compile, ops, tensor, type Tensor, Variable, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";
import type { InstructionSet } from "./index.ts";
import { loadNative } from "./native.ts";
import { makeBackend, randomNumbers } from "./testing/plans.ts";

function matrix(rows: number, columns: number, seed: number): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length: rows * columns }, () => next() - 0.5);
}

/** x [m, k] · y [k, n]. */
function product(x: Float32Array, y: Float32Array, [m, k, n]: readonly [number, number, number]): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let t = 0; t < k; t++) for (let j = 0; j < n; j++) out[i * n + j]! += x[i * k + t]! * y[t * n + j]!;
  return out;
}

function transposed(x: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: x.length }, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)]!);
}

function expectClose(found: Tensor, expected: Float64Array): void {
  const data = found.dataSync() as Float32Array;
  expect(data).toHaveLength(expected.length);
  const farthest = data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(farthest).toBeLessThan(2e-5);
}

const sets = loadNative().native.instructionSets() as InstructionSet[];
const backends = sets.flatMap((instructionSet) => [1, 2, 3].map((threads) => [instructionSet, threads] as const));
// A layer of [inputs, units] for a batch: K is divided where there are few rows, odd sizes leave parts of strips and panels.
const layers = [
  [32, 300, 100],
  [33, 517, 71],
  [100, 901, 37],
  [130, 260, 40],
] as const;

describe.each(backends)("%s, %i threads: one number for all sums", (instructionSet, threads) => {
  // Tiles of one and of several rows, whose columns are more and fewer than a block has.
  test.each([
    [1, 5, 64],
    [2, 14, 182],
    [3, 4, 64],
    [40, 9, 65],
    [33, 3, 700],
    [7, 8, 20],
  ] as const)("%i x %i x %i", (m, k, n) => {
    const [x, y] = [matrix(m, k, 5).map((value) => Math.round(9 * value)), matrix(k, n, 6).map((value) => Math.round(9 * value))];
    const sums = [...product(x, y, [m, k, n])];
    withDevice(makeBackend({ instructionSet, threads }), () => {
      const factor = new Variable(3, { dtype: "float64" });
      const isKept = new Variable(false, { dtype: "bool" });
      for (const dtype of ["float64", "int64", "float32"] as const) {
        const step = compile((a: Tensor, b: Tensor) => {
          const products = ops.matmul(ops.cast(a, dtype), ops.cast(b, dtype));
          const number = ops.cast(factor, dtype);
          return [ops.add(ops.multiply(products, number), 7), ops.where(isKept, products, number)];
        });
        const [found, chosen] = step(tensor(x, { shape: [m, k] }), tensor(y, { shape: [k, n] })).map((z) => [...z.dataSync()].map(Number));
        expect(found).toEqual(sums.map((sum) => 3 * sum + 7));
        expect(chosen).toEqual(sums.map(() => 3));
      }
    });
  });
});

describe.each(backends)("%s, %i threads", (instructionSet, threads) => {
  test.each(layers)("a batch of %i through a layer of %i x %i, and its gradients", (batch, inputs, units) => {
    const [x, w, dy] = [matrix(batch, inputs, 1), matrix(inputs, units, 2), matrix(batch, units, 3)];
    const bias = matrix(1, units, 4);
    withDevice(makeBackend({ instructionSet, threads }), () => {
      const [xs, ws, slopes] = [
        tensor(x, { shape: [batch, inputs] }),
        tensor(w, { shape: [inputs, units] }),
        tensor(dy, { shape: [batch, units] }),
      ];
      const sums = product(x, w, [batch, inputs, units]);
      expectClose(ops.matmul(xs, ws), sums);
      const layer = compile((a: Tensor, b: Tensor, c: Tensor) => ops.relu(ops.add(ops.matmul(a, b), c)));
      expectClose(
        layer(xs, ws, tensor(bias)),
        sums.map((sum, i) => Math.max(0, sum + bias[i % units]!)),
      );
      const back = compile((a: Tensor, b: Tensor) => ops.matmul(a, ops.transpose(b)));
      expectClose(back(slopes, ws), product(dy, transposed(w, inputs, units), [batch, units, inputs]));
    });
  });

  test.each(layers)("a step of plain gradient descent on it, for a batch of %i and a layer of %i x %i", (batch, inputs, units) => {
    const [x, w, dy] = [matrix(batch, inputs, 1), matrix(inputs, units, 2), matrix(batch, units, 3)];
    const gradient = product(transposed(x, batch, inputs), dy, [inputs, batch, units]);
    withDevice(makeBackend({ instructionSet, threads }), () => {
      const [xs, slopes] = [tensor(x, { shape: [batch, inputs] }), tensor(dy, { shape: [batch, units] })];
      const weights = new Variable(tensor(w, { shape: [inputs, units] }));
      const rate = new Variable(0.25);
      const products = (): Tensor => ops.matmul(ops.transpose(xs), slopes);
      const steps: readonly (readonly [number, () => Tensor])[] = [
        [-0.5, () => ops.subtract(weights, ops.multiply(0.5, products()))],
        [-0.25, () => ops.subtract(weights, ops.multiply(products(), rate))],
        [0.25, () => ops.add(ops.multiply(rate, products()), weights)],
        [1, () => ops.add(weights, products())],
      ];
      let scale = 0;
      for (const [factor, next] of steps) {
        compile(() => {
          weights.assign(next());
        })();
        scale += factor;
        expectClose(
          weights.read(),
          gradient.map((sum, i) => w[i]! + scale * sum),
        );
      }
      // What is not the product's other side stays as it was.
      expectClose(ops.subtract(products(), weights), gradient.map((sum, i) => sum - w[i]! - scale * sum)); // prettier-ignore
    });
  });
});
