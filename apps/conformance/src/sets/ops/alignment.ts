/** Matrix factors that are unique up to a sign or a phase are compared after they were given the expected one's. */
import type { HostArray } from "../../format/host-array.ts";

type Factors = "columns" | "rows";

/** Which outputs carry a free sign for each column (last axis) or row (last but one). */
const freeSigns: Readonly<Record<string, readonly { readonly output: number; readonly of: Factors }[]>> = {
  qr: [
    { output: 0, of: "columns" },
    { output: 1, of: "rows" },
  ],
  svd: [
    { output: 0, of: "columns" },
    { output: 2, of: "rows" },
  ],
  eigh: [{ output: 1, of: "columns" }],
  eig: [{ output: 1, of: "columns" }],
};

/**
 * For an output with free signs, the array of its shape whose product with it has the signs of the expected one; null for any other.
 * Complex ones are told apart by their phase: the factors are then complex numbers of modulus 1.
 */
export function signsFor(op: string, output: number, actual: HostArray, expected: HostArray): HostArray | null {
  const free = freeSigns[op]?.find((entry) => entry.output === output);
  if (free === undefined || actual.shape.join() !== expected.shape.join() || actual.shape.length < 2) return null;
  const parts = actual.dtype.startsWith("complex") ? 2 : 1;
  const columns = actual.shape.at(-1) as number;
  const rows = actual.shape.at(-2) as number;
  const matrices = actual.data.length / (parts * rows * columns);
  const at = (matrix: number, factor: number, k: number): number =>
    parts * (matrix * rows * columns + (free.of === "columns" ? k * columns + factor : factor * columns + k));
  const [factors, length] = free.of === "columns" ? [columns, rows] : [rows, columns];

  const signs = new Array<number>(actual.data.length).fill(0);
  for (let matrix = 0; matrix < matrices; matrix++) {
    for (let factor = 0; factor < factors; factor++) {
      // The inner product of the expected with the actual one: its phase is what they differ by.
      let real = 0;
      let imag = 0;
      for (let k = 0; k < length; k++) {
        const i = at(matrix, factor, k);
        const [a, b] = [Number(actual.data[i]), parts === 2 ? Number(actual.data[i + 1]) : 0];
        const [c, d] = [Number(expected.data[i]), parts === 2 ? Number(expected.data[i + 1]) : 0];
        real += a * c + b * d;
        imag += a * d - b * c;
      }
      const modulus = Math.hypot(real, imag) || 1;
      for (let k = 0; k < length; k++) {
        const i = at(matrix, factor, k);
        signs[i] = parts === 1 ? Math.sign(real) || 1 : real / modulus;
        if (parts === 2) signs[i + 1] = imag / modulus;
      }
    }
  }
  return { dtype: actual.dtype, shape: actual.shape, data: signs };
}

/** Elementwise product, of complex numbers where the arrays hold such. */
export function multiply(a: HostArray, b: HostArray): HostArray {
  const x = a.data.map(Number);
  const y = b.data.map(Number);
  if (!a.dtype.startsWith("complex")) return { ...a, data: x.map((value, i) => value * (y[i] as number)) };
  const data = x.map((_, i) => {
    const [re, im, other] = [i - (i % 2), i - (i % 2) + 1, i % 2] as const;
    const [p, q, r, s] = [x[re] as number, x[im] as number, y[re] as number, y[im] as number];
    return other === 0 ? p * r - q * s : p * s + q * r;
  });
  return { ...a, data };
}
