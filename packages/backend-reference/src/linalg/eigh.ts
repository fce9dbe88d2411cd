/** Eigenvalues of symmetric matrices by cyclic Jacobi rotations. */
import { rotate, rotationFor } from "./rotation.ts";

const maxSweeps = 60;

/**
 * Ascending `values` [n] and `vectors` [n, n] (columns) of the symmetric `a` [n, n], of which the lower triangle is read. All NaN where an element is
 * not finite.
 */
export function eigh(a: Float64Array, n: number, values: Float64Array, vectors: Float64Array): void {
  const work = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) work[i * n + j] = i >= j ? a[i * n + j] : a[j * n + i];
  if (!work.every(Number.isFinite)) {
    values.fill(NaN);
    vectors.fill(NaN);
    return;
  }
  // Eigenvectors as rows while rotating.
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  for (let sweep = 0; sweep < maxSweeps && rotateAll(work, basis, n); sweep++);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => work[i * n + i] - work[j * n + j] || i - j);
  order.forEach((from, to) => {
    values[to] = work[from * n + from];
    for (let k = 0; k < n; k++) vectors[k * n + to] = basis[from * n + k];
  });
}

/** Zeroes each element off the diagonal once; true if some were not negligible. */
function rotateAll(work: Float64Array, basis: Float64Array, n: number): boolean {
  let rotated = false;
  for (let p = 0; p < n; p++) {
    for (let q = p + 1; q < n; q++) {
      const off = work[p * n + q];
      const [app, aqq] = [work[p * n + p], work[q * n + q]];
      // Negligible against both of its diagonal elements: adding it changes neither.
      const small = Math.abs(app) + Math.abs(off) === Math.abs(app) && Math.abs(aqq) + Math.abs(off) === Math.abs(aqq);
      if (small || !(off !== 0) || off !== off) {
        if (small) work[p * n + q] = work[q * n + p] = 0;
        continue;
      }
      rotated = true;
      const rotation = rotationFor(app, aqq, off);
      rotate(work, p * n, q * n, n, 1, rotation);
      rotate(work, p, q, n, n, rotation);
      work[p * n + q] = work[q * n + p] = 0;
      rotate(basis, p * n, q * n, n, 1, rotation);
    }
  }
  return rotated;
}
