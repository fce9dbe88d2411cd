import { bind, build, type Value } from "@neurite/core";
import { complexNumbers, exactly, type GradientCase, uniform } from "../case.ts";

const { add, dot, exp, mul } = build;

/** Positive definite, from any square matrix. */
function definite(x: Value): Value {
  return add(dot(x, build.matrixTranspose(x)), build.eye(x.shape[x.shape.length - 1], x.dtype));
}

function symmetric(x: Value): Value {
  return mul(add(x, build.matrixTranspose(x)), 0.5);
}

/** The first row, kept as a row: multiplies away the arbitrary sign of columns. */
function firstRow(x: Value): Value {
  return build.slice(x, x.shape.map(() => 0), x.shape.with(-2, 1)); // prettier-ignore
}

/** Adds `by` times the identity, so that a random matrix is well-conditioned. */
function shifted(x: Value, by: number): Value {
  return add(x, mul(build.eye(x.shape[x.shape.length - 1], x.dtype), by));
}

function signFreeSvd(a: Value, full = false): readonly Value[] {
  const [u, s, vt] = build.svd(a, full);
  const signs = firstRow(u);
  return [mul(u, signs), s, mul(build.matrixTranspose(vt), signs)];
}

const wellSpread = exactly("float64", [3, 3], [1.1, 0.3, -0.2, 0.4, 2.3, 0.5, -0.1, 0.2, 3.6]);

function solveCases(): GradientCase[] {
  const flags = [false, true];
  return flags.flatMap((lower) =>
    flags.flatMap((transpose) =>
      flags.map((unitDiagonal): GradientCase => ({
        name: `triangular_solve: ${lower ? "lower" : "upper"}${transpose ? ", transpose" : ""}${unitDiagonal ? ", unit" : ""}`,
        primitive: "triangular_solve",
        inputs: [uniform([2, 3, 3]), uniform([2, 3, 2], 2)],
        fn: ([a, b]) => [build.triangularSolve(shifted(a, 2), b, { lower, transpose, unitDiagonal })],
      })),
    ),
  );
}

export const linalgCases: readonly GradientCase[] = [
  { name: "cholesky", primitive: "cholesky", inputs: [uniform([3, 3])], fn: ([x]) => [build.cholesky(definite(x))] },
  { name: "cholesky: batch", primitive: "cholesky", inputs: [uniform([2, 2, 2])], fn: ([x]) => [build.cholesky(definite(x))] },
  ...solveCases(),
  { name: "lu: square", primitive: "lu", inputs: [uniform([3, 3], 4)], fn: ([x]) => [build.lu(x)[0]] },
  { name: "lu: batch", primitive: "lu", inputs: [uniform([2, 3, 3], 5)], fn: ([x]) => [build.lu(x)[0]] },
  { name: "lu: tall", primitive: "lu", inputs: [uniform([4, 2], 6)], fn: ([x]) => [build.lu(x)[0]] },
  { name: "lu: wide", primitive: "lu", inputs: [uniform([2, 4], 7)], fn: ([x]) => [build.lu(x)[0]] },
  { name: "qr: square", primitive: "qr", inputs: [wellSpread], fn: ([x]) => build.qr(x) },
  { name: "qr: tall", primitive: "qr", inputs: [uniform([2, 4, 2], 8)], fn: ([x]) => build.qr(x) },
  { name: "qr: wide", primitive: "qr", inputs: [uniform([2, 4], 9)], fn: ([x]) => build.qr(x) },
  { name: "qr: wide, full", primitive: "qr", inputs: [uniform([2, 3], 9)], fn: ([x]) => build.qr(x, true) },
  { name: "qr: only q", primitive: "qr", inputs: [uniform([2, 3], 9)], fn: ([x]) => [build.qr(x)[0]] },
  { name: "qr: only r", primitive: "qr", inputs: [uniform([3, 2], 9)], fn: ([x]) => [build.qr(x)[1]] },
  { name: "svd: square", primitive: "svd", inputs: [wellSpread], fn: ([x]) => signFreeSvd(x) },
  { name: "svd: square, full", primitive: "svd", inputs: [wellSpread], fn: ([x]) => signFreeSvd(x, true) },
  { name: "svd: tall", primitive: "svd", inputs: [uniform([4, 2], 10)], fn: ([x]) => signFreeSvd(x) },
  { name: "svd: wide", primitive: "svd", inputs: [uniform([2, 3], 11)], fn: ([x]) => signFreeSvd(x) },
  { name: "svd: values of the full one", primitive: "svd", inputs: [uniform([3, 2], 12)], fn: ([x]) => [build.svd(x, true)[1]] },
  {
    name: "eigh",
    primitive: "eigh",
    inputs: [wellSpread],
    fn: ([x]) => {
      const [w, v] = build.eigh(symmetric(x));
      return [w, mul(v, firstRow(v))];
    },
  },
  { name: "eigh: only values, batch", primitive: "eigh", inputs: [uniform([2, 2, 2], 13)], fn: ([x]) => [build.eigh(symmetric(x))[0]] },
  {
    name: "eig",
    primitive: "eig",
    inputs: [exactly("float32", [3, 3], [1, 0.5, -0.25, -0.75, 1.25, 0.5, 0.25, -0.5, 3])],
    fn: ([x]) => {
      const [w, v] = build.eig(x);
      // Times the conjugate of its first component, a vector has no arbitrary phase.
      return [build.mul(w, w), mul(v, build.conj(firstRow(v)))];
    },
  },
  { name: "fft", primitive: "fft", inputs: [complexNumbers([2, 3])], fn: ([x]) => [build.fft(mul(x, x), 1)] },
  { name: "fft: inverse", primitive: "fft", inputs: [complexNumbers([4, 2])], fn: ([x]) => [build.fft(mul(x, x), 0, true)] },
  {
    name: "lu: solve of a general system",
    primitive: "lu",
    inputs: [wellSpread, uniform([3, 1], 3)],
    fn: ([a, b]) => {
      const [packed, , permutation] = bind("lu", [a], {});
      const rows = build.gather(b, permutation, 0);
      const forward = build.triangularSolve(packed, rows, { lower: true, transpose: false, unitDiagonal: true });
      return [exp(build.triangularSolve(packed, forward, { lower: false, transpose: false, unitDiagonal: false }))];
    },
  },
];
