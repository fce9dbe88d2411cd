/** Eigenvalues and eigenvectors of general real matrices, from their real Schur form. Complex numbers are interleaved. */
import * as complex from "../numbers/complex.ts";
import { realSchur } from "./schur.ts";

const epsilon = 2 ** -52;
/** Divisors of a matrix of zeros. */
const smallest = 1e-290;

/** `values` [n] and `vectors` [n, n] (unit columns, the largest component real), both complex. No convergence: NaN. */
export function eig(a: Float64Array, n: number, values: Float64Array, vectors: Float64Array): void {
  const t = Float64Array.from(a);
  const z = realSchur(t, n);
  if (z === null) {
    values.fill(NaN);
    vectors.fill(NaN);
    return;
  }
  const blockStart = new Int32Array(n);
  for (let i = 0; i < n;) {
    const pair = i + 1 < n && t[(i + 1) * n + i] !== 0;
    blockStart[i] = i;
    if (pair) blockStart[i + 1] = i;
    eigenvalues(t, n, i, pair, values);
    i += pair ? 2 : 1;
  }
  const scale = t.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (let i = 0; i < n; i++) {
    const conjugate = blockStart[i] !== i;
    if (conjugate) {
      for (let r = 0; r < n; r++) {
        vectors[2 * (r * n + i)] = vectors[2 * (r * n + i - 1)];
        vectors[2 * (r * n + i) + 1] = -vectors[2 * (r * n + i - 1) + 1];
      }
      continue;
    }
    const y = backSubstitute(t, n, i, values[2 * i], values[2 * i + 1], blockStart, Math.max(scale * epsilon, smallest));
    storeVector(z, n, i, y, vectors);
  }
}

function eigenvalues(t: Float64Array, n: number, i: number, pair: boolean, values: Float64Array): void {
  values[2 * i] = t[i * n + i];
  values[2 * i + 1] = 0;
  if (!pair) return;
  const [a, b, c, d] = [t[i * n + i], t[i * n + i + 1], t[(i + 1) * n + i], t[(i + 1) * n + i + 1]];
  const half = (a - d) / 2;
  const imaginary = Math.sqrt(Math.max(0, -(half * half + b * c)));
  values[2 * i] = values[2 * i + 2] = (a + d) / 2;
  values[2 * i + 1] = imaginary;
  values[2 * i + 3] = -imaginary;
}

/** y with (t - (re + i·im)) y = 0 for the eigenvalue of the block that begins at `block`; divisors below `tiny` are replaced by it. */
function backSubstitute(
  t: Float64Array,
  n: number,
  block: number,
  re: number,
  im: number,
  blockStart: Int32Array,
  tiny: number,
): Float64Array {
  const y = new Float64Array(2 * n);
  const wide = block + 1 < n && blockStart[block + 1] === block;
  if (wide) {
    // The block's own eigenvector: (t₀₁, λ - t₀₀).
    y[2 * block] = t[block * n + block + 1];
    y[2 * block + 2] = re - t[block * n + block];
    y[2 * block + 3] = im;
  } else {
    y[2 * block] = 1;
  }
  const last = wide ? block + 1 : block;
  for (let i = block - 1; i >= 0; i--) {
    const [p, q] = rightSide(t, n, i, i + 1, last, y);
    if (blockStart[i] === i) {
      const divisor = t[i * n + i] - re;
      if (Math.abs(divisor) + Math.abs(im) < tiny) complex.divide(p, q, tiny, 0);
      else complex.divide(p, q, divisor, -im);
      y.set(complex.result, 2 * i);
    } else {
      i--;
      const above = rightSide(t, n, i, i + 2, last, y);
      const [a, b, c, d] = [t[i * n + i], t[i * n + i + 1], t[(i + 1) * n + i], t[(i + 1) * n + i + 1]];
      y.set(solvePair([[[a - re, -im], [b, 0]], [[c, 0], [d - re, -im]]], [above, [p, q]], tiny), 2 * i); // prettier-ignore
    }
    rescale(y, last);
  }
  return y;
}

