/** Linear algebra of matrices of all kinds, held to what LAPACK reaches with them, where NEURITE_PYTHON names a Python that has NumPy and SciPy. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { reference } from "@neurite/backend-reference";
import { type Backend, ops, type Tensor, tensor, withDevice } from "@neurite/core";
import { expect, test } from "vitest";
import { cpu } from "./index.ts";
import { randomNumbers } from "./testing/plans.ts";

const python = process.env["NEURITE_PYTHON"];
const judge = fileURLToPath(new URL("../oracles/judge-linalg.py", import.meta.url));

type Matrix = number[][];
type DType = "float32" | "float64";

const times = (a: Matrix, b: Matrix): Matrix => a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
const flipped = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const matrix = (m: number, n: number, at: (i: number, j: number) => number): Matrix =>
  Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_unused, j) => at(i, j)));

/** Kinds of matrices m × n. */
const kinds: Readonly<Record<string, (m: number, n: number, random: () => number) => Matrix>> = {
  random: (m, n, random) => matrix(m, n, random),
  graded: (m, n, random) =>
    times(
      matrix(m, m, random),
      matrix(m, n, (i, j) => (i === j ? 10 ** ((-6 * i) / m) : 0)),
    ),
  "ill-conditioned": (m, n) => matrix(m, n, (i, j) => 1 / (i + j + 1)),
  deficient: (m, n, random) => times(matrix(m, 1, random), matrix(1, n, random)),
  "of rank 2": (m, n, random) => times(matrix(m, 2, random), matrix(2, n, random)),
  "nearly a multiple of one": (m, n, random) => matrix(m, n, (i, j) => (i === j ? 3 : 1e-6 * random())),
  "of rank 2, and three times one": (m, n, random) =>
    times(matrix(m, 2, random), matrix(2, n, random)).map((row, i) => row.map((x, j) => (i === j ? x + 3 : x))),
  zero: (m, n) => matrix(m, n, () => 0),
  ones: (m, n) => matrix(m, n, () => 1),
  "with equal values": (m, n) => matrix(m, n, (i, j) => (i === j ? 2 : 0)),
  "not diagonalizable": (m, n) => matrix(m, n, (i, j) => (i === j ? 1 : j === i + 1 ? 1 : 0)),
  large: (m, n, random) => matrix(m, n, () => random() * 1e25),
  small: (m, n, random) => matrix(m, n, () => random() * 1e-25),
  "of two scales": (m, n, random) => matrix(m, n, (i) => random() * (i % 2 === 0 ? 1e8 : 1e-8)),
  "of few elements": (m, n, random) => matrix(m, n, () => Math.max(0, random() - 0.6)),
  "of whole numbers": (m, n, random) => matrix(m, n, () => Math.round(3 * random())),
  "of zeros and a few ones": (m, n, random) => matrix(m, n, () => Number(Math.abs(random()) < 0.1)),
  "a turn": (m, n) => matrix(m, n, (i, j) => (j === (i + 1) % n ? 1 : 0)),
};
const everyKind = Object.keys(kinds);
const regular = ["random", "graded", "ill-conditioned", "with equal values", "not diagonalizable", "of two scales"];
const moderate = everyKind.filter((kind) => kind !== "large" && kind !== "small");

type Shape = "square" | "any";
type Call = (a: Tensor, b: Tensor) => Tensor | readonly Tensor[];

interface Op {
  readonly call: Call;
  readonly shape: Shape;
  readonly kinds: readonly string[];
  /** What the random matrix is made into. */
  readonly of?: (a: Matrix) => Matrix;
  readonly takesTwo?: boolean;
}

const symmetric = (a: Matrix): Matrix => a.map((row, i) => row.map((x, j) => (x + a[j]![i]!) / 2));
const definite = (a: Matrix): Matrix => {
  const square = times(a, flipped(a));
  return square.map((row, i) => row.map((x, j) => (i === j ? x * 1.5 + 1 : x)));
};
const triangular = (a: Matrix): Matrix => a.map((row, i) => row.map((x, j) => (j > i ? 0 : i === j ? x + 2 : x)));
const matrixAxes = [-2, -1];

