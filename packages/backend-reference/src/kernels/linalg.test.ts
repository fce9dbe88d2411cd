import { bind, type Value } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { distance, evaluate, evaluateAll, f32, f64, numbers, type Sample } from "../../test/evaluate.ts";

type Op = "cholesky" | "lu" | "eigh" | "eig";

function factor(op: Op, a: Sample): number[][] {
  return evaluateAll([a], (x: Value) => bind(op, [x], {})) as number[][];
}

/** a · b, row-major, [m, k] · [k, n]. */
function product(m: number, k: number, n: number, a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    let total = 0;
    for (let i = 0; i < k; i++) total += a[Math.floor(at / n) * k + i] * b[i * n + (at % n)];
    return total;
  });
}

/** `a` [n, m] as [m, n]. */
function transposed(m: number, n: number, a: readonly number[]): number[] {
  return Array.from({ length: m * n }, (_, at) => a[(at % n) * m + Math.floor(at / n)]);
}

function identity(n: number): number[] {
  return Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
}

const tall = [2, -1, 0.5, 1, 3, -2, 4, 0.25, 1, -3, 2, 5];
const symmetric = [4, 1, -2, 1, 2, 0.5, -2, 0.5, 3];

describe("cholesky", () => {
  test("agrees with numpy.linalg.cholesky and reads the lower triangle only", () => {
    const upperSpoilt = symmetric.map((x, i) => (Math.floor(i / 3) < i % 3 ? NaN : x));
    const expected = [2, 0, 0, 0.5, 1.3228756555322954, 0, -1, 0.7559289460184544, 1.1952286093343936];
    expect(distance(factor("cholesky", f64([3, 3], upperSpoilt))[0], expected)).toBeLessThan(1e-12);
  });

  test("a matrix that is not definite gives NaN, the others of the batch do not", () => {
    const [found] = factor("cholesky", f32([2, 2, 2], [1, 2, 2, 1, 4, 0, 2, 5]));
    expect(found).toEqual([NaN, 0, NaN, NaN, 2, 0, 1, 2]);
    expect(factor("cholesky", f64([0, 0], []))).toEqual([[]]);
  });
});

describe("triangular_solve", () => {
  const a = [2, NaN, NaN, 1, 4, NaN, -1, 3, 5];
  const x = [1, 2, -1, 0.5, 3, -2];
  test.each([
    [true, false, false],
    [true, true, false],
    [true, false, true],
    [false, false, false],
    [false, true, true],
  ])("lower %s, transpose %s, unit diagonal %s: the solution put back gives b", (lower, transpose, unitDiagonal) => {
    const given = lower ? a : transposed(3, 3, a);
    const params = { lower, transpose, unitDiagonal };
    // The matrix as the solver should see it.
    let seen = given.map((value, at) => {
      const [i, j] = [Math.floor(at / 3), at % 3];
      if (i === j) return unitDiagonal ? 1 : value;
      return i > j === lower ? value : 0;
    });
    if (transpose) seen = transposed(3, 3, seen);
    const b = product(3, 3, 2, seen, x);
    const spoilt = given.map((value, at) => (unitDiagonal && at % 4 === 0 ? NaN : value));
    expect(
      distance(
        evaluate([f64([3, 3], spoilt), f64([3, 2], b)], (m, r) => bind("triangular_solve", [m, r], params)),
        x,
      ),
    ).toBeLessThan(1e-12);
  });
});

describe("lu", () => {
  test("agrees with jax.lax.linalg.lu: packed factors, pivots and permutation from 0", () => {
    const [packed, pivots, permutation] = factor("lu", f64([4, 3], tall));
    expect(
      distance(
        packed,
        [4, 0.25, 1, 0.25, 2.9375, -2.25, -0.75, 0.7446808510638298, 7.425531914893617, 0.5, -0.3829787234042553, -0.11604584527220628],
      ),
    ).toBeLessThan(1e-12);
    expect(pivots).toEqual([2, 1, 3]);
    expect(permutation).toEqual([2, 1, 3, 0]);
  });

  test("a[permutation] = L·U, wide matrices and singular ones in a batch", () => {
    const data = [...numbers(8, 2), 1, 2, 3, 4, 2, 4, 6, 8];
    const [packed, , permutation] = factor("lu", f64([2, 2, 4], data));
    for (const matrix of [0, 1]) {
      const lu = packed.slice(matrix * 8, matrix * 8 + 8);
      const lower = [1, 0, lu[4], 1];
      const upper = lu.map((x, i) => (i === 4 ? 0 : x));
      const rows = permutation.slice(matrix * 2, matrix * 2 + 2);
      expect(
        distance(
          product(2, 2, 4, lower, upper),
          rows.flatMap((row) => data.slice(matrix * 8 + row * 4, matrix * 8 + row * 4 + 4)),
        ),
      ).toBeLessThan(1e-12);
    }
  });
});

