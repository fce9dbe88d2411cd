/**
 * What the instructions of vector programs mean, one element after another in plain JavaScript, rounding each float32 result.
 * `error` bounds how far a correct engine may be from the numbers here: functions within a few units in the last place, and what
 * later operations make of that.
 */
import type { Instruction } from "@neurite/compiler";
import type { DType, ReduceOp } from "@neurite/core";

export interface Value {
  readonly dtype: DType;
  readonly numbers: readonly number[];
  readonly error: number;
}

const fround = Math.fround;
const signed: readonly DType[] = ["int8", "int32"];
const width = (dtype: DType): number => (dtype === "int8" || dtype === "uint8" ? 8 : 32);
/** Shifts by the width or more, or by negative numbers, leave nothing. */
const shift = (b: number, dtype: DType, by: (count: number) => number, beyond: number): number =>
  b >>> 0 < width(dtype) ? by(b & 31) : beyond;

/** Operations on exact numbers of any dtype; the result is wrapped to its dtype afterwards. */
const exact: Record<string, (a: number, b: number, dtype: DType) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b, dtype) => (dtype === "float32" ? a * b : Math.imul(a, b)),
  div: (a, b, dtype) => (dtype === "float32" ? a / b : b === 0 ? 0 : Math.trunc(a / b)),
  rem: (a, b) => (b === 0 ? 0 : a % b),
  max: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b)),
  min: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.min(a, b)),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b, dtype) => shift(b, dtype, (count) => a << count, 0),
  shr: (a, b, dtype) =>
    shift(b, dtype, (count) => (signed.includes(dtype) ? a >> count : a >>> count), signed.includes(dtype) && a < 0 ? -1 : 0),
  eq: (a, b) => Number(a === b),
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
  not: (a, _, dtype) => (dtype === "bool" ? Number(a === 0) : ~a),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sign: (a) => Math.sign(a),
  floor: Math.floor,
  ceil: Math.ceil,
  round: (a) => (Math.abs(a % 1) === 0.5 ? 2 * Math.round(a / 2) : Math.sign(a) * Math.round(Math.abs(a))),
};

/** float32 functions, and whether a small change of the argument stays a small change of the result. */
const functions: Record<string, readonly [(a: number, b: number) => number, boolean]> = {
  exp: [Math.exp, false],
  expm1: [Math.expm1, false],
  log: [Math.log, false],
  log1p: [Math.log1p, false],
  sin: [Math.sin, true],
  cos: [Math.cos, true],
  tanh: [Math.tanh, true],
  sqrt: [Math.sqrt, false],
  rsqrt: [(a) => 1 / Math.sqrt(a), false],
  erf: [erf, true],
  atan2: [Math.atan2, false],
};

function erf(x: number): number {
  if (!(Math.abs(x) < 5)) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);

function wrap(dtype: DType, x: number): number {
  if (dtype === "float32") return fround(x);
  if (dtype === "int8") return (x << 24) >> 24;
  if (dtype === "uint8") return x & 255;
  if (dtype === "int32") return x | 0;
  if (dtype === "uint32") return x >>> 0;
  return Number(x !== 0);
}

const limits: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
};

function cast(to: DType, from: DType, x: number): number {
  if (to === "bool") return Number(x !== 0);
  if (from !== "float32" || to === "float32") return wrap(to, x);
  if (Number.isNaN(x)) return 0;
  const [least, most] = limits[to] as readonly [number, number];
  return Math.max(least, Math.min(most, Math.trunc(x))) + 0;
}

/** The value of an instruction whose arguments are `args`; null where rounding errors of these could become anything. */
export function evaluate({ op, dtype }: Instruction, args: readonly Value[]): Value | null {
  const [a, b, c] = args;
  const size = Math.max(...args.map(({ numbers }) => numbers.length));
  const each = (f: (i: number) => number, error: (numbers: readonly number[]) => number): Value => {
    const numbers = Array.from({ length: size }, (_, i) => wrap(dtype, f(i)));
    return { dtype, numbers, error: dtype === "float32" ? error(numbers) : 0 };
  };
  const worst = Math.max(...args.map(({ error }) => error));
  if (op === "select") {
    return each(
      (i) => (a.numbers[i] ? b.numbers[i] : c.numbers[i]),
      () => worst,
    );
  }
  if (op === "multiply_add") {
    const product = (i: number): number => (dtype === "float32" ? a.numbers[i] * b.numbers[i] : Math.imul(a.numbers[i], b.numbers[i]));
    const grown = largest(a.numbers) * b.error + largest(b.numbers) * a.error + c.error;
    return each(
      (i) => product(i) + c.numbers[i],
      () => grown + 3e-7 * (largest(a.numbers) * largest(b.numbers) + largest(c.numbers)),
    );
  }
  if (op === "cast")
    return worst > 0
      ? null
      : each(
          (i) => cast(dtype, a.dtype, a.numbers[i]),
          () => 0,
        );
  const known = functions[op];
  if (known !== undefined) {
    const [f, tame] = known;
    if (worst > 0 && !tame) return null;
    return each(
      (i) => f(a.numbers[i], b?.numbers[i]),
      (numbers) => 2 * worst + 4e-7 * largest(numbers),
    );
  }
  const rule = exact[op];
  if (worst > 0 && ["div", "rem", "eq", "lt", "le", "sign", "floor", "ceil", "round"].includes(op)) return null;
  const grown =
    op === "mul" ? largest(a.numbers) * b.error + largest(b.numbers) * a.error : args.reduce((sum, { error }) => sum + error, 0);
  return each(
    (i) => rule(a.numbers[i], b?.numbers[i], a.dtype),
    (numbers) => (grown === 0 ? 0 : grown + 1e-7 * largest(numbers)),
  );
}

/** `x` reduced over rows of `length`, the result repeated over the row. */
export function reduceRows(reduce: ReduceOp, x: Value, length: number): Value {
  const numbers: number[] = [];
  let terms = 0;
  for (let start = 0; start < x.numbers.length; start += length) {
    const row = x.numbers.slice(start, start + length);
    const total = row.reduce((p, q) =>
      reduce === "sum" ? p + q : (exact[reduce] as (a: number, b: number, d: DType) => number)(p, q, x.dtype),
    );
    terms = Math.max(
      terms,
      row.reduce((sum, value) => sum + (Number.isFinite(value) ? Math.abs(value) : 0), 0),
    );
    for (let i = 0; i < length; i++) numbers.push(wrap(x.dtype, total));
  }
  const error = x.dtype !== "float32" ? 0 : reduce === "sum" ? length * x.error + 1e-6 * terms : x.error;
  return { dtype: x.dtype, numbers, error };
}
