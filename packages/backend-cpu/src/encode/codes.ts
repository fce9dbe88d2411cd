/**
 * The numbers that plans are encoded with. `runtime/format.h` and `vm/opcodes.h` hold the same tables; a test compares them.
 */
import { dtypes } from "@neurite/core";
import type { DType, ReduceOp, ScatterOp } from "@neurite/core";
import type { Instruction, Kernel, LinalgName, Location, WindowKernel } from "@neurite/compiler";

/** First word of an encoded plan. */
export const magic = 0x4e525450;
/** Rises with every change of the format. */
export const version = 2;
/** Last word: an encoding that was cut short does not end with it. */
export const endMark = 0x454e4421;

/** Instructions of vector programs, by code. */
export const operations = [
  "load",
  "constant",
  "scalar",
  "index",
  "random",
  "result",
  "row_reduce",
  "check",
  "neg",
  "abs",
  "sign",
  "floor",
  "ceil",
  "round",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tanh",
  "sqrt",
  "rsqrt",
  "erf",
  "not",
  "real",
  "imag",
  "add",
  "sub",
  "mul",
  "div",
  "rem",
  "pow",
  "max",
  "min",
  "atan2",
  "eq",
  "lt",
  "le",
  "and",
  "or",
  "xor",
  "shl",
  "shr",
  "complex",
  "select",
  "cast",
  "bitcast",
  "multiply_add",
] as const;

/** Fails to compile when an instruction of the compiler has no code, or a code no instruction. */
type Differences = Exclude<Instruction["op"], (typeof operations)[number]> | Exclude<(typeof operations)[number], Instruction["op"]>;
const complete: [Differences] extends [never] ? true : Differences = true;
void complete;

export const operationCodes: ReadonlyMap<string, number> = new Map(operations.map((name, code) => [name, code]));
export const dtypeCodes: ReadonlyMap<DType, number> = new Map(dtypes.map((name, code) => [name, code]));

export const locationCodes: Record<Location["kind"], number> = { input: 0, state: 1, output: 2, arena: 3, slice: 4 };

export const kernelCodes: Record<Kernel["kind"], number> = {
  loop: 0,
  reduce: 1,
  dot: 2,
  conv: 3,
  reduce_window: 4,
  window_gather: 5,
  window_scatter: 6,
  argreduce: 7,
  gather: 8,
  scatter: 9,
  cumulative: 10,
  argsort: 11,
  fft: 12,
  linalg: 13,
  cond: 14,
  while: 15,
  scan: 16,
};

export const linalgCodes: Record<LinalgName, number> = { cholesky: 0, triangular_solve: 1, lu: 2, qr: 3, svd: 4, eigh: 5, eig: 6 };
export const reduceCodes: Record<ReduceOp, number> = { sum: 0, prod: 1, max: 2, min: 3 };
export const windowCodes: Record<WindowKernel["op"], number> = { sum: 0, max: 1, min: 2 };
export const scatterCodes: Record<ScatterOp, number> = { set: 0, add: 1, mul: 2, max: 3, min: 4 };