describe("qr", () => {
  const qr = (full: boolean, a: Sample): number[][] => evaluateAll([a], (x) => bind("qr", [x], { full })) as number[][];

  test("agrees with numpy.linalg.qr, signs included", () => {
    const [q, r] = qr(false, f64([4, 3], tall));
    expect(
      distance(
        q.slice(0, 6),
        [-0.3651483716701107, 0.19937279746844402, -0.28269583756455047, -0.18257418583505539, -0.8518655891833515, 0.41868117088590434],
      ),
    ).toBeLessThan(1e-12);
    expect(
      distance(
        r,
        [-5.47722557505166, 0.7302967433402212, 2.1908902300206643, 0, -3.678201553295668, -0.5845247925779382, 0, 0, -5.010821366488904],
      ),
    ).toBeLessThan(1e-12);
    const [full] = qr(true, f64([4, 3], tall));
    expect(
      distance(
        [3, 7, 11, 15].map((i) => full[i]),
        [0.8642917434060973, 0.2563157462536706, -0.4210017088224539, 0.10029746592534934],
      ),
    ).toBeLessThan(1e-12);
  });

  test.each([
    [false, 5, 3],
    [true, 5, 3],
    [false, 3, 5],
    [true, 3, 5],
    [false, 4, 4],
  ])("full %s, %i by %i: q is orthogonal and q·r gives the matrix back", (full, m, n) => {
    const a = numbers(m * n, 8);
    const [q, r] = qr(full, f64([m, n], a));
    const rank = full ? m : Math.min(m, n);
    expect(distance(product(rank, m, rank, transposed(rank, m, q), q), identity(rank))).toBeLessThan(1e-12);
    expect(distance(product(m, rank, n, q, r), a)).toBeLessThan(1e-12);
  });

  test("a column that is zero below the diagonal is left as it is, as LAPACK does", () => {
    const [q, r] = qr(false, f64([2, 2], [3, 1, 0, 2]));
    expect(q).toEqual([1, 0, 0, 1]);
    expect(r).toEqual([3, 1, 0, 2]);
  });
});

describe("svd", () => {
  const svd = (full: boolean, a: Sample): number[][] => evaluateAll([a], (x) => bind("svd", [x], { full })) as number[][];

  test("NaN or infinity in, NaN out", () => {
    for (const bad of [NaN, -Infinity]) {
      for (const [full, shape] of [
        [false, [2, 3]],
        [true, [3, 2]],
      ] as const) {
        const found = svd(full, f64([...shape], [1, 2, bad, 4, 5, 6]));
        expect(found.map(({ length }) => length)).toEqual(full ? [9, 2, 4] : [4, 2, 6]);
        expect(found.flat().every(Number.isNaN)).toBe(true);
      }
    }
  });

  test("singular values agree with numpy.linalg.svd", () => {
    expect(distance(svd(false, f64([4, 3], tall))[1], [6.569437914726425, 4.258200475230449, 3.608699793180649])).toBeLessThan(1e-12);
  });

  test.each<[boolean, number, number, number[] | null]>([
    [false, 5, 3, null],
    [true, 5, 3, null],
    [false, 3, 5, null],
    [true, 3, 5, null],
    [true, 3, 3, [1, 2, 3, 2, 4, 6, 3, 6, 9]],
    [true, 3, 2, [0, 0, 0, 0, 0, 0]],
    [false, 2, 2, [0, 2, 0, 0]],
  ])("full %s, %i by %i: orthogonal vectors, descending values, and their product is the matrix", (full, m, n, given) => {
    const a = given ?? numbers(m * n, 3);
    const [u, s, vt] = svd(full, f64([m, n], a));
    const k = Math.min(m, n);
    const [uColumns, vRows] = full ? [m, n] : [k, k];
    expect(distance(product(uColumns, m, uColumns, transposed(uColumns, m, u), u), identity(uColumns))).toBeLessThan(1e-12);
    expect(distance(product(vRows, n, vRows, vt, transposed(n, vRows, vt)), identity(vRows))).toBeLessThan(1e-12);
    expect(s).toEqual([...s].sort((x, y) => y - x));
    const scaled = Array.from({ length: m * k }, (_, at) => u[Math.floor(at / k) * uColumns + (at % k)] * s[at % k]);
    expect(distance(product(m, k, n, scaled, vt.slice(0, k * n)), a)).toBeLessThan(1e-12);
  });
});

