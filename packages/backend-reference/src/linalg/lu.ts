/** LU factorization with partial pivoting, as LAPACK's getrf with indices from 0. */

/** Overwrites `a` [m, n] with L (unit diagonal left out) and U. Row `i` was swapped with `pivots[i]`; `permutation` is the swaps' product. */
export function lu(a: Float64Array, m: number, n: number, pivots: Float64Array, permutation: Float64Array): void {
  for (let i = 0; i < m; i++) permutation[i] = i;
  for (let j = 0; j < Math.min(m, n); j++) {
    let pivot = j;
    for (let i = j + 1; i < m; i++) if (Math.abs(a[i * n + j]) > Math.abs(a[pivot * n + j])) pivot = i;
    pivots[j] = pivot;
    if (pivot !== j) swapRows(a, n, j, pivot, permutation);
    // A column of zeros has no pivot: U is singular there, and L's column stays zero.
    if (a[j * n + j] === 0) continue;
    for (let i = j + 1; i < m; i++) {
      const factor = a[i * n + j] / a[j * n + j];
      a[i * n + j] = factor;
      for (let k = j + 1; k < n; k++) a[i * n + k] -= factor * a[j * n + k];
    }
  }
}

function swapRows(a: Float64Array, n: number, i: number, j: number, permutation: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const kept = a[i * n + k];
    a[i * n + k] = a[j * n + k];
    a[j * n + k] = kept;
  }
  const kept = permutation[i];
  permutation[i] = permutation[j];
  permutation[j] = kept;
}
