import { reference } from "@neurite/backend-reference";
import { bind, build, GradientError, traceGraph, type WindowParams } from "@neurite/core";
import { expect, test } from "vitest";
import { exactly, type GradientCase, type GradientInput, uniform } from "./case.ts";
import { gradientsAt } from "./check.ts";

const backend = reference();
const numbers = (...data: number[]): GradientInput => exactly("float64", [data.length], data);
/** Gradients with ones as cotangents; -0 as 0. */
async function at(inputs: readonly GradientInput[], fn: GradientCase["fn"]): Promise<number[][]> {
  return (await gradientsAt(backend, { inputs, fn })).map((gradient) => gradient.map((x) => x + 0));
}

test("abs has slope 0 at 0, for complex numbers too", async () => {
  expect(await at([numbers(-2, 0, 3)], ([x]) => [build.abs(x)])).toEqual([[-1, 0, 1]]);
  expect(await at([exactly("complex64", [2], [0, 0, 3, -4])], ([z]) => [build.abs(z)])).toEqual([
    [0, 0, Math.fround(0.6), Math.fround(-0.8)],
  ]);
});

test("the gradient of |z|² is 2z: complex gradients point where the loss rises", async () => {
  const [gradient] = await at([exactly("complex64", [1], [3, -4])], ([z]) => [build.real(build.mul(z, build.conj(z)))]);
  expect(gradient).toEqual([6, -8]);
});

test("of equal operands, max and min give the whole gradient to the first", async () => {
  expect(await at([numbers(1, 2, 3), numbers(2, 2, 2)], ([a, b]) => [build.maximum(a, b)])).toEqual([[0, 1, 1], [1, 0, 0]]); // prettier-ignore
  expect(await at([numbers(1, 2, 3), numbers(2, 2, 2)], ([a, b]) => [build.minimum(a, b)])).toEqual([[1, 1, 0], [0, 0, 1]]); // prettier-ignore
});

test("a reduced extreme shares its gradient among ties", async () => {
  expect(await at([numbers(1, 3, 3, 3)], ([x]) => [build.reduce("max", x, [0])])).toEqual([[0, 1 / 3, 1 / 3, 1 / 3]]);
  expect(await at([numbers(1, 3, 1, 3)], ([x]) => [build.reduce("min", x, [0])])).toEqual([[0.5, 0, 0.5, 0]]);
});

test("windows and running extremes give it to the first of equal elements", async () => {
  const window: WindowParams = { window: [2], strides: [1], padding: [[0, 0]], dilation: [1] };
  expect(await at([numbers(1, 1, 1)], ([x]) => [build.reduceWindow("max", x, window)])).toEqual([[1, 1, 0]]);
  expect(await at([numbers(1, 2, 2, 0)], ([x]) => [build.cumulative("max", x, 0)])).toEqual([[1, 3, 0, 0]]);
  expect(await at([numbers(1, 2, 2, 0)], ([x]) => [build.cumulative("max", x, 0, true)])).toEqual([[0, 0, 3, 1]]); // seen from the end
});

test("scattered extremes share among ties, the old element included", async () => {
  const inputs = [numbers(5, 1), exactly("int32", [3], [0, 0, 1]), numbers(5, 5, 0)];
  expect(await at(inputs, ([x, i, u]) => [build.scatter("max", x, i, u, 0)])).toEqual([[1 / 3, 1], [1 / 3, 1 / 3, 0]]); // prettier-ignore
});

test("of several updates that set one place the last counts", async () => {
  const inputs = [numbers(5, 1), exactly("int32", [3], [0, 0, 0]), numbers(2, 3, 4)];
  expect(await at(inputs, ([x, i, u]) => [build.scatter("set", x, i, u, 0)])).toEqual([[0, 1], [0, 0, 1]]); // prettier-ignore
});

test("pow is finite at its edges", async () => {
  const found = await at([numbers(0, 0, -2, -2, 0), numbers(0, 2, 3, 0, 1)], ([a, b]) => [build.pow(a, b)]);
  expect(found).toEqual([[0, 0, 12, 0, 1], [0, 0, 0, 0, 0]]); // prettier-ignore
});

test("steps have zero gradient", async () => {
  for (const op of ["sign", "floor", "ceil", "round"] as const) {
    expect(await at([numbers(0.3, -1.7)], ([x]) => [build.mul(x, build.unary(op, x))])).toEqual([
      { sign: [1, -1], floor: [0, -2], ceil: [1, -1], round: [0, -2] }[op],
    ]);
  }
  expect(await at([numbers(2)], ([x]) => [build.mul(x, build.stopGradient(x))])).toEqual([[2]]);
  expect(await at([numbers(2.5)], ([x]) => [build.mul(x, build.cast(build.cast(x, "int32"), "float64"))])).toEqual([[2]]);
});

test("spectral values of the identity have the gradient of the trace", async () => {
  const identity = exactly("float64", [2, 2], [1, 0, 0, 1]);
  const close = (found: number[][]): void => found[0].forEach((x, i) => expect(x).toBeCloseTo(identity.data[i], 12));
  close(await at([identity], ([x]) => [build.svd(x)[1]]));
  close(await at([identity], ([x]) => [build.eigh(x)[0]]));
});

test("gradients that do not exist are errors that say why", async () => {
  await expect(at([uniform([3, 2])], ([x]) => build.qr(x, true))).rejects.toThrow(GradientError);
  await expect(at([uniform([3, 2])], ([x]) => [build.svd(x, true)[0]])).rejects.toThrow(
    "[svd] the full factors of a 3 × 2 matrix have no gradient",
  );
  const unbounded: GradientCase["fn"] = ([x]) => {
    const test = traceGraph([x], ([y]) => [build.lt(y, 9)]).graph;
    const body = traceGraph([x], ([y]) => [build.mul(y, y)]).graph;
    return bind("while", [x], { test, body, carry: 1, maxIterations: null });
  };
  await expect(at([exactly("float64", [], [2])], unbounded)).rejects.toThrow("give maxIterations");
  const misshapen: GradientCase["fn"] = ([x]) =>
    bind("composite", [x], { name: "mine", attributes: {}, body: traceGraph([x], ([y]) => [y]).graph, vjp: () => [] });
  await expect(at([numbers(1)], misshapen)).rejects.toThrow("[mine] its gradient rule must give 1 gradients");
});
