/** Elementwise kernels of one operand. */
import { isComplex, type UnaryName } from "@neurite/core";
import type { HostArray } from "../array.ts";
import * as complex from "../numbers/complex.ts";
import { erf } from "../numbers/erf.ts";
import { fromBigInts, toBigInts } from "../numbers/int64.ts";
import type { Kernel, KernelTable } from "./kernel.ts";

/** Doubles from here on are integers. */
const twoTo52 = 2 ** 52;

/** To the nearest integer, half to even; keeps the sign of zero. */
function roundHalfEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < twoTo52) || x === 0) return x;
  const rounded = magnitude + twoTo52 - twoTo52;
  return x < 0 ? -rounded : rounded;
}

type Loop = (x: Float64Array, out: Float64Array) => void;

// One loop an op: V8 specializes each, where a loop calling a function value would stay generic.
const loops = {
  neg: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = -x[i];
  },
  abs: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.abs(x[i]);
  },
  sign: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.sign(x[i]);
  },
  floor: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.floor(x[i]);
  },
  ceil: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.ceil(x[i]);
  },
  round: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = roundHalfEven(x[i]);
  },
  exp: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]);
  },
  expm1: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.expm1(x[i]);
  },
  log: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]);
  },
  log1p: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.log1p(x[i]);
  },
  sin: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.sin(x[i]);
  },
  cos: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.cos(x[i]);
  },
  tanh: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]);
  },
  sqrt: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]);
  },
  rsqrt: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = 1 / Math.sqrt(x[i]);
  },
  erf: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = erf(x[i]);
  },
  not: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = ~x[i];
  },
} satisfies Partial<Record<UnaryName, Loop>>;

type LoopName = keyof typeof loops;

const int64Functions: Partial<Record<UnaryName, (x: bigint) => bigint>> = {
  neg: (x) => -x,
  abs: (x) => (x < 0n ? -x : x),
  sign: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  not: (x) => ~x,
};

const complexFunctions: Partial<Record<UnaryName, (re: number, im: number) => void>> = {
  neg: (re, im) => {
    complex.result[0] = -re;
    complex.result[1] = -im;
  },
  exp: complex.exp,
  expm1: complex.expm1,
  log: complex.log,
  log1p: complex.log1p,
  sin: complex.sin,
  cos: complex.cos,
  tanh: complex.tanh,
  sqrt: complex.sqrt,
  rsqrt: (re, im) => {
    complex.sqrt(re, im);
    complex.divide(1, 0, complex.result[0], complex.result[1]);
  },
};

/** complex64 to its modulus. */
function modulus(x: HostArray, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.hypot(x.data[2 * i], x.data[2 * i + 1]);
}

function unaryKernel(op: LoopName): Kernel<LoopName> {
  const loop: Loop = loops[op];
  return (context, [x], _params, [aval]) => {
    const out = context.arena.allocate(aval);
    if (x.dtype === "int64") {
      const apply = int64Functions[op] as (x: bigint) => bigint;
      fromBigInts(toBigInts(x.data).map(apply), out.data);
    } else if (isComplex(x.dtype)) {
      if (op === "abs") modulus(x, out.data);
      else applyComplex(complexFunctions[op] as (re: number, im: number) => void, x.data, out.data);
    } else if (x.dtype === "bool") {
      for (let i = 0; i < x.data.length; i++) out.data[i] = 1 - x.data[i];
    } else {
      loop(x.data, out.data);
    }
    return [out];
  };
}

function applyComplex(apply: (re: number, im: number) => void, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < x.length; i += 2) {
    apply(x[i], x[i + 1]);
    out[i] = complex.result[0];
    out[i + 1] = complex.result[1];
  }
}

/** Every second lane: the real or the imaginary parts. */
function partKernel(lane: 0 | 1): Kernel<"real" | "imag"> {
  return (context, [x], _params, [aval]) => {
    const out = context.arena.allocate(aval);
    for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[2 * i + lane];
    return [out];
  };
}

export const unaryKernels: KernelTable<UnaryName> = {
  neg: unaryKernel("neg"),
  abs: unaryKernel("abs"),
  sign: unaryKernel("sign"),
  floor: unaryKernel("floor"),
  ceil: unaryKernel("ceil"),
  round: unaryKernel("round"),
  exp: unaryKernel("exp"),
  expm1: unaryKernel("expm1"),
  log: unaryKernel("log"),
  log1p: unaryKernel("log1p"),
  sin: unaryKernel("sin"),
  cos: unaryKernel("cos"),
  tanh: unaryKernel("tanh"),
  sqrt: unaryKernel("sqrt"),
  rsqrt: unaryKernel("rsqrt"),
  erf: unaryKernel("erf"),
  not: unaryKernel("not"),
  real: partKernel(0),
  imag: partKernel(1),
};
