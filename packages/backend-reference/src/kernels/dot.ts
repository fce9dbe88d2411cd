/** Matrix multiplication. */
import type { DType } from "@neurite/core";
import { lanes, sizeOf } from "../array.ts";
import { toBigInts, writeBigInt } from "../numbers/int64.ts";
import type { KernelTable } from "./kernel.ts";

/** Sizes of lhs [m, k] · rhs [k, n]. */
export interface DotSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Contiguous row-major matrices: `out` = `a` · `b`. */
type Multiply = (size: DotSize, a: Float64Array, b: Float64Array, out: Float64Array) => void;

/** A panel of this many rows and columns of the right operand stays in the second-level cache. */
const panelRows = 64;
const panelColumns = 512;

/** For results this narrow, rows of `out` are too short to run along. */
const narrow = 8;

const multiplyFloats: Multiply = (size, a, b, out) => {
  if (size.n < narrow) multiplyNarrow(size, a, b, out);
  else multiplyWide(size, a, b, out);
};

/** Runs along rows of `out`, two at a time, adding four rows of `b` to them. */
function multiplyWide({ m, k, n }: DotSize, a: Float64Array, b: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let columnStart = 0; columnStart < n; columnStart += panelColumns) {
    const columns = Math.min(panelColumns, n - columnStart);
    for (let start = 0; start < k; start += panelRows) {
      const end = Math.min(k, start + panelRows);
      let i = 0;
      for (; i + 1 < m; i += 2) addToPair(columns, start, end, n, k, a, i * k, b, columnStart, out, i * n + columnStart);
      if (i < m) addToRow(columns, start, end, n, a, i * k, b, columnStart, out, i * n + columnStart);
    }
  }
}

/** out[o…] += Σ a[at + row] · b[row, column…] for rows from `start` to `end`, and the same for the next row of `a` and `out`. */
function addToPair(
  columns: number,
  start: number,
  end: number,
  n: number,
  k: number,
  a: Float64Array,
  at: number,
  b: Float64Array,
  column: number,
  out: Float64Array,
  o: number,
): void {
  const next = at + k;
  const p = o + n;
  let row = start;
  for (; row + 3 < end; row += 4) {
    const a0 = a[at + row];
    const a1 = a[at + row + 1];
    const a2 = a[at + row + 2];
    const a3 = a[at + row + 3];
    const c0 = a[next + row];
    const c1 = a[next + row + 1];
    const c2 = a[next + row + 2];
    const c3 = a[next + row + 3];
    const r0 = row * n + column;
    const r1 = r0 + n;
    const r2 = r1 + n;
    const r3 = r2 + n;
    for (let j = 0; j < columns; j++) {
      const b0 = b[r0 + j];
      const b1 = b[r1 + j];
      const b2 = b[r2 + j];
      const b3 = b[r3 + j];
      out[o + j] += a0 * b0 + a1 * b1 + a2 * b2 + a3 * b3;
      out[p + j] += c0 * b0 + c1 * b1 + c2 * b2 + c3 * b3;
    }
  }
  if (row < end) {
    addToRow(columns, row, end, n, a, at, b, column, out, o);
    addToRow(columns, row, end, n, a, next, b, column, out, p);
  }
}

/** out[o…] += Σ a[at + row] · b[row, column…] for rows from `start` to `end`. */
function addToRow(
  columns: number,
  start: number,
  end: number,
  n: number,
  a: Float64Array,
  at: number,
  b: Float64Array,
  column: number,
  out: Float64Array,
  o: number,
): void {
  for (let row = start; row < end; row++) {
    const value = a[at + row];
    const from = row * n + column;
    for (let j = 0; j < columns; j++) out[o + j] += value * b[from + j];
  }
}

/** Inner products of rows of `a` with columns of `b`, which are laid out as rows first. */
function multiplyNarrow({ m, k, n }: DotSize, a: Float64Array, b: Float64Array, out: Float64Array): void {
  let columns = b;
  if (n > 1) {
    columns = new Float64Array(k * n);
    for (let row = 0; row < k; row++) for (let j = 0; j < n; j++) columns[j * k + row] = b[row * n + j];
  }
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[i * n + j] = innerProduct(k, a, i * k, columns, j * k);
}

function innerProduct(length: number, a: Float64Array, p: number, b: Float64Array, q: number): number {
  // Four sums, so that additions need not wait for each other.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[p + i] * b[q + i];
    s1 += a[p + i + 1] * b[q + i + 1];
    s2 += a[p + i + 2] * b[q + i + 2];
    s3 += a[p + i + 3] * b[q + i + 3];
  }
  for (; i < length; i++) s0 += a[p + i] * b[q + i];
  return s0 + s1 + (s2 + s3);
}

/** Modulo 2^32. */
const multiplyIntegers: Multiply = ({ m, k, n }, a, b, out) => {
  out.fill(0);
  for (let i = 0; i < m; i++) {
    for (let row = 0; row < k; row++) {
      const value = a[i * k + row] | 0;
      for (let j = 0; j < n; j++) out[i * n + j] = (out[i * n + j] + Math.imul(value, b[row * n + j])) | 0;
    }
  }
};

const multiplyInt64: Multiply = ({ m, k, n }, a, b, out) => {
  const x = toBigInts(a);
  const y = toBigInts(b);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0n;
      for (let row = 0; row < k; row++) total += x[i * k + row] * y[row * n + j];
      writeBigInt(out, 2 * (i * n + j), total);
    }
  }
};

/** The real or the imaginary parts of complex elements. */
function part(x: Float64Array, lane: 0 | 1): Float64Array {
  const values = new Float64Array(x.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = x[2 * i + lane];
  return values;
}

const multiplyComplex: Multiply = (size, a, b, out) => {
  const product = new Float64Array(size.m * size.n);
  out.fill(0);
  for (const aLane of [0, 1] as const) {
    for (const bLane of [0, 1] as const) {
      multiplyFloats(size, part(a, aLane), part(b, bLane), product);
      const lane = aLane ^ bLane;
      const sign = aLane === 1 && bLane === 1 ? -1 : 1;
      for (let i = 0; i < product.length; i++) out[2 * i + lane] += sign * product[i];
    }
  }
};

/** The multiplication for matrices of `dtype`. Products of 8-bit integers are exact in doubles. */
export function multiplyFor(dtype: DType): Multiply {
  if (dtype === "int64") return multiplyInt64;
  if (dtype === "complex64") return multiplyComplex;
  return dtype === "int32" || dtype === "uint32" ? multiplyIntegers : multiplyFloats;
}

export const dotKernels: KernelTable<"dot"> = {
  dot: (context, [lhs, rhs], _params, [aval]) => {
    const out = context.arena.allocate(aval);
    const [m, k] = lhs.shape.slice(-2);
    const n = rhs.shape[rhs.shape.length - 1];
    const width = lanes(lhs.dtype);
    const multiply = multiplyFor(lhs.dtype);
    const batch = sizeOf(lhs.shape.slice(0, -2));
    const piece = (data: Float64Array, index: number, size: number): Float64Array =>
      batch === 1 ? data : data.subarray(index * size, (index + 1) * size);
    for (let index = 0; index < batch; index++) {
      multiply(
        { m, k, n },
        piece(lhs.data, index, m * k * width),
        piece(rhs.data, index, k * n * width),
        piece(out.data, index, m * n * width),
      );
    }
    return [out];
  },
};
