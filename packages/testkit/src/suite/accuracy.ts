/** How far a backend's results may lie from the oracle's. */
import { type DType, isComplex, isFloating, type PrimitiveName } from "@neurite/core";
import { limitsOf } from "../samples/values.ts";

/** Allowed error of a floating result; integers and booleans must be equal. */
export interface Accuracy {
  /** Units in the last place of the exact result. */
  readonly ulps: number;
  /** Units in the last place of the largest magnitude in the array: for sums, where terms cancel. */
  readonly spread?: number;
  /** Whether the sign of a zero must be the oracle's. */
  readonly signedZero?: boolean;
}

const exact: Accuracy = { ulps: 0, signedZero: true };
const unsignedExact: Accuracy = { ulps: 0 };
/** Elementary functions: those of good libraries are within 1 to 2 units. */
const elementary: Accuracy = { ulps: 3 };
const summed: Accuracy = { ulps: 4, spread: 4 };
const factored: Accuracy = { ulps: 16, spread: 64 };

/**
 * What the suite asks of each primitive by itself, for every floating dtype: in units in the last place of that dtype. Results that
 * IEEE 754 defines are exact. `accuracy` of the suite's options replaces lines of it, for devices that promise less.
 */
export const accuracies: { readonly [P in PrimitiveName]: Accuracy } = {
  input: exact,
  constant: exact,
  iota: exact,
  random_bits: exact,

  neg: exact,
  abs: { ulps: 1, signedZero: true }, // a complex number's takes a root
  sign: unsignedExact,
  floor: exact,
  ceil: exact,
  round: exact,
  exp: elementary,
  expm1: elementary,
  log: elementary,
  log1p: elementary,
  sin: elementary,
  cos: elementary,
  tanh: elementary,
  sqrt: { ulps: 1 },
  rsqrt: { ulps: 2 },
  erf: elementary,
  not: exact,
  real: exact,
  imag: exact,

  add: exact,
  sub: exact,
  mul: { ulps: 1, signedZero: true },
  div: { ulps: 1 },
  rem: unsignedExact,
  pow: { ulps: 4 },
  max: unsignedExact,
  min: unsignedExact,
  atan2: elementary,
  eq: exact,
  lt: exact,
  le: exact,
  and: exact,
  or: exact,
  xor: exact,
  shl: exact,
  shr: exact,
  complex: exact,

  select: exact,
  cast: exact,
  bitcast: exact,
  check: exact,
  stop_gradient: exact,
  barrier: exact,

  reshape: exact,
  transpose: exact,
  broadcast: exact,
  slice: exact,
  flip: exact,
  pad: exact,
  concat: exact,

  reduce: summed,
  argreduce: exact,
  dot: summed,
  conv: summed,
  reduce_window: summed,
  window_gather: exact,
  window_scatter: summed,
  gather: exact,
  scatter: summed,
  cumulative: { ulps: 8, spread: 8 },
  argsort: exact,

  cholesky: factored,
  triangular_solve: factored,
  lu: factored,
  qr: factored,
  svd: factored,
  eigh: factored,
  eig: { ulps: 64, spread: 512 },
  fft: { ulps: 4, spread: 8 },

  // Their bodies are of several steps.
  cond: { ulps: 8, spread: 8 },
  while: { ulps: 8, spread: 8 },
  scan: { ulps: 8, spread: 8 },
  composite: { ulps: 8, spread: 8 },
};

/** Distance between neighbours of `dtype` around `x`. */
export function unitAt(dtype: DType, x: number): number {
  const { epsilon, minNormal, minDenormal } = limitsOf(dtype);
  const size = Math.abs(x);
  if (!(size > minNormal)) return minDenormal;
  const power = 2 ** Math.floor(Math.log2(size));
  // Near a power of two the logarithm may round up.
  return Math.max((power > size ? power / 2 : power) * epsilon, minDenormal);
}

/** True for dtypes whose results are rounded. */
export function isRounded(dtype: DType): boolean {
  return isFloating(dtype) || isComplex(dtype);
}