describe("eigh", () => {
  test("agrees with numpy.linalg.eigh up to the signs of vectors", () => {
    const [values, vectors] = factor("eigh", f64([3, 3], symmetric));
    expect(distance(values, [0.6539237684613841, 2.716348465618261, 5.629727765920354])).toBeLessThan(1e-12);
    const expected = [
      -0.5323243447980562, 0.27463393193367164, -0.8007540167654305, 0.6125169868955221, 0.7778893374994162, -0.1403962940007677,
      -0.5843404253513105, 0.5652118028096821, 0.5823073803970535,
    ];
    expect(distance(vectors.map(Math.abs), expected.map(Math.abs))).toBeLessThan(1e-12);
  });

  test("a larger matrix: a·v = v·w with orthogonal v; equal eigenvalues too", () => {
    const n = 12;
    const half = numbers(n * n, 4);
    const a = half.map((x, at) => x + half[(at % n) * n + Math.floor(at / n)]);
    const [w, v] = factor("eigh", f64([n, n], a));
    expect(
      distance(
        product(n, n, n, a, v),
        v.map((x, at) => x * w[at % n]),
      ),
    ).toBeLessThan(1e-12);
    expect(distance(product(n, n, n, transposed(n, n, v), v), identity(n))).toBeLessThan(1e-12);
    expect(factor("eigh", f64([3, 3], identity(3)))).toEqual([[1, 1, 1], identity(3)]);
    for (const bad of [NaN, Infinity]) expect(factor("eigh", f64([2, 2], [bad, 0, 0, 1])).flat().every(Number.isNaN)).toBe(true); // prettier-ignore
  });
});

describe("eig", () => {
  const b = [0, 1, 2, 0, -1, 0, 0.5, 1, 3, -2, 1, 0.25, 0.5, 1, -1, 2];

  /** Eigenvalues as [re, im] pairs in order. */
  function sorted(values: readonly number[]): [number, number][] {
    const pairs = Array.from({ length: values.length / 2 }, (_, i): [number, number] => [values[2 * i], values[2 * i + 1]]);
    return pairs.sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  }

  /** Largest part of a·v - v·w. */
  function residual(n: number, a: readonly number[], w: readonly number[], v: readonly number[]): number {
    let worst = 0;
    for (let column = 0; column < n; column++) {
      for (let row = 0; row < n; row++) {
        let [re, im] = [0, 0];
        for (let k = 0; k < n; k++) {
          re += a[row * n + k] * v[2 * (k * n + column)];
          im += a[row * n + k] * v[2 * (k * n + column) + 1];
        }
        const [x, y] = [v[2 * (row * n + column)], v[2 * (row * n + column) + 1]];
        const [p, q] = [w[2 * column], w[2 * column + 1]];
        worst = Math.max(worst, Math.abs(re - (p * x - q * y)), Math.abs(im - (p * y + q * x)));
      }
    }
    return worst;
  }

  test("eigenvalues agree with numpy.linalg.eig; pairs are exactly conjugate", () => {
    const [w] = factor("eig", f64([4, 4], b));
    const expected: [number, number][] = [
      [-1.2373324349935193, -1.3702699610003544],
      [-1.2373324349935193, 1.3702699610003544],
      [2.415370711079997, 0],
      [3.059294158907042, 0],
    ];
    sorted(w).forEach(([re, im], i) => expect(distance([re, im], expected[i])).toBeLessThan(1e-6));
    expect(sorted(w)[0][1]).toBe(-sorted(w)[1][1]);
  });

  test.each<[string, number, number[]]>([
    ["4 by 4", 4, b],
    ["real eigenvalues", 3, symmetric],
    ["a rotation", 2, [0, -1, 1, 0]],
    ["triangular", 3, [1, 2, 3, 0, 4, 5, 0, 0, 6]],
    ["a permutation, which needs exceptional shifts", 4, [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]],
    ["not symmetric, 20 by 20", 20, numbers(400, 6)],
    ["defective", 2, [1, 1, 0, 1]],
    ["zero", 2, [0, 0, 0, 0]],
    ["one by one", 1, [7]],
    ["ones, 40 by 40: of rank 1", 40, new Array<number>(1600).fill(1)],
    ["three times one, and rank 1", 20, identity(20).map((x, at) => 3 * x + Math.sin(at % 20) * Math.cos(Math.floor(at / 20)))],
    ["a Jordan block, 40 by 40", 40, identity(40).map((x, at) => (x === 1 || at % 41 === 1 ? 1 : 0))],
  ])("a·v = v·w with unit columns: %s", (_name, n, a) => {
    const [w, v] = factor("eig", f64([n, n], a));
    expect(residual(n, a, w, v)).toBeLessThan(2e-6);
    for (let column = 0; column < n; column++) {
      let squares = 0;
      for (let row = 0; row < n; row++) squares += v[2 * (row * n + column)] ** 2 + v[2 * (row * n + column) + 1] ** 2;
      expect(squares).toBeCloseTo(1, 6);
    }
  });

  test("NaN in, NaN out", () => expect(factor("eig", f64([2, 2], [1, NaN, 0, 1]))[0].every(Number.isNaN)).toBe(true));
});