/** -Σ t[i, j]·y[j] for j from `from` to `last`. */
function rightSide(t: Float64Array, n: number, i: number, from: number, last: number, y: Float64Array): [number, number] {
  let p = 0;
  let q = 0;
  for (let j = from; j <= last; j++) {
    p -= t[i * n + j] * y[2 * j];
    q -= t[i * n + j] * y[2 * j + 1];
  }
  return [p, q];
}

type Complex = readonly [re: number, im: number];

function over([a, b]: Complex, [c, d]: Complex): Complex {
  complex.divide(a, b, c, d);
  return [complex.result[0], complex.result[1]];
}

/** a - b·c */
function less(a: Complex, b: Complex, c: Complex): Complex {
  complex.multiply(b[0], b[1], c[0], c[1]);
  return [a[0] - complex.result[0], a[1] - complex.result[1]];
}

const sizeOf = ([re, im]: Complex): number => Math.abs(re) + Math.abs(im);

/** x with m·x = right, its parts one after the other, by elimination from the largest element; a pivot below `tiny` is replaced by it. */
function solvePair(m: readonly (readonly Complex[])[], right: readonly Complex[], tiny: number): number[] {
  const largest = Math.max(...m.flat().map(sizeOf));
  const place = Math.max(0, m.flat().findIndex((element) => sizeOf(element) === largest)); // prettier-ignore
  const [row, column] = [place >> 1, place & 1];
  const atLeast = (a: Complex): Complex => (sizeOf(a) < tiny ? [tiny, 0] : a);
  const pivot = atLeast(m[row][column]);
  const beside = m[row][1 - column];
  const ratio = over(m[1 - row][column], pivot);
  const rest = atLeast(less(m[1 - row][1 - column], ratio, beside));
  const other = over(less(right[1 - row], ratio, right[row]), rest);
  const own = over(less(right[row], beside, other), pivot);
  return column === 0 ? [...own, ...other] : [...other, ...own];
}

/** Keeps growing vectors in range. */
function rescale(y: Float64Array, last: number): void {
  let largest = 0;
  for (let i = 0; i < 2 * last + 2; i++) largest = Math.max(largest, Math.abs(y[i]));
  if (largest > 1e100) for (let i = 0; i < y.length; i++) y[i] /= largest;
}

/** Column `column` of `vectors` becomes z·y, normalized. */
function storeVector(z: Float64Array, n: number, column: number, y: Float64Array, vectors: Float64Array): void {
  const v = new Float64Array(2 * n);
  let largest = 0;
  for (let i = 0; i < 2 * n; i++) largest = Math.max(largest, Math.abs(y[i]));
  for (let r = 0; r < n; r++) {
    for (let j = 0; j < n; j++) {
      v[2 * r] += (z[r * n + j] * y[2 * j]) / largest;
      v[2 * r + 1] += (z[r * n + j] * y[2 * j + 1]) / largest;
    }
  }
  let squares = 0;
  let lead = 0;
  for (let r = 0; r < n; r++) {
    squares += v[2 * r] ** 2 + v[2 * r + 1] ** 2;
    if (Math.hypot(v[2 * r], v[2 * r + 1]) > Math.hypot(v[2 * lead], v[2 * lead + 1])) lead = r;
  }
  // A unit number that makes the largest component of a complex vector real; real vectors keep their sign.
  const real = v.every((x, i) => i % 2 === 0 || x === 0);
  const modulus = Math.hypot(v[2 * lead], v[2 * lead + 1]);
  const [turnRe, turnIm] = real ? [1, 0] : [v[2 * lead] / modulus, -v[2 * lead + 1] / modulus];
  const length = Math.sqrt(squares);
  for (let r = 0; r < n; r++) {
    complex.multiply(v[2 * r], v[2 * r + 1], turnRe, turnIm);
    vectors[2 * (r * n + column)] = complex.result[0] / length;
    vectors[2 * (r * n + column) + 1] = !real && r === lead ? 0 : complex.result[1] / length;
  }
}
