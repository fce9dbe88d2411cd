/** What a C-like kernel language must say so that {@link stepRenderer} can write in it. Everything is text. */
import type { BinaryName, DType, UnaryName } from "@neurite/core";

/** A buffer of the plan as one kernel uses it; kernels number theirs from 0 in this order. */
export interface BufferUse {
  /** Index into {@link Plan.buffers}. */
  readonly buffer: number;
  readonly dtype: DType;
  readonly written: boolean;
  /** Number of the memory it lies in: buffers in one memory (the arena) share a number, which counts from 0 within the kernel. */
  readonly memory: number;
}

/** A number passed at each run that a kernel reads. */
export interface ScalarUse {
  /** Number of the scalar in the plan. */
  readonly index: number;
  readonly dtype: DType;
}

/** A tile of a product that the threads of a workgroup make together, `depth` terms at a time, each of them 4 × 4 of its results. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** What a kernel's source is put together from. */
export interface Module {
  readonly entry: string;
  /** Threads of one workgroup. */
  readonly workgroupSize: number;
  readonly buffers: readonly BufferUse[];
  readonly scalars: readonly ScalarUse[];
  /** True if it may fail, or changes a state: it then does nothing once a run has failed. */
  readonly status: boolean;
  /** True if its threads wait for each other: they must then do nothing all together or not at all. */
  readonly barriers: boolean;
  /** Arrays that the threads of a workgroup share. */
  readonly shared: readonly { readonly name: string; readonly dtype: DType; readonly length: number }[];
  /** Statements, of the thread `thread` (flat, over all workgroups), `lane` (in its workgroup) of workgroup `group`; all of the index type. */
  readonly body: string;
}

/**
 * A kernel language. Statements, calls, operators, `if`, `else`, `break`, `continue`, `return` and assignments are written as in C; what differs
 * between languages is asked for here. Expressions that are passed in may be repeated and need no parentheses.
 */
export interface Dialect {
  readonly name: string;
  /** Integers that count elements. */
  readonly index: string;
  /** Threads of a workgroup where the kernel does not ask for a number of its own. */
  readonly workgroupSize: number;
  /** How products of [m, k] and [k, n] are cut; null where each thread does its own results. */
  tile(m: number, n: number, k: number): Tile | null;
  /**
   * Threads, a power of two, that share each of `results` reductions of `terms` elements, or rows of so many, or matrices of so many rows or
   * columns; 1: each has a thread.
   */
  team(kind: "reduce" | "row" | "matrix", terms: number, results: number): number;
  /** What sums of `dtype` are carried in. */
  accumulator(dtype: DType): DType;
  /** Type that values of `dtype` have in registers: bool may be a bool, int8 an int that is kept in range. @throws DTypeError */
  type(dtype: DType): string;
  /** Any number, NaN and infinities among them. */
  literal(value: number | bigint, dtype: DType): string;
  /** A name for a value. */
  constant(name: string, type: string, value: string): string;
  /** A name that can be assigned to. */
  variable(name: string, type: string, value: string): string;
  /** Head of a loop over an index from `from` to before `to`. */
  loop(name: string, from: string, to: string, step?: string): string;
  /** Element `index` of the kernel's buffer `use`, as a value in registers. */
  load(use: number, dtype: DType, index: string): string;
  /** A statement. */
  store(use: number, dtype: DType, index: string, value: string): string;
  /** A number passed at each run. */
  scalar(index: number, dtype: DType): string;
  /** int32 of an index. */
  fromIndex(index: string): string;
  /** An index of an int32 value. */
  toIndex(value: string): string;
  /** `dtype` is the operand's. */
  unary(op: UnaryName, dtype: DType, x: string): string;
  /** `dtype` is the operands'; comparisons give bool. NaN, -0, division by 0, shifts and overflow as `BinaryName` says. */
  binary(op: BinaryName, dtype: DType, a: string, b: string): string;
  multiplyAdd(dtype: DType, a: string, b: string, c: string): string;
  select(condition: string, a: string, b: string): string;
  cast(value: string, from: DType, to: DType): string;
  bitcast(value: string, from: DType, to: DType): string;
  /** The xor of both words of Threefry-2x32 with 20 rounds of [0, counter]; all uint32. */
  threefry(key0: string, key1: string, counter: string): string;
  /** A statement: the run failed at `site`. The first site stays. */
  fail(site: number): string;
  /** A statement: all threads of the workgroup have come here, and see what the others wrote to shared arrays. */
  readonly barrier: string;
  /** The same, of what they wrote to buffers. */
  readonly bufferBarrier: string;
  /** The whole source. */
  module(module: Module): string;
}
