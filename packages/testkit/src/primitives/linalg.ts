import { build, type DType, type Value } from "@neurite/core";
import { ordinary } from "../samples/values.ts";
import { type CaseContext, type CaseGenerator, type PrimitiveCase, takes } from "./case.ts";

const { add, dot, matrixTranspose, mul } = build;

type Linalg = "cholesky" | "triangular_solve" | "lu" | "qr" | "svd" | "eigh" | "eig" | "fft";

/** Adds `by` to the diagonal, so that a random matrix is well-conditioned. */
const shifted = (x: Value, by: number): Value => add(x, mul(build.eye(x.shape.at(-1) as number, x.dtype), by));
const definite = (x: Value): Value => shifted(dot(x, matrixTranspose(x)), 2);
const symmetric = (x: Value): Value => mul(add(x, matrixTranspose(x)), 0.5);

const squares = ({ thorough }: CaseContext): readonly (readonly number[])[] => [
  [1, 1],
  [2, 2],
  [3, 3],
  [2, 4, 4],
  [7, 7],
  [2, 2, 5, 5],
  [0, 3, 3],
  ...(thorough ? [[17, 17], [33, 33]] : [[12, 12]]), // prettier-ignore
];
const rectangles: readonly (readonly number[])[] = [[3, 3], [4, 2], [2, 4], [2, 5, 3], [9, 4], [1, 3]]; // prettier-ignore

function squareCases(op: Linalg, fn: (x: Value) => readonly Value[]): CaseGenerator {
  return (dtype, context) =>
    takes(op as "cholesky", {}, { dtype, shape: [1, 1] })
      ? squares(context).map((shape): PrimitiveCase => ({ name: `[${shape}]`, inputs: [ordinary(dtype, shape)], fn: ([x]) => fn(x) }))
      : [];
}

/** Factors are not unique (signs of columns, bases of null spaces): what is unique about them is compared. */
function factorCases(op: "qr" | "svd", factors: (x: Value, full: boolean) => readonly Value[]): CaseGenerator {
  return (dtype) =>
    takes(op, { full: false }, { dtype, shape: [1, 1] })
      ? rectangles.flatMap((shape) =>
          [false, true].map((full): PrimitiveCase => ({
            name: `[${shape}]${full ? ", full" : ""}`,
            inputs: [ordinary(dtype, shape, 4)],
            fn: ([x]) => factors(x, full),
          })),
        )
      : [];
}

/** [..., m, n] times a diagonal [..., n]. */
const scaled = (x: Value, diagonal: Value): Value => mul(x, build.reshape(diagonal, [...diagonal.shape.slice(0, -1), 1, diagonal.shape.at(-1) as number])); // prettier-ignore
const firstColumns = (x: Value, n: number): Value => build.slice(x, x.shape.map(() => 0), x.shape.with(-1, n)); // prettier-ignore
const firstRows = (x: Value, n: number): Value => build.slice(x, x.shape.map(() => 0), x.shape.with(-2, n)); // prettier-ignore

function solveCases(dtype: DType): PrimitiveCase[] {
  const flags = [false, true];
  const shapes = [[[3, 3], [3, 1]], [[2, 4, 4], [2, 4, 3]], [[1, 1], [1, 2]], [[9, 9], [9, 5]], [[2, 2], [2, 0]]] as const; // prettier-ignore
  return flags.flatMap((lower) =>
    flags.flatMap((transpose) =>
      flags.flatMap((unitDiagonal) =>
        shapes.map(([a, b]): PrimitiveCase => ({
          name: `${lower ? "lower" : "upper"}${transpose ? ", transpose" : ""}${unitDiagonal ? ", unit diagonal" : ""}, [${a}] and [${b}]`,
          inputs: [ordinary(dtype, a), ordinary(dtype, b, 2)],
          fn: ([x, y]) => [build.triangularSolve(shifted(mul(x, 0.25), 2), y, { lower, transpose, unitDiagonal })],
        })),
      ),
    ),
  );
}

const both =
  (first: CaseGenerator, second: CaseGenerator): CaseGenerator =>
  (dtype, context) => [...first(dtype, context), ...second(dtype, context)];

