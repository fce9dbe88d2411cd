/** What each instruction computes, on numbers: floats in double precision, integers exactly, bool as 0 and 1. */
import { DTypeError, type BinaryName, type DType, type ReduceOp, type UnaryName, isFloating } from "@neurite/core";

const ranges: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
};

/** Integers wrap around. */
function wrap(value: number, dtype: DType): number {
  switch (dtype) {
    case "int8":
      return (value << 24) >> 24;
    case "uint8":
      return value & 255;
    case "int32":
      return value | 0;
    case "uint32":
      return value >>> 0;
    default:
      return value;
  }
}

function truncate(value: number, dtype: DType): number {
  const range = ranges[dtype];
  if (range === undefined) return value;
  if (Number.isNaN(value)) return 0;
  return Math.min(range[1], Math.max(range[0], Math.trunc(value)));
}

export function castNumber(value: number, from: DType, to: DType): number {
  if (to === "bool") return value !== 0 ? 1 : 0;
  if (isFloating(to)) return to === "float32" ? Math.fround(value) : value;
  return isFloating(from) ? truncate(value, to) : wrap(value, to);
}

const bits = new DataView(new ArrayBuffer(8));

export function bitcastNumber(value: number, from: DType, to: DType): number {
  if (from === "float32") bits.setFloat32(0, value);
  else if (from === "int8" || from === "uint8" || from === "bool") bits.setUint8(0, value & 255);
  else bits.setInt32(0, value);
  if (to === "float32") return bits.getFloat32(0);
  if (to === "int32") return bits.getInt32(0);
  if (to === "uint32") return bits.getUint32(0);
  return to === "int8" ? bits.getInt8(0) : bits.getUint8(0);
}

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** By its series below 3 and its continued fraction above: exact to about 1e-15. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 3) {
    let term = a;
    let sum = a;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-a * a) / n;
      sum += term / (2 * n + 1);
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / ((a + fraction) * Math.sqrt(Math.PI)));
}

const unary: Record<Exclude<UnaryName, "not" | "real" | "imag">, (x: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  erf,
};

export function unaryNumber(op: UnaryName, x: number, dtype: DType): number {
  if (op === "not") return dtype === "bool" ? 1 - x : wrap(~x, dtype);
  if (op === "real" || op === "imag") throw new DTypeError(`[interpret] complex numbers are not interpreted: ${op}`);
  return wrap(unary[op](x), dtype);
}

const maximum = (a: number, b: number): number => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b));
const minimum = (a: number, b: number): number => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.min(a, b));

/** `dtype` is the operands'. */
export function binaryNumber(op: BinaryName, a: number, b: number, dtype: DType): number {
  const floating = isFloating(dtype);
  switch (op) {
    case "add":
      return wrap(a + b, dtype);
    case "sub":
      return wrap(a - b, dtype);
    case "mul":
      return floating ? a * b : wrap(Math.imul(a, b), dtype);
    case "div":
      return floating ? a / b : b === 0 ? 0 : wrap(Math.trunc(a / b), dtype);
    case "rem":
      return floating ? a % b : b === 0 ? 0 : a % b;
    case "pow":
      return floating ? a ** b : integerPower(a, b, dtype);
    case "max":
      return maximum(a, b);
    case "min":
      return minimum(a, b);
    case "atan2":
      return Math.atan2(a, b);
    case "eq":
      return a === b ? 1 : 0;
    case "lt":
      return a < b ? 1 : 0;
    case "le":
      return a <= b ? 1 : 0;
    case "and":
      return wrap(a & b, dtype);
    case "or":
      return wrap(a | b, dtype);
    case "xor":
      return wrap(a ^ b, dtype);
    case "shl":
      return b >= 32 ? 0 : wrap(a << b, dtype);
    case "shr":
      if (dtype === "uint32" || dtype === "uint8") return b >= 32 ? 0 : a >>> b;
      return b >= 32 ? (a < 0 ? -1 : 0) : a >> b;
    case "complex":
      throw new DTypeError("[interpret] complex numbers are not interpreted: complex");
  }
}

function integerPower(base: number, exponent: number, dtype: DType): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = wrap(Math.imul(result, base), dtype);
  return result;
}

export function combine(op: ReduceOp, a: number, b: number, dtype: DType): number {
  return binaryNumber(({ sum: "add", prod: "mul", max: "max", min: "min" } as const)[op], a, b, dtype);
}

/** What a reduction starts from. */
export function identityOf(op: ReduceOp, dtype: DType): number {
  if (op === "sum") return 0;
  if (op === "prod") return 1;
  const range = dtype === "bool" ? ([0, 1] as const) : (ranges[dtype] ?? ([-Infinity, Infinity] as const));
  return op === "max" ? range[0] : range[1];
}

/** Threefry-2x32, 20 rounds; the xor of its two words. */
export function threefryBits(key0: number, key1: number, counter: number): number {
  const keys = [key0 >>> 0, key1 >>> 0, (key0 ^ key1 ^ 0x1bd11bda) >>> 0];
  const rotations = [
    [13, 15, 26, 6],
    [17, 29, 16, 24],
  ];
  let x0 = (Math.floor(counter / 4294967296) + (keys[0] as number)) >>> 0;
  let x1 = ((counter >>> 0) + (keys[1] as number)) >>> 0;
  for (let round = 0; round < 5; round++) {
    for (const rotation of rotations[round % 2] as readonly number[]) {
      x0 = (x0 + x1) >>> 0;
      x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) >>> 0;
      x1 = (x1 ^ x0) >>> 0;
    }
    x0 = (x0 + (keys[(round + 1) % 3] as number)) >>> 0;
    x1 = (x1 + (keys[(round + 2) % 3] as number) + round + 1) >>> 0;
  }
  return (x0 ^ x1) >>> 0;
}
