/** Gradients of linear algebra with complex numbers; its values are held to NumPy's. */
import { reference } from "@neurite/backend-reference";
import { grad, GradientError, ops, setDefaultDevice, Tensor, tensor } from "@neurite/core";
import { beforeEach, describe, expect, test } from "vitest";
import { complexNumbers } from "../gradients/case.ts";
import { checkGradients } from "../gradients/check.ts";

beforeEach(() => setDefaultDevice(reference()));

const exact = reference({ precision: "float64" });

type Fn = (...xs: Tensor[]) => Tensor | readonly Tensor[];

/** Hermitian and positive definite. */
const definite = (a: Tensor): Tensor => ops.add(ops.matmul(a, ops.conj(ops.swapaxes(a, -1, -2))), ops.eye(a.shape.at(-1) as number));
/** u·√s·vᴴ, and s: neither hangs on the phases of the vectors. */
const rooted = ([u, s, vh]: readonly [Tensor, Tensor, Tensor]): readonly Tensor[] => {
  const roots = ops.expandDims(ops.sqrt(s), -2);
  return [ops.matmul(ops.multiply(u, roots), vh), s];
};
/** Its triangles and parts matter no more than the number that they make. */
const square: readonly (readonly number[])[] = [[3, 3]];

const functions: readonly (readonly [string, Fn, readonly (readonly number[])[]])[] = [
  ["matmul", (a, b) => ops.matmul(a!, b!), [[2, 3], [3, 2]]], // prettier-ignore
  ["det", (a) => ops.det(a!), square],
  ["det of a batch", (a) => ops.det(a!), [[2, 2, 2]]],
  ["slogdet", (a) => ops.slogdet(a!), square],
  ["logdet", (a) => ops.logdet(definite(a!)), square],
  ["inv", (a) => ops.inv(a!), square],
  ["solve", (a, b) => ops.solve(a!, b!), [[3, 3], [3, 2]]], // prettier-ignore
  ["solveTriangular", (a, b) => ops.solveTriangular(a!, b!, { lower: true }), [[3, 3], [3]]], // prettier-ignore
  ["lstsq", (a, b) => ops.lstsq(a!, b!), [[3, 2], [3, 1]]], // prettier-ignore
  ["pinv", (a) => ops.pinv(a!), [[2, 3]]],
  ["cholesky", (a) => ops.cholesky(definite(a!)), [[2, 2]]],
  ["choleskyInverse", (a) => ops.choleskyInverse(ops.cholesky(definite(a!))), [[2, 2]]],
  ["qr", (a) => ops.qr(a!), [[3, 2]]],
  ["qr of a wide matrix", (a) => ops.qr(a!), [[2, 3]]],
  ["luFactor", (a) => ops.luFactor(a!)[0], square],
  ["eigenvalues", (a) => ops.eigh(a!)[0], square],
  [
    "an exponential by eigenvectors",
    (a) => {
      const [w, v] = ops.eigh(definite(a!));
      return ops.matmul(ops.multiply(v, ops.exp(ops.multiply(w, 0.3))), ops.conj(ops.swapaxes(v, -1, -2)));
    },
    [[2, 2, 2]],
  ],
  ["powers of eigenvalues", (a) => ops.sum(ops.power(ops.eig(a!)[0], 3)), square],
  [
    "an exponential by eigenvectors of any matrix",
    (a) => {
      const [w, v] = ops.eig(a!);
      return ops.matmul(ops.multiply(v, ops.expandDims(ops.exp(ops.multiply(w, 0.3)), -2)), ops.inv(v));
    },
    [[2, 2]],
  ],
  ["singular vectors", (a) => rooted(ops.svd(a!, { fullMatrices: false })), [[3, 2]]],
  ["singular vectors of a wide matrix", (a) => rooted(ops.svd(a!, { fullMatrices: false })), [[2, 3]]],
  ["singular vectors of square matrices", (a) => rooted(ops.svd(a!)), [[2, 2, 2]]],
  ["norm", (a) => [ops.norm(a!), ops.norm(a!, { ord: 1, axis: 1 })], square],
];

