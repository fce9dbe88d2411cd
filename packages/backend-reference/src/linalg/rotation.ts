/** Jacobi rotations: the one that makes an element off the diagonal of a symmetric matrix vanish, and what it does to vectors. */

/** The rotation by the smaller of the two angles. */
export interface Rotation {
  readonly cosine: number;
  readonly sine: number;
}

/** Of rows and columns p and q of a symmetric matrix with `app` and `aqq` on its diagonal and `off` beside it, which is not 0. */
export function rotationFor(app: number, aqq: number, off: number): Rotation {
  const theta = (aqq - app) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const cosine = 1 / Math.hypot(1, tangent);
  return { cosine, sine: cosine * tangent };
}

/** Rotates the vectors at `p` and `q` of `a`, of `length` elements that lie `step` apart. */
export function rotate(a: Float64Array, p: number, q: number, length: number, step: number, { cosine, sine }: Rotation): void {
  for (let k = 0; k < length * step; k += step) {
    const x = a[p + k];
    const y = a[q + k];
    a[p + k] = cosine * x - sine * y;
    a[q + k] = sine * x + cosine * y;
  }
}
