/** Elementwise kernels of two operands. */
import { type BinaryName, isFloating, isUnsigned } from "@neurite/core";
import type { HostArray } from "../array.ts";
import * as complex from "../numbers/complex.ts";
import { fromBigInts, toBigInts } from "../numbers/int64.ts";
import { bitWidth } from "../numbers/range.ts";
import { anyRows, floatRows, integerRows, shiftRows } from "./binary-rows.ts";
import type { Kernel, KernelContext, KernelTable } from "./kernel.ts";
import { type BinaryRow, runBinary } from "./rows.ts";
import { broadcastTo } from "./views.ts";

type Op = Exclude<BinaryName, "complex">;

/** The loop for one-lane operands of `dtype`. */
function rowFor(op: Op, dtype: HostArray["dtype"]): BinaryRow {
  if (op === "shl" || op === "shr") return shiftRows(bitWidth(dtype), isUnsigned(dtype))[op];
  if (op in anyRows) return anyRows[op as keyof typeof anyRows];
  if (isFloating(dtype)) return floatRows[op as keyof typeof floatRows];
  return integerRows[op as keyof typeof integerRows];
}

const shiftLimit = 64n;

/** Results are stored modulo 2^64; comparisons give 0 or 1. */
const int64Functions: Record<Exclude<Op, "atan2">, (a: bigint, b: bigint) => bigint | boolean> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  rem: (a, b) => a % b,
  pow: int64Power,
  max: (a, b) => (a > b ? a : b),
  min: (a, b) => (a < b ? a : b),
  eq: (a, b) => a === b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => (b < 0n || b >= shiftLimit ? 0n : a << b),
  shr: (a, b) => a >> (b < 0n || b >= shiftLimit ? shiftLimit : b),
};

function int64Power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n;
  let power = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = BigInt.asIntN(64, power * square);
    square = BigInt.asIntN(64, square * square);
  }
  return power;
}

function runInt64(op: Op, a: HostArray, b: HostArray, out: HostArray): void {
  const apply = int64Functions[op as Exclude<Op, "atan2">];
  const x = toBigInts(a.data);
  const y = toBigInts(b.data);
  if (out.dtype === "bool") {
    for (let i = 0; i < x.length; i++) out.data[i] = apply(x[i], y[i]) ? 1 : 0;
    return;
  }
  const values = new BigInt64Array(x.length);
  for (let i = 0; i < x.length; i++) values[i] = apply(x[i], y[i]) as bigint;
  fromBigInts(values, out.data);
}

/** The complex ops; `eq` is apart, for it gives a bool. */
const complexFunctions: Partial<Record<Op, (a: number, b: number, c: number, d: number) => void>> = {
  add: (a, b, c, d) => {
    complex.result[0] = a + c;
    complex.result[1] = b + d;
  },
  sub: (a, b, c, d) => {
    complex.result[0] = a - c;
    complex.result[1] = b - d;
  },
  mul: complex.multiply,
  div: complex.divide,
  pow: complex.pow,
};

function runComplex(op: Op, a: HostArray, b: HostArray, out: HostArray): void {
  if (op === "eq") {
    for (let i = 0; i < out.data.length; i++) {
      out.data[i] = a.data[2 * i] === b.data[2 * i] && a.data[2 * i + 1] === b.data[2 * i + 1] ? 1 : 0;
    }
    return;
  }
  const apply = complexFunctions[op] as (a: number, b: number, c: number, d: number) => void;
  for (let i = 0; i < out.data.length; i += 2) {
    apply(a.data[i], a.data[i + 1], b.data[i], b.data[i + 1]);
    out.data[i] = complex.result[0];
    out.data[i + 1] = complex.result[1];
  }
}

/** Two-lane dtypes are rare: their operands are broadcast first. */
function runTwoLanes(context: KernelContext, op: Op, a: HostArray, b: HostArray, out: HostArray): void {
  const x = broadcastTo(context, a, out.shape);
  const y = broadcastTo(context, b, out.shape);
  if (a.dtype === "int64") runInt64(op, x, y, out);
  else runComplex(op, x, y, out);
  context.arena.release(x);
  context.arena.release(y);
}

function hasZero(x: HostArray): boolean {
  if (x.dtype !== "int64") return x.data.includes(0);
  for (let i = 0; i < x.data.length; i += 2) if (x.data[i] === 0 && x.data[i + 1] === 0) return true;
  return false;
}

function binaryKernel(op: Op): Kernel<Op> {
  const divides = op === "div" || op === "rem";
  return (context, [a, b], _params, [aval]) => {
    const out = context.arena.allocate(aval);
    const integer = !isFloating(a.dtype) && a.dtype !== "complex64";
    if (divides && integer && out.data.length > 0 && hasZero(b)) context.fail("integer division by zero");
    if (a.dtype === "int64" || a.dtype === "complex64") runTwoLanes(context, op, a, b, out);
    else runBinary(rowFor(op, a.dtype), out, a, b);
    return [out];
  };
}

/** Two real arrays to the two lanes of a complex one. */
const complexKernel: Kernel<"complex"> = (context, [re, im], _params, [aval]) => {
  const out = context.arena.allocate(aval);
  const x = broadcastTo(context, re, aval.shape);
  const y = broadcastTo(context, im, aval.shape);
  for (let i = 0; i < x.data.length; i++) {
    out.data[2 * i] = x.data[i];
    out.data[2 * i + 1] = y.data[i];
  }
  context.arena.release(x);
  context.arena.release(y);
  return [out];
};

export const binaryKernels: KernelTable<BinaryName> = {
  add: binaryKernel("add"),
  sub: binaryKernel("sub"),
  mul: binaryKernel("mul"),
  div: binaryKernel("div"),
  rem: binaryKernel("rem"),
  pow: binaryKernel("pow"),
  max: binaryKernel("max"),
  min: binaryKernel("min"),
  atan2: binaryKernel("atan2"),
  eq: binaryKernel("eq"),
  lt: binaryKernel("lt"),
  le: binaryKernel("le"),
  and: binaryKernel("and"),
  or: binaryKernel("or"),
  xor: binaryKernel("xor"),
  shl: binaryKernel("shl"),
  shr: binaryKernel("shr"),
  complex: complexKernel,
};