describe("gradients, and theirs", () => {
  test.each(functions)("%s", async (_, fn, shapes) => {
    const inputs = shapes.map((shape, i) => complexNumbers(shape, i + 3));
    const values = (xs: readonly Tensor[]): never => [fn(...xs)].flat().map((y) => y.value) as never;
    const check = checkGradients(exact, { name: "", primitive: "composite", inputs, fn: (xs) => values(xs.map((x) => new Tensor(x))) });
    await expect(check).resolves.toBeUndefined();
  });
});

describe("of singular values", () => {
  const nuclear = (a: Tensor): Tensor => ops.norm(a, { ord: "nuc", axis: [0, 1] });
  const of = (seed: number, step = 0): Tensor => {
    const [a, d] = [complexNumbers([3, 2], 4), complexNumbers([3, 2], seed)].map(({ data }) => data);
    return complexOf(a!.map((x, i) => x + step * d![i]!));
  };
  const complexOf = (parts: readonly number[]): Tensor => ops.viewAsComplex(tensor(parts).reshape([3, 2, 2]));
  const direction = (seed: number): Tensor => complexOf(complexNumbers([3, 2], seed).data);

  test.each<readonly [string, (a: Tensor) => Tensor]>([
    ["nuclear norms", nuclear],
    ["spectral norms", (a) => ops.norm(a, { ord: 2, axis: [0, 1] })],
    ["singular values", (a) => ops.sum(ops.multiply(ops.svd(a, { computeUv: false }), [3, -2]))],
  ])("%s: as differences say", async (_, fn) => {
    setDefaultDevice(exact);
    const step = 1 / 1024;
    for (const seed of [11, 12, 13]) {
      const along = ops.sum(ops.real(ops.multiply(ops.conj(grad(fn)(of(4))), direction(seed))));
      const difference = (await fn(of(seed, step)).item()) - (await fn(of(seed, -step)).item());
      expect(await along.item()).toBeCloseTo(difference / (2 * step), 3);
    }
  });

  test("there are first derivatives alone", () => {
    expect(() => grad((a: Tensor) => ops.sum(ops.abs(grad(nuclear)(a))))(of(4))).toThrow(GradientError);
  });
});

describe("eig", () => {
  /** Several matrices: any, with real eigenvalues, with conjugate ones, without any, with one that is 0. */
  const matrices = [
    [[[1, 0], [2, 1], [0, -1]], [[0, 2], [-1, 0], [3, 0]], [[2, 1], [0.5, 1], [1, 3]]],
    [[[1, 0], [0, 0], [0, 0]], [[0, 0], [2, 0], [0, 0]], [[0, 0], [0, 0], [-2, 0]]],
    [[[0, 0], [-1, 0], [0, 0]], [[1, 0], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 1]]],
    [[[0, 0], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 0]]],
    [[[1, 1], [1, 1], [0, 0]], [[1, 1], [1, 1], [0, 0]], [[0, 0], [0, 0], [0, -2]]],
  ]; // prettier-ignore

  test("vectors are only stretched, by their values, and have length 1", async () => {
    const a = ops.viewAsComplex(tensor(matrices));
    const [w, v] = ops.eig(a);
    const rest = ops.subtract(ops.matmul(a, v), ops.multiply(v, ops.expandDims(w, -2)));
    expect(await ops.max(ops.abs(rest)).item()).toBeLessThan(1e-5);
    const lengths = (await ops.norm(ops.viewAsReal(v), { axis: [1, 3] }).array()) as number[][];
    lengths.flat().forEach((length) => expect(length).toBeCloseTo(1, 5));
    // They differ: of matrices with different values they are a basis.
    expect(await ops.min(ops.abs(ops.det(ops.getItem(v, [[0, 3]])))).item()).toBeGreaterThan(0.1);
  });

  test("values are those of the diagonal, of conjugate pairs, and of nothing", async () => {
    const [w] = ops.eig(ops.viewAsComplex(tensor(matrices)));
    const values = (await ops.viewAsReal(w).array()) as number[][][];
    const sorted = (row: readonly number[][]): number[] => row.map(([re, im]) => re! + 10 * im!).toSorted((x, y) => x - y);
    const expected = [null, [-2, 1, 2], [-10, 10, 10], [0, 0, 0], [-20, 0, 22]];
    values.forEach((row, i) => sorted(row).forEach((value, k) => expected[i] && expect(value).toBeCloseTo(expected[i][k]!, 4)));
  });

  test("matrices without rows have no values", () => {
    expect(ops.eig(ops.zeros([2, 0, 0], { dtype: "complex64" })).map(({ shape }) => shape)).toEqual([[2, 0], [2, 0, 0]]); // prettier-ignore
  });
});

