/** Cholesky factorization and triangular systems. Matrices are row-major. */

/** Lower factor of a symmetric positive definite `a` [n, n], of which the lower triangle is read. Not definite: NaN. */
export function cholesky(a: Float64Array, n: number, out: Float64Array): void {
  out.fill(0);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = a[i * n + j];
      for (let k = 0; k < j; k++) rest -= out[i * n + k] * out[j * n + k];
      if (i > j) out[i * n + j] = rest / out[j * n + j];
      else if (rest > 0) out[i * n + j] = Math.sqrt(rest);
      else return fillLower(out, n, NaN);
    }
  }
}

function fillLower(out: Float64Array, n: number, value: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[i * n + j] = value;
}

export interface TriangularOptions {
  readonly lower: boolean;
  readonly transpose: boolean;
  readonly unitDiagonal: boolean;
}

/** x of a·x = b or aᵀ·x = b, for `b` [n, k]. Only the triangle (and not a unit diagonal) is read. */
export function triangularSolve(
  a: Float64Array,
  n: number,
  b: Float64Array,
  k: number,
  out: Float64Array,
  options: TriangularOptions,
): void {
  const { lower, transpose, unitDiagonal } = options;
  out.set(b);
  // A transposed lower triangle is an upper one.
  const forward = lower !== transpose;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    for (let done = 0; done < step; done++) {
      const j = forward ? done : n - 1 - done;
      const factor = transpose ? a[j * n + i] : a[i * n + j];
      for (let c = 0; c < k; c++) out[i * k + c] -= factor * out[j * k + c];
    }
    if (!unitDiagonal) for (let c = 0; c < k; c++) out[i * k + c] /= a[i * n + i];
  }
}
