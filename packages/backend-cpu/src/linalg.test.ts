import { type DType, type Value, build as b } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { type Sample, expectAgreement, graphOf, runGraph, sampleOf } from "./testing/compare.ts";
import { eachBackend, randomNumbers } from "./testing/plans.ts";

const backends = eachBackend();
const precision = { float32: 2 ** -24, float64: 2 ** -53 } as const;
const random = randomNumbers(83);
const matrix = (dtype: DType, shape: readonly number[], from = random): Sample => sampleOf(dtype, shape, from, false);

/** a·aᵀ + n·1, of the last two axes. */
function definite(a: Value): Value {
  const n = a.shape.at(-1) as number;
  return b.add(b.dot(a, b.matrixTranspose(a)), b.mul(b.eye(n, a.dtype), n));
}

/** The largest element of what `difference` gives, on any backend. */
function worst(inputs: readonly Sample[], difference: (...values: Value[]) => Value): number {
  const graph = graphOf(inputs, (...values) => {
    const all = b.unary("abs", difference(...values));
    return [
      b.reduce(
        "max",
        all,
        all.shape.map((_, axis) => axis),
      ),
    ];
  });
  return Math.max(...backends.map((backend) => Number(runGraph(backend, graph, inputs)[0][0])));
}

const sizes = [1, 2, 3, 5, 16, 33, 50, 100];

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  const unit = precision[dtype];

  test("Cholesky factors agree with the reference, batched and through views", () => {
    for (const n of sizes) {
      const x = matrix(dtype, [2, n, n]);
      expectAgreement(backends, `cholesky ${n}`, [x], (a) => [b.cholesky(definite(a)), b.cholesky(b.matrixTranspose(definite(a)))], {
        places: 64,
        floor: Math.sqrt(n),
      });
    }
    expectAgreement(backends, "not definite", [matrix(dtype, [3, 4, 4])], (a) => [b.cholesky(b.sub(a, b.eye(4, dtype)))], { places: 1e9 });
  });

  test("triangular systems agree with the reference in all eight ways", () => {
    for (const n of [1, 3, 49, 100]) {
      for (const columns of [1, 5, 80]) {
        const inputs = [matrix(dtype, [2, n, n]), matrix(dtype, [2, n, columns])];
        for (let flags = 0; flags < 8; flags++) {
          const params = { lower: (flags & 1) > 0, transpose: (flags & 2) > 0, unitDiagonal: (flags & 4) > 0 };
          // Small elements beside a large diagonal keep solutions from growing.
          const system = (a: Value): Value => b.add(b.mul(a, 1 / (4 * n)), b.mul(b.eye(n, dtype), 2));
          expectAgreement(backends, `solve ${n} ${columns} ${flags}`, inputs, (a, y) => [b.triangularSolve(system(a), y, params)], {
            places: 64,
            floor: 1,
          });
        }
      }
    }
  });

  test("LU factors, pivots and permutations agree with the reference", () => {
    // Of its own, so that which rows are exchanged does not hang on the tests before.
    const own = randomNumbers(31);
    for (const [m, n] of [
      [1, 1],
      [3, 5],
      [5, 3],
      [33, 33],
      [70, 50],
      [50, 70],
    ] as const) {
      expectAgreement(backends, `lu ${m} ${n}`, [matrix(dtype, [2, m, n], own)], (a) => b.lu(a), { places: 256, floor: 3 });
    }
    expectAgreement(backends, "singular", [{ dtype, shape: [3, 3], elements: [0, 1, 2, 0, 3, 4, 0, 5, 6] }], (a) => b.lu(a), {
      places: 16,
      floor: 1,
    });
  });

  test("QR factors agree with the reference, whole and thin", () => {
    for (const [m, n] of [
      [1, 1],
      [4, 3],
      [3, 4],
      [33, 33],
      [80, 40],
      [40, 80],
      [5, 1],
      [1, 5],
    ] as const) {
      for (const full of [false, true]) {
        expectAgreement(backends, `qr ${m} ${n}`, [matrix(dtype, [2, m, n])], (a) => b.qr(a, full), { places: 512, floor: 3 });
      }
    }
  });

  test("singular values agree with the reference; the factors give the matrix back and are orthogonal", () => {
    for (const [m, n] of [
      [1, 1],
      [4, 3],
      [3, 4],
      [20, 20],
      [50, 20],
      [20, 50],
    ] as const) {
      const x = matrix(dtype, [2, m, n]);
      const k = Math.min(m, n);
      expectAgreement(backends, "values", [x], (a) => [b.svd(a)[1]], { places: 64, floor: Math.sqrt(m * n) });
      for (const full of [false, true]) {
        const product = (a: Value): Value => {
          const [u, s, vt] = b.svd(a, full);
          const left = b.slice(u, [0, 0, 0], [2, m, k]);
          return b.sub(b.dot(b.mul(left, b.reshape(s, [2, 1, k])), b.slice(vt, [0, 0, 0], [2, k, n])), a);
        };
        expect(worst([x], product)).toBeLessThan(100 * unit * Math.sqrt(m * n));
        const u = (a: Value): Value => b.svd(a, full)[0];
        const vt = (a: Value): Value => b.svd(a, full)[2];
        expect(worst([x], (a) => b.sub(b.dot(b.matrixTranspose(u(a)), u(a)), b.eye(full ? m : k, dtype)))).toBeLessThan(50 * unit);
        expect(worst([x], (a) => b.sub(b.dot(vt(a), b.matrixTranspose(vt(a))), b.eye(full ? n : k, dtype)))).toBeLessThan(50 * unit);
      }
    }
  });

  test("matrices of low rank have orthogonal singular vectors all the same; zeros and NaN are answered", () => {
    const x = matrix(dtype, [6, 2]);
    const low = (a: Value): Value => b.dot(a, b.matrixTranspose(a));
    const vt = (a: Value): Value => b.svd(low(a))[2];
    expect(worst([x], (a) => b.sub(b.dot(vt(a), b.matrixTranspose(vt(a))), b.eye(6, dtype)))).toBeLessThan(50 * unit);
    const zero: Sample = { dtype, shape: [3, 2], elements: [0, 0, 0, 0, 0, 0] };
    expectAgreement(backends, "zeros", [zero], (a) => [b.svd(a)[1], b.qr(a)[1]]);
    const nan: Sample = { dtype, shape: [2, 2], elements: [Number.NaN, 1, 1, 2] };
    for (const backend of backends) {
      for (const build of [(a: Value) => b.svd(a), (a: Value) => b.eigh(a), (a: Value) => b.eig(a), (a: Value) => [b.cholesky(a)]]) {
        const outputs = runGraph(backend, graphOf([nan], build), [nan]);
        expect(outputs.flat().some((value) => Number.isNaN(Number(value)))).toBe(true);
      }
    }
  });

  test("eigenvalues of symmetric matrices agree with the reference; vectors satisfy a·v = v·w and are orthogonal", () => {
    // Of the two, the reference with its many rotations is the less exact.
    for (const n of [1, 2, 3, 5, 16, 50, 80]) {
      const x = matrix(dtype, [2, n, n]);
      const symmetric = (a: Value): Value => b.add(a, b.matrixTranspose(a));
      expectAgreement(backends, "values", [x], (a) => [b.eigh(symmetric(a))[0]], { places: 256, floor: 6 * Math.sqrt(n) });
      const residual = (a: Value): Value => {
        const [w, v] = b.eigh(symmetric(a));
        return b.sub(b.dot(symmetric(a), v), b.mul(v, b.reshape(w, [2, 1, n])));
      };
      expect(worst([x], residual)).toBeLessThan(200 * unit * Math.sqrt(n));
      const v = (a: Value): Value => b.eigh(symmetric(a))[1];
      expect(worst([x], (a) => b.sub(b.dot(b.matrixTranspose(v(a)), v(a)), b.eye(n, dtype)))).toBeLessThan(50 * unit);
    }
    // Of rank 1 and 2: rounding errors are all that remains below the first rows.
    for (const n of [30, 64]) {
      const ones: Sample = { dtype, shape: [n, n], elements: new Array<number>(n * n).fill(1) };
      const thin = matrix(dtype, [n, 2]);
      const samples = [ones, thin] as const;
      for (const [i, build] of [(a: Value): Value => a, (_: Value, t: Value): Value => b.dot(t, b.matrixTranspose(t))].entries()) {
        const name = `rank ${i + 1} of ${n}`;
        const rest = (a: Value, t: Value): Value => {
          const [w, v] = b.eigh(build(a, t));
          return b.sub(b.dot(build(a, t), v), b.mul(v, b.reshape(w, [1, n])));
        };
        expect(worst(samples, rest), name).toBeLessThan(50 * n * unit);
        const v = (a: Value, t: Value): Value => b.eigh(build(a, t))[1];
        expect(
          worst(samples, (a, t) => b.sub(b.dot(b.matrixTranspose(v(a, t)), v(a, t)), b.eye(n, dtype))),
          name,
        ).toBeLessThan(100 * unit);
      }
    }
    const equal: Sample = { dtype, shape: [3, 3], elements: [2, 0, 0, 0, 2, 0, 0, 0, 2] };
    expectAgreement(backends, "equal eigenvalues", [equal], (a) => [b.eigh(a)[0]]);
  });

  test("eigenvectors of general matrices satisfy a·v = v·w and have unit length; values are those of the reference as sets", () => {
    for (const n of [1, 2, 3, 8, 30, 100]) {
      const x = matrix(dtype, [2, n, n]);
      const residual = (a: Value): Value => {
        const [w, v] = b.eig(a);
        const wide = b.cast(b.cast(a, "float32"), "complex64");
        return b.sub(b.dot(wide, v), b.mul(v, b.reshape(w, [2, 1, n])));
      };
      expect(worst([x], residual)).toBeLessThan(1e-5 * Math.sqrt(n));
      const lengths = (a: Value): Value => b.sub(b.reduce("sum", b.unary("abs", b.mul(b.eig(a)[1], b.conj(b.eig(a)[1]))), [1]), 1);
      expect(worst([x], lengths)).toBeLessThan(1e-5);
      const trace = (a: Value): Value =>
        b.sub(
          b.reduce("sum", b.unary("real", b.eig(a)[0]), [1]),
          b.reduce("sum", b.mul(b.cast(a, "float32"), b.eye(n, "float32")), [1, 2]),
        );
      expect(worst([x], trace)).toBeLessThan(1e-5 * n);
    }
    // Eigenvalues that are equal but for rounding errors, and chains of vectors that are nearly one.
    const own = randomNumbers(29);
    for (const n of [16, 33, 64]) {
      const thin = sampleOf(dtype, [1, n, 2], own, false);
      const wide = sampleOf(dtype, [1, 2, n], own, false);
      const binary: Sample = { dtype, shape: [1, n, n], elements: Array.from({ length: n * n }, () => Number(own() < 0.08)) };
      const samples = [thin, wide, binary] as const;
      const specials: Readonly<Record<string, (...values: Value[]) => Value>> = {
        "of rank 2": (t, w) => b.dot(t!, w!),
        "three times one, and rank 2": (t, w) => b.add(b.dot(t!, w!), b.mul(b.eye(n, dtype), 3)),
        "of zeros and a few ones": (_, __, x) => x!,
      };
      for (const [name, build] of Object.entries(specials)) {
        const residual = (...values: Value[]): Value => {
          const a = build(...values);
          const [w, v] = b.eig(a);
          return b.sub(b.dot(b.cast(b.cast(a, "float32"), "complex64"), v), b.mul(v, b.reshape(w, [1, 1, n])));
        };
        expect(worst(samples, residual), `${name}, ${n}`).toBeLessThan(1e-5 * Math.sqrt(n));
      }
    }
    // A Jordan block (one eigenvalue, one vector), a companion matrix (1, 2, 3), and a cyclic shift (roots of unity).
    for (const [elements, moduli] of [
      [
        [0, 1, 0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0],
      ],
      [
        [6, -11, 6, 1, 0, 0, 0, 1, 0],
        [1, 2, 3],
      ],
      [
        [0, 1, 0, 0, 0, 1, 1, 0, 0],
        [1, 1, 1],
      ],
    ] as const) {
      const x: Sample = { dtype, shape: [3, 3], elements };
      for (const backend of backends) {
        const [values] = runGraph(
          backend,
          graphOf([x], (a) => [b.unary("abs", b.eig(a)[0])]),
          [x],
        ) as number[][];
        values.sort((p, q) => p - q).forEach((value, i) => expect(Math.abs(value - moduli[i])).toBeLessThan(1e-5));
      }
    }
    const rotation: Sample = { dtype, shape: [2, 2], elements: [0, -1, 1, 0] };
    for (const backend of backends)
      expect(
        runGraph(
          backend,
          graphOf([rotation], (a) => [b.eig(a)[0]]),
          [rotation],
        )[0].map((value) => Math.abs(Number(value))),
      ).toEqual([0, 1, 0, 1]);
  });

  test("empty matrices and empty batches have empty factors", () => {
    for (const shape of [
      [0, 3, 3],
      [2, 0, 0],
    ]) {
      const x = matrix(dtype, shape);
      expectAgreement(backends, "empty", [x], (a) => [b.cholesky(a), ...b.lu(a), ...b.qr(a), ...b.svd(a), ...b.eigh(a), ...b.eig(a)]);
    }
    const tall = matrix(dtype, [3, 0]);
    expectAgreement(backends, "no columns", [tall], (a) => [...b.qr(a, true), ...b.svd(a, true), ...b.lu(a)]);
  });
});
