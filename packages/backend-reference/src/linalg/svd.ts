/** Singular values by one-sided Jacobi rotations (Demmel and Veselić, "Jacobi's method is more accurate than QR", 1992). */
import { rotate, rotationFor } from "./rotation.ts";

const epsilon = 2 ** -52;
const maxSweeps = 60;

export interface Svd {
  /** Left singular vectors as rows, [count, m]. */
  readonly left: Float64Array;
  /** Descending, [min(m, n)]. */
  readonly values: Float64Array;
  /** Right singular vectors as rows, [count, n]. */
  readonly right: Float64Array;
}

/** Factors `a` [m, n]; with `full`, the vectors are completed to whole bases. All NaN where an element is not finite. */
export function svd(a: Float64Array, m: number, n: number, full: boolean): Svd {
  if (!a.every(Number.isFinite)) {
    const nan = (count: number): Float64Array => new Float64Array(count).fill(NaN);
    const k = Math.min(m, n);
    return { left: nan((full ? m : k) * m), values: nan(k), right: nan((full ? n : k) * n) };
  }
  if (m < n) {
    const { left, values, right } = svd(transpose(a, m, n), n, m, full);
    return { left: right, values, right: left };
  }
  // Columns of `a` as rows: rotations then run along memory.
  const work = transpose(a, m, n);
  const basis = identity(n);
  for (let sweep = 0; sweep < maxSweeps && rotateAll(work, basis, m, n); sweep++);
  const norms = Float64Array.from({ length: n }, (_, i) => norm(work, i * m, m));
  const order = Array.from(norms.keys()).sort((i, j) => norms[j] - norms[i] || i - j);
  const values = Float64Array.from(order, (i) => norms[i]);
  const left = new Float64Array((full ? m : n) * m);
  const right = new Float64Array(n * n);
  // A column of mere rounding errors has no direction of its own.
  const negligible = (values[0] ?? 0) * epsilon * Math.max(m, n);
  let found = 0;
  order.forEach((from, to) => {
    right.set(basis.subarray(from * n, (from + 1) * n), to * n);
    if (values[to] <= negligible) return;
    for (let i = 0; i < m; i++) left[to * m + i] = work[from * m + i] / values[to];
    found = to + 1;
  });
  completeBasis(left, found, full ? m : n, m);
  return { left, values, right };
}

export function transpose(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j];
  return out;
}

function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

function product(a: Float64Array, i: number, b: Float64Array, j: number, length: number): number {
  let total = 0;
  for (let k = 0; k < length; k++) total += a[i + k] * b[j + k];
  return total;
}

function norm(a: Float64Array, start: number, length: number): number {
  let scale = 0;
  for (let k = 0; k < length; k++) scale = Math.max(scale, Math.abs(a[start + k]));
  if (scale === 0 || scale !== scale || scale === Infinity) return scale;
  let squares = 0;
  for (let k = 0; k < length; k++) squares += (a[start + k] / scale) ** 2;
  return scale * Math.sqrt(squares);
}

/** Makes each pair of rows orthogonal once; true if some were not. */
function rotateAll(work: Float64Array, basis: Float64Array, m: number, n: number): boolean {
  let rotated = false;
  for (let p = 0; p < n; p++) {
    for (let q = p + 1; q < n; q++) {
      const alpha = product(work, p * m, work, p * m, m);
      const beta = product(work, q * m, work, q * m, m);
      const gamma = product(work, p * m, work, q * m, m);
      if (!(Math.abs(gamma) > epsilon * Math.sqrt(alpha * beta))) continue;
      rotated = true;
      const rotation = rotationFor(alpha, beta, gamma);
      rotate(work, p * m, q * m, m, 1, rotation);
      rotate(basis, p * n, q * n, n, 1, rotation);
    }
  }
  return rotated;
}

/** Fills rows `from` to `to` of `rows` [to, length] with unit vectors orthogonal to those before. */
function completeBasis(rows: Float64Array, from: number, to: number, length: number): void {
  let candidate = 0;
  for (let row = from; row < to; row++) {
    for (; candidate < length; candidate++) {
      const vector = rows.subarray(row * length, (row + 1) * length);
      vector.fill(0);
      vector[candidate] = 1;
      // Twice is enough: the second pass removes what rounding left.
      for (let pass = 0; pass < 2; pass++) {
        for (let other = 0; other < row; other++) {
          const along = product(vector, 0, rows, other * length, length);
          for (let k = 0; k < length; k++) vector[k] -= along * rows[other * length + k];
        }
      }
      const size = norm(vector, 0, length);
      if (size * size * 2 * length < 1) continue;
      for (let k = 0; k < length; k++) vector[k] /= size;
      candidate++;
      break;
    }
  }
}