describe("det of singular matrices", () => {
  const cofactorsOf = grad((x: Tensor) => ops.real(ops.det(x)).sum());
  const matrices = [
    [[[1, 1], [2, 2]], [[2, 0], [4, 0]]],
    [[[0, 0], [0, 1]], [[0, 0], [2, 0]]],
    [[[1, 0], [0, 2]], [[3, 0], [1, -1]]],
    [[[0, 0], [0, 0]], [[0, 0], [0, 0]]],
  ]; // prettier-ignore

  test("has the conjugate cofactors as gradient", async () => {
    const found = (await ops.viewAsReal(cofactorsOf(ops.viewAsComplex(tensor(matrices)))).array()) as number[][][][];
    matrices.forEach((matrix, i) => {
      const [a, b, c, d] = matrix.flat();
      const conjugates = [d!, c!.map((x) => -x), b!.map((x) => -x), a!].map(([re, im]) => [re!, -im!]);
      found[i]!.flat().forEach(([re, im], k) => {
        expect(re).toBeCloseTo(conjugates[k]![0]!, 4);
        expect(im).toBeCloseTo(conjugates[k]![1]!, 4);
      });
    });
  });

  test("has second derivatives: those of its polynomial", async () => {
    type Complex = readonly [number, number];
    const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
    const weights = [1, -2, 0.5, 3, 1, -1, 2, 0.25, -1.5];
    // Σ wᵢⱼ · Re(cofactorᵢⱼ), what the first gradient below is weighted to.
    const weighted = (m: readonly Complex[]): number =>
      weights.reduce((sum, weight, at) => {
        const [i, j] = [Math.floor(at / 3), at % 3];
        const [r, s] = [(i + 1) % 3, (i + 2) % 3];
        const [c, d] = [(j + 1) % 3, (j + 2) % 3];
        const one = times(m[3 * r + c]!, m[3 * s + d]!);
        const other = times(m[3 * r + d]!, m[3 * s + c]!);
        return sum + weight * (one[0] - other[0]);
      }, 0);
    const second = grad((x: Tensor) =>
      ops
        .real(cofactorsOf(x))
        .mul(tensor(weights).reshape([3, 3]))
        .sum(),
    );
    const rankOne: Complex[] = [1, 2, -1, 2, 4, -2, 0.5, 1, -0.5].map((x) => [x, 2 * x]);
    const rankTwo: Complex[] = [[1, 1], [2, 0], [0, 1], [0, 2], [1, 0], [3, -1], [1, 3], [3, 0], [3, 0]]; // prettier-ignore
    const regular: Complex[] = rankTwo.map(([re, im], i) => [re + (i % 4 === 0 ? 2 : 0), im]);
    const zero: Complex[] = rankTwo.map(() => [0, 0]);
    for (const matrix of [rankOne, rankTwo, regular, zero]) {
      const found = (await ops
        .viewAsReal(second(ops.viewAsComplex(tensor(matrix.map((x) => [...x]))).reshape([3, 3])))
        .reshape([9, 2])
        .array()) as number[][];
      found.forEach((slopes, k) =>
        slopes.forEach((slope, part) => {
          const moved = (by: number): Complex[] => matrix.map((x, i) => (i === k ? [x[0] + (part === 0 ? by : 0), x[1] + part * by] : x));
          expect(slope).toBeCloseTo(weighted(moved(0.5)) - weighted(moved(-0.5)), 3);
        }),
      );
    }
  });
});

test("square factors of complex matrices that are not have no gradient", () => {
  const square = grad((a: Tensor) => ops.real(ops.sum(ops.svd(a)[0])));
  expect(() => square(ops.cast(ops.ones([3, 2]), "complex64"))).toThrow(GradientError);
});