const table: Readonly<Record<string, Op>> = {
  cholesky: {
    call: (a) => ops.cholesky(a),
    shape: "square",
    kinds: ["random", "graded", "ill-conditioned", "zero", "of two scales"],
    of: definite,
  },
  inv: { call: (a) => ops.inv(a), shape: "square", kinds: regular },
  solve: { call: (a, b) => ops.solve(a, b), shape: "square", kinds: regular, takesTwo: true },
  solveTriangular: {
    call: (a, b) => ops.solveTriangular(a, b, { lower: true }),
    shape: "square",
    kinds: ["random", "graded", "ones"],
    of: triangular,
    takesTwo: true,
  },
  qr: { call: (a) => ops.qr(a), shape: "any", kinds: everyKind },
  "qr complete": { call: (a) => ops.qr(a, { mode: "complete" }), shape: "any", kinds: everyKind },
  svd: { call: (a) => ops.svd(a), shape: "any", kinds: everyKind },
  "svd reduced": { call: (a) => ops.svd(a, { fullMatrices: false }), shape: "any", kinds: everyKind },
  eigh: { call: (a) => ops.eigh(a), shape: "square", kinds: everyKind, of: symmetric },
  eig: { call: (a) => ops.eig(a), shape: "square", kinds: everyKind },
  luFactor: { call: (a) => ops.luFactor(a), shape: "any", kinds: everyKind },
  pinv: { call: (a) => ops.pinv(a), shape: "any", kinds: ["random", "deficient", "zero", "ones", "with equal values"] },
  lstsq: { call: (a, b) => ops.lstsq(a, b), shape: "any", kinds: ["random", "zero", "ones", "with equal values"], takesTwo: true },
  det: { call: (a) => ops.det(a), shape: "square", kinds: ["random", "zero", "with equal values", "not diagonalizable"] },
  slogdet: { call: (a) => ops.slogdet(a), shape: "square", kinds: ["random", "zero", "with equal values", "not diagonalizable"] },
  matrixRank: { call: (a) => ops.matrixRank(a), shape: "any", kinds: ["random", "deficient", "zero", "ones", "with equal values"] },
  ...Object.fromEntries(
    (["fro", "nuc", 1, -1, 2, -2] as const).map((ord): [string, Op] => [
      `norm ${ord}`,
      { call: (a) => ops.norm(a, { ord, axis: matrixAxes }), shape: "any", kinds: ["random", "graded", "zero", "ones"] },
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 3, 0].map((ord): [string, Op] => [
      `norm of vectors ${ord}`,
      { call: (a) => ops.norm(a, { ord, axis: -1 }), shape: "any", kinds: moderate },
    ]),
  ),
};

interface Encoded {
  readonly shape: readonly number[];
  readonly complex: boolean;
  readonly data: string;
}

async function encode(x: Tensor): Promise<Encoded> {
  const data = Float64Array.from(await x.data(), Number);
  return { shape: x.shape, complex: x.dtype === "complex64", data: Buffer.from(data.buffer).toString("base64") };
}

interface Case {
  readonly op: string;
  readonly kind: string;
  readonly dtype: DType;
  readonly inputs: readonly Encoded[];
  readonly results: readonly Encoded[];
}

async function casesOf(device: Backend, dtype: DType): Promise<Case[]> {
  const random = randomNumbers(97);
  const cases: Case[] = [];
  const sizes = [[1, 1], [2, 2], [3, 3], [7, 7], [12, 12], [40, 40], [65, 65], [1, 4], [5, 2], [2, 5], [30, 8]] as const; // prettier-ignore
  for (const [op, { call, shape, kinds: ofKinds, of = (a: Matrix): Matrix => a, takesTwo }] of Object.entries(table)) {
    for (const kind of ofKinds) {
      for (const [m, n] of sizes) {
        if (shape === "square" && m !== n) continue;
        const batch = m === 3 ? [2, 2] : m === 7 ? [3] : [];
        const count = batch.reduce((product, dim) => product * dim, 1);
        const tensorOf = (make: () => Matrix, size: readonly number[]): Tensor => {
          const data = Array.from({ length: count }, make).flat(2);
          return tensor(dtype === "float32" ? Float32Array.from(data) : Float64Array.from(data), { shape: [...batch, ...size] });
        };
        const { inputs, results } = withDevice(device, () => {
          const a = tensorOf(() => of(kinds[kind]!(m, n, random)), [m, n]);
          const b = tensorOf(() => matrix(m, 3, random), [m, 3]);
          const result = call(a, b);
          return { inputs: takesTwo === true ? [a, b] : [a], results: Array.isArray(result) ? (result as Tensor[]) : [result as Tensor] };
        });
        cases.push({
          op,
          kind: `${kind} [${[...batch, m, n]}]`,
          // Eigenvalues are complex64 whatever the matrix is.
          dtype: op === "eig" ? "float32" : dtype,
          inputs: await Promise.all(inputs.map(encode)),
          results: await Promise.all(results.map(encode)),
        });
      }
    }
  }
  return cases;
}

interface Verdict {
  readonly error: number;
  readonly peer: number | string;
}

test.skipIf(python === undefined).each([
  ["cpu", cpu],
  ["reference", reference],
] as const)("%s is at most ten times as far off as LAPACK, or a few roundings (NEURITE_PYTHON)", { timeout: 240_000 }, async (_, make) => {
  const device = make();
  const cases = [...(await casesOf(device, "float32")), ...(await casesOf(device, "float64"))];
  const input = cases.map((each) => JSON.stringify(each)).join("\n");
  const output = execFileSync(python!, [judge], { input, encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["pipe", "pipe", "inherit"] });
  // Python writes infinities by name.
  const verdicts = output.trim().split("\n").map((line) => JSON.parse(line.replaceAll("Infinity", "1e999")) as Verdict); // prettier-ignore
  expect(verdicts).toHaveLength(cases.length);
  const wrong = verdicts.flatMap(({ error, peer }, i) => {
    const { op, kind, dtype, inputs } = cases[i]!;
    const rows = Math.max(...inputs[0]!.shape.slice(-2));
    const allowed = Math.max(16 * rows, typeof peer === "number" ? 10 * peer : 0);
    return error <= allowed ? [] : [`${op} of ${dtype}, ${kind}: ${error} roundings, LAPACK ${peer}`];
  });
  expect(wrong).toEqual([]);
});
