import { checkpoint, grad, ops, Tensor, traceGraph } from "@neurite/core";
import { expect, test } from "vitest";
import { compileGraph } from "../index.ts";

const state = { dtype: "float32", shape: [16, 32] } as const;
const bytes = 16 * 32 * 4;

type Step = (carry: Tensor) => Tensor;

/** Bytes between the kernels of the gradient of a loop of `length` rounds, with two products and five activations each. */
function gradientBytes(length: number, kept: boolean | number, wrap: (step: Step) => Step = (step) => step): number {
  const { graph } = traceGraph([state, { dtype: "float32", shape: [32, 32] }], ([start, kernel]) => {
    const w = new Tensor(kernel!);
    const loss = (w_: Tensor, from: Tensor): Tensor => {
      const step = wrap((h) => ops.tanh(ops.matmul(h, w_)).mul(ops.sigmoid(ops.matmul(h, ops.transpose(w_)))));
      return ops.scan((h) => [step(h), null], from, null, { length, checkpoint: kept })[0].sum();
    };
    return grad(loss, { argnums: [0, 1] })(w, new Tensor(start!)).map(({ value }) => value);
  });
  return compileGraph(graph).arenaBytes;
}

test("the gradient of a scan with checkpoint takes memory that grows with the square root of its length", () => {
  const [short, long] = [gradientBytes(100, true), gradientBytes(1600, true)];
  expect(long / short).toBeGreaterThan(3);
  expect(long / short).toBeLessThan(4.5);
  expect(gradientBytes(1600, false)).toBeGreaterThan(12 * long);
  expect(gradientBytes(1600, false) / gradientBytes(100, false)).toBeGreaterThan(15);
});

test("a number of rounds weighs what is kept against what is computed at once", () => {
  const peaks = [1, 5, 40, 400, 1600].map((steps) => gradientBytes(1600, steps));
  // With one round each, only the carries are kept; with all of them, nothing is gained.
  expect(peaks[0]).toBeLessThan(1610 * bytes);
  expect(peaks[0]).toBeGreaterThan(1600 * bytes);
  expect(Math.min(...peaks)).toBe(peaks[2]);
  expect(peaks[4]).toBe(gradientBytes(1600, false));
});

test("rounds that are checkpoints keep what they carried only", () => {
  const plain = gradientBytes(200, false);
  const each = gradientBytes(200, false, (step) => checkpoint(step));
  expect(each).toBeLessThan(210 * bytes);
  expect(plain).toBeGreaterThan(2.9 * 200 * bytes);
});
