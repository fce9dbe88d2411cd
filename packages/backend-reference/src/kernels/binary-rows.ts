/** The inner loops of two-operand kernels on one-lane dtypes: one loop an op, so that V8 specializes each. */
import type { BinaryRow } from "./rows.ts";

/** As C's pow: 1 to any power is 1, and so is -1 to an infinite one. */
function realPower(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

/** base^exponent modulo 2^32; a negative exponent truncates 1/base^-exponent. */
function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? (exponent % 2 === 0 ? 1 : -1) : 0;
  let power = 1;
  let square = base | 0;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = Math.imul(power, square);
    square = Math.imul(square, square);
  }
  return power;
}

/** On any dtype of one lane. Integer results are wrapped afterwards. */
export const anyRows: Record<"add" | "sub" | "max" | "min" | "eq" | "lt" | "le" | "and" | "or" | "xor", BinaryRow> = {
  add: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] + b[q];
  },
  sub: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] - b[q];
  },
  max: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = Math.max(a[p], b[q]);
  },
  min: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = Math.min(a[p], b[q]);
  },
  eq: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] === b[q] ? 1 : 0;
  },
  lt: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] < b[q] ? 1 : 0;
  },
  le: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] <= b[q] ? 1 : 0;
  },
  and: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] & b[q];
  },
  or: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] | b[q];
  },
  xor: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] ^ b[q];
  },
};

export const floatRows: Record<"mul" | "div" | "rem" | "pow" | "atan2", BinaryRow> = {
  mul: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] * b[q];
  },
  div: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] / b[q];
  },
  rem: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] % b[q];
  },
  pow: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = realPower(a[p], b[q]);
  },
  atan2: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = Math.atan2(a[p], b[q]);
  },
};

/** Division and remainder presume divisors other than zero: the kernel looks first. */
export const integerRows: Record<"mul" | "div" | "rem" | "pow", BinaryRow> = {
  mul: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = Math.imul(a[p], b[q]);
  },
  div: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = Math.trunc(a[p] / b[q]);
  },
  rem: floatRows.rem,
  pow: (length, out, o, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = integerPower(a[p], b[q]);
  },
};

/** Shifts of integers `width` bits wide. */
export function shiftRows(width: number, unsigned: boolean): Record<"shl" | "shr", BinaryRow> {
  const outside = (count: number): boolean => count < 0 || count >= width;
  return {
    shl: (length, out, o, a, p, aStep, b, q, bStep) => {
      for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = outside(b[q]) ? 0 : a[p] << b[q];
    },
    shr: unsigned
      ? (length, out, o, a, p, aStep, b, q, bStep) => {
          for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = outside(b[q]) ? 0 : a[p] >>> b[q];
        }
      : (length, out, o, a, p, aStep, b, q, bStep) => {
          for (let i = 0; i < length; i++, p += aStep, q += bStep) out[o + i] = a[p] >> (outside(b[q]) ? 31 : b[q]);
        },
  };
}
