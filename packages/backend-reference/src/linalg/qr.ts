/** QR factorization by Householder reflections, with LAPACK's signs: R's diagonal is minus the sign of what was there. */

/** q [m, rank] and r [rank, n] of `a` [m, n]; `rank` is m (full) or min(m, n). */
export function qr(a: Float64Array, m: number, n: number, rank: number, q: Float64Array, r: Float64Array): void {
  const work = Float64Array.from(a);
  const count = Math.min(m, n);
  const factors = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    factors[j] = makeReflector(work, m, n, j);
    applyReflector(work, m, n, j, factors[j], work, n, j + 1);
  }
  for (let i = 0; i < rank; i++) for (let j = 0; j < n; j++) r[i * n + j] = j >= i ? work[i * n + j] : 0;
  q.fill(0);
  for (let i = 0; i < rank; i++) q[i * rank + i] = 1;
  for (let j = count - 1; j >= 0; j--) applyReflector(work, m, n, j, factors[j], q, rank, j);
}

/** Turns column `j` from the diagonal down into (beta; v₁, v₂, …), where H = I - tau·(1, v)(1, v)ᵀ; returns tau. */
function makeReflector(work: Float64Array, m: number, n: number, j: number): number {
  let scale = 0;
  for (let i = j + 1; i < m; i++) scale = Math.max(scale, Math.abs(work[i * n + j]));
  if (scale === 0) return 0;
  const alpha = work[j * n + j];
  scale = Math.max(scale, Math.abs(alpha));
  let squares = (alpha / scale) ** 2;
  for (let i = j + 1; i < m; i++) squares += (work[i * n + j] / scale) ** 2;
  const norm = scale * Math.sqrt(squares);
  const beta = alpha < 0 || Object.is(alpha, -0) ? norm : -norm;
  for (let i = j + 1; i < m; i++) work[i * n + j] /= alpha - beta;
  work[j * n + j] = beta;
  return (beta - alpha) / beta;
}

/** Applies reflector `j` of `work` to the columns of `target` from `from` on. */
function applyReflector(
  work: Float64Array,
  m: number,
  n: number,
  j: number,
  tau: number,
  target: Float64Array,
  columns: number,
  from: number,
): void {
  if (tau === 0) return;
  for (let c = from; c < columns; c++) {
    let product = target[j * columns + c];
    for (let i = j + 1; i < m; i++) product += work[i * n + j] * target[i * columns + c];
    product *= tau;
    target[j * columns + c] -= product;
    for (let i = j + 1; i < m; i++) target[i * columns + c] -= work[i * n + j] * product;
  }
}
