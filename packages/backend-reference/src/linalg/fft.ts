/** The discrete Fourier transform of any length: powers of two directly, other lengths by Bluestein's convolution. */

/** e^(2πi·numerator/denominator): real and imaginary part at `out[2·at]`. */
function unitRoot(numerator: number, denominator: number, out: Float64Array, at: number): void {
  // Angles are reduced to an eighth of a turn, where sine and cosine are most accurate and symmetric.
  const eighths = Math.floor((8 * numerator) / denominator);
  const turned = (quarter: number, re: number, im: number): void => {
    const [x, y] = [
      [re, im],
      [-im, re],
      [-re, -im],
      [im, -re],
    ][quarter & 3];
    out[2 * at] = x;
    out[2 * at + 1] = y;
  };
  const quarter = Math.floor((eighths + 1) / 2);
  const angle = (2 * Math.PI * (numerator - (quarter * denominator) / 4)) / denominator;
  turned(quarter, Math.cos(angle), Math.sin(angle));
}

/** A transform of a fixed length. Complex numbers are interleaved. */
export interface Fft {
  /** Replaces `x` by its transform; the inverse divides by the length. */
  apply(x: Float64Array, inverse: boolean): void;
}

export function makeFft(n: number): Fft {
  const forward = n > 0 && (n & (n - 1)) === 0 ? powerOfTwo(n) : bluestein(n);
  return {
    apply: (x, inverse) => {
      if (n < 2) return;
      if (inverse) conjugate(x);
      forward(x);
      if (!inverse) return;
      conjugate(x);
      for (let i = 0; i < x.length; i++) x[i] /= n;
    },
  };
}

function conjugate(x: Float64Array): void {
  for (let i = 1; i < x.length; i += 2) x[i] = -x[i];
}

function powerOfTwo(n: number): (x: Float64Array) => void {
  const roots = new Float64Array(n);
  for (let k = 0; k < n / 2; k++) unitRoot(k === 0 ? 0 : n - k, n, roots, k);
  return (x) => {
    reverseBits(x, n);
    for (let half = 1; half < n; half *= 2) {
      const stride = n / (2 * half);
      for (let start = 0; start < n; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const [a, b, w] = [2 * (start + k), 2 * (start + k + half), 2 * k * stride];
          const re = x[b] * roots[w] - x[b + 1] * roots[w + 1];
          const im = x[b] * roots[w + 1] + x[b + 1] * roots[w];
          x[b] = x[a] - re;
          x[b + 1] = x[a + 1] - im;
          x[a] += re;
          x[a + 1] += im;
        }
      }
    }
  };
}

function reverseBits(x: Float64Array, n: number): void {
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    for (let lane = 0; lane < 2; lane++) {
      const kept = x[2 * i + lane];
      x[2 * i + lane] = x[2 * j + lane];
      x[2 * j + lane] = kept;
    }
  }
}

/** With jk = (j² + k² - (k-j)²)/2 the transform is a convolution with a chirp, done at a power of two. */
function bluestein(n: number): (x: Float64Array) => void {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const inner = makeFft(size);
  const chirp = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    const square = (k * k) % (2 * n);
    unitRoot(square === 0 ? 0 : 2 * n - square, 2 * n, chirp, k);
  }
  const filter = new Float64Array(2 * size);
  for (let k = 0; k < n; k++) {
    for (const at of k === 0 ? [0] : [k, size - k]) {
      filter[2 * at] = chirp[2 * k];
      filter[2 * at + 1] = -chirp[2 * k + 1];
    }
  }
  inner.apply(filter, false);
  return (x) => {
    const work = new Float64Array(2 * size);
    multiplyInto(work, x, chirp, n);
    inner.apply(work, false);
    multiplyInto(work, work, filter, size);
    inner.apply(work, true);
    multiplyInto(x, work, chirp, n);
  };
}

function multiplyInto(out: Float64Array, a: Float64Array, b: Float64Array, count: number): void {
  for (let i = 0; i < 2 * count; i += 2) {
    const re = a[i] * b[i] - a[i + 1] * b[i + 1];
    out[i + 1] = a[i] * b[i + 1] + a[i + 1] * b[i];
    out[i] = re;
  }
}