/** What is not finite has no factors: all of them are NaN, as those of the oracle. */
function notFiniteCases(factors: (x: Value) => readonly Value[]): CaseGenerator {
  return (dtype, { values }) =>
    takes("eigh", {}, { dtype, shape: [1, 1] }) && values.has("nan") && values.has("infinite")
      ? [NaN, Infinity].flatMap((value) =>
          [2, 5].map((n): PrimitiveCase => ({
            name: `[${n},${n}] with ${value}`,
            inputs: [{ dtype, shape: [n, n], data: Array.from({ length: n * n }, (_, i) => (i === n ? value : (i % 3) - 1)) }],
            fn: ([x]) => factors(x),
          })),
        )
      : [];
}

export const linalgGenerators: Record<Linalg, CaseGenerator> = {
  cholesky: (dtype, context) => [
    ...squareCases("cholesky", (x) => [build.cholesky(definite(x))])(dtype, context),
    ...(takes("cholesky", {}, { dtype, shape: [1, 1] }) && context.values.has("nan")
      ? [{ name: "not definite", inputs: [{ dtype, shape: [2, 2], data: [1, 2, 2, 1] }], fn: ([x]: readonly Value[]) => [build.reduce("min", build.cholesky(x), [0, 1])] }]
      : []), // prettier-ignore
  ],
  triangular_solve: (dtype) => (takes("cholesky", {}, { dtype, shape: [1, 1] }) ? solveCases(dtype) : []),
  lu: (dtype) =>
    takes("lu", {}, { dtype, shape: [1, 1] })
      ? [...rectangles, [0, 2, 2]].map((shape): PrimitiveCase => ({ name: `[${shape}]`, inputs: [ordinary(dtype, shape, 4)], fn: ([x]) => build.lu(x) })) // prettier-ignore
      : [],
  qr: factorCases("qr", (x, full) => {
    const [q, r] = build.qr(x, full);
    return [dot(q, r), dot(matrixTranspose(q), q), build.abs(firstRows(r, Math.min(...x.shape.slice(-2))))];
  }),
  svd: both(
    factorCases("svd", (x, full) => {
      const [u, s, vt] = build.svd(x, full);
      const k = s.shape.at(-1) as number;
      return [s, dot(scaled(firstColumns(u, k), s), firstRows(vt, k)), dot(matrixTranspose(u), u), dot(vt, matrixTranspose(vt))];
    }),
    notFiniteCases((x) => build.svd(x, true)),
  ),
  eigh: both(
    squareCases("eigh", (x) => {
      const [w, v] = build.eigh(symmetric(x));
      return [w, dot(scaled(v, w), matrixTranspose(v)), dot(matrixTranspose(v), v)];
    }),
    notFiniteCases((x) => build.eigh(x)),
  ),
  // The order of the eigenvalues is not fixed: A·v = v·w is compared (with zeros), and sums of powers of the eigenvalues.
  eig: (dtype, context) =>
    context.dtypes.includes("complex64")
      ? squareCases("eig", (x) => {
          const [w, v] = build.eig(x);
          const a = build.cast(x, "complex64");
          const last = [w.shape.length - 1];
          return [build.add(build.sub(dot(a, v), scaled(v, w)), 1), build.sum(w, last), build.sum(mul(w, w), last)];
        })(dtype, context)
      : [],
  fft: (dtype) =>
    dtype !== "complex64"
      ? []
      : [
          ...Array.from({ length: 20 }, (_, i) => i + 1),
          31,
          32,
          45,
          64,
          97,
          100,
          128,
          210,
          257, // prettier-ignore
        ].flatMap((n): PrimitiveCase[] =>
          [false, true].map((inverse) => ({
            name: `${n} elements${inverse ? ", inverse" : ""}`,
            inputs: [ordinary("complex64", [2, n], n), ordinary("complex64", [n, 3], n)],
            fn: ([rows, columns]) => [build.fft(rows, 1, inverse), build.fft(columns, 0, inverse)],
            accuracy: { ulps: 4, spread: 16 },
          })),
        ),
};
