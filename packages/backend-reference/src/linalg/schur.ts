/**
 * Real Schur form: a = z·t·zᵀ with t upper triangular but for 2×2 blocks on its diagonal, by reduction to Hessenberg
 * form and Francis' implicitly shifted QR steps (Golub and Van Loan, "Matrix Computations", §7.4-7.5). Row-major.
 */

const epsilon = 2 ** -52;

/** Overwrites `t` [n, n] with its Schur form and returns `z`; null if the iteration fails to converge (NaN or infinite input). */
export function realSchur(t: Float64Array, n: number): Float64Array | null {
  const z = new Float64Array(n * n);
  for (let i = 0; i < n; i++) z[i * n + i] = 1;
  if (!t.every(Number.isFinite)) return null;
  for (let k = 0; k + 2 < n; k++) {
    reflect(t, z, n, k + 1, column(t, n, k + 1, k, n - k - 1), k);
    for (let i = k + 2; i < n; i++) t[i * n + k] = 0;
  }
  // Rounding errors of rounding errors: without an end they would be chased down to where numbers have no precision.
  const least = epsilon ** 2 * norm(t);
  let end = n - 1;
  let steps = 0;
  while (end > 0) {
    const start = activeBlock(t, n, end, least);
    if (start >= end - 1) {
      if (start === end - 1) splitBlock(t, z, n, start);
      end = start - 1;
      steps = 0;
      continue;
    }
    if (++steps > 30 * Math.max(n, 10)) return null;
    francisStep(t, z, n, start, end, steps % 10 === 0);
  }
  return z;
}

/** First row of the unreduced block that ends at `end`; subdiagonal elements on the way that are negligible, or at most `least`, become zero. */
function activeBlock(t: Float64Array, n: number, end: number, least: number): number {
  for (let i = end; i > 0; i--) {
    const scale = Math.abs(t[(i - 1) * n + i - 1]) + Math.abs(t[i * n + i]);
    if (Math.abs(t[i * n + i - 1]) <= Math.max(epsilon * scale, least)) {
      t[i * n + i - 1] = 0;
      return i;
    }
  }
  return 0;
}

function norm(t: Float64Array): number {
  return t.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function column(t: Float64Array, n: number, row: number, at: number, length: number): number[] {
  return Array.from({ length }, (_, i) => t[(row + i) * n + at]);
}

/**
 * Applies, from both sides, the reflection that takes `vector` (which begins at row `row`) to a multiple of the first unit
 * vector. Columns before `from` are zero in these rows and are left out.
 */
function reflect(t: Float64Array, z: Float64Array, n: number, row: number, vector: number[], from: number): void {
  const largest = vector.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (largest === 0 || vector.slice(1).every((x) => x === 0)) return;
  // Of any length: numbers may be so small that their squares are 0.
  const v = vector.map((x) => x / largest);
  v[0] += v[0] < 0 ? -Math.hypot(...v) : Math.hypot(...v);
  const scale = 2 / v.reduce((total, x) => total + x * x, 0);
  for (let c = from; c < n; c++) {
    let product = 0;
    for (let i = 0; i < v.length; i++) product += v[i] * t[(row + i) * n + c];
    for (let i = 0; i < v.length; i++) t[(row + i) * n + c] -= scale * product * v[i];
  }
  for (const a of [t, z]) {
    for (let r = 0; r < n; r++) {
      let product = 0;
      for (let i = 0; i < v.length; i++) product += a[r * n + row + i] * v[i];
      for (let i = 0; i < v.length; i++) a[r * n + row + i] -= scale * product * v[i];
    }
  }
}

/** The eigenvalues of (a b; c d), by differences from their mean: real parts and the imaginary part. */
function shiftsOf(a: number, b: number, c: number, d: number): readonly [first: number, second: number, imaginary: number] {
  const scale = Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d);
  if (scale === 0) return [0, 0, 0];
  const [p, q] = [a / scale, d / scale];
  const mean = (p + q) / 2;
  const determinant = (p - mean) * (q - mean) - (b / scale) * (c / scale);
  const root = Math.sqrt(Math.abs(determinant));
  if (determinant >= 0) return [mean * scale, mean * scale, root * scale];
  return [(mean + root) * scale, (mean - root) * scale, 0];
}

/** One double-shift QR step on rows `start` to `end`; `exceptional` shifts break a cycle. */
function francisStep(t: Float64Array, z: Float64Array, n: number, start: number, end: number, exceptional: boolean): void {
  const at = (i: number, j: number): number => t[i * n + j];
  let shifts = shiftsOf(at(end - 1, end - 1), at(end - 1, end), at(end, end - 1), at(end, end));
  if (exceptional) {
    const size = Math.abs(at(end, end - 1)) + Math.abs(at(end - 1, end - 2));
    const diagonal = 0.75 * size + at(end, end);
    shifts = shiftsOf(diagonal, -0.4375 * size, size, diagonal);
  }
  // First column of (t - shift)(t - other shift), which is real although the shifts may not be, up to a factor. Only differences are
  // multiplied: on a diagonal of equal values they are what there is to find out.
  const [first, second] = [at(start, start) - shifts[0], at(start, start) - shifts[1]];
  const below = at(start + 1, start);
  const scale = Math.abs(second) + Math.abs(shifts[2]) + Math.abs(below);
  const ratio = below / scale;
  let bulge = [
    ratio * at(start, start + 1) + first * (second / scale) + shifts[2] * (shifts[2] / scale),
    ratio * (first + (at(start + 1, start + 1) - shifts[1])),
    ratio * at(start + 2, start + 1),
  ];
  for (let k = start; k < end; k++) {
    const length = Math.min(3, end - k + 1);
    if (k > start) bulge = column(t, n, k, k - 1, length);
    reflect(t, z, n, k, bulge.slice(0, length), Math.max(0, k - 1));
    if (k > start) for (let i = 1; i < length; i++) t[(k + i) * n + k - 1] = 0;
  }
}

/** Makes the 2×2 block at `row` triangular if its eigenvalues are real. */
function splitBlock(t: Float64Array, z: Float64Array, n: number, row: number): void {
  const [a, b, c, d] = [t[row * n + row], t[row * n + row + 1], t[(row + 1) * n + row], t[(row + 1) * n + row + 1]];
  const half = (a - d) / 2;
  const discriminant = half * half + b * c;
  if (discriminant < 0) return;
  // (eigenvalue - d, c) is an eigenvector; of the two, the one computed without cancellation.
  const root = Math.sqrt(discriminant);
  const vector = [half < 0 ? half - root : half + root, c];
  const length = Math.hypot(...vector);
  if (length === 0) return;
  const [cosine, sine] = [vector[0] / length, vector[1] / length];
  for (let k = 0; k < n; k++) {
    const [x, y] = [t[row * n + k], t[(row + 1) * n + k]];
    t[row * n + k] = cosine * x + sine * y;
    t[(row + 1) * n + k] = cosine * y - sine * x;
  }
  for (const m of [t, z]) {
    for (let k = 0; k < n; k++) {
      const [x, y] = [m[k * n + row], m[k * n + row + 1]];
      m[k * n + row] = cosine * x + sine * y;
      m[k * n + row + 1] = cosine * y - sine * x;
    }
  }
  t[(row + 1) * n + row] = 0;
}
