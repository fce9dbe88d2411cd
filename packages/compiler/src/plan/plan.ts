/**
 * What the compiler makes of a graph: buffers with fixed places, and kernels in the order they run.
 * A plan knows nothing of tensors; a backend encodes it for its device.
 */
import type { DType, ReduceOp, ScatterOp, UnaryName, BinaryName } from "@neurite/core";

/** Where a buffer lives. Arena offsets are in bytes, aligned to 64. */
export type Location =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "state"; readonly index: number }
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "arena"; readonly offset: number }
  /**
   * Part of another buffer (an earlier one), a different one at each step of the loop that lists it in `slices`: it starts
   * `offset + step * position` elements into `of`, wherever that is when the loop begins.
   */
  | { readonly kind: "slice"; readonly of: number; readonly offset: number; readonly step: number };

/** A buffer of a plan: what is in it, how large it is and where it lies. */
export interface Buffer {
  readonly dtype: DType;
  /** Elements. */
  readonly size: number;
  readonly location: Location;
}

/** Elements of a buffer seen through an index map: element at `offset + Σ index[i] * strides[i]`. Strides may be 0 or negative. */
export interface View {
  /** Index into {@link Plan.buffers}. */
  readonly buffer: number;
  /** In elements. */
  readonly offset: number;
  /** In elements, one for each axis of the space it is used in. */
  readonly strides: readonly number[];
}

/**
 * One step of a vector program. `args` are indices of earlier instructions of the same body; `dtype` is the result's.
 * Comparisons, `select` conditions and `check`'s second argument are bool.
 */
export type Instruction =
  /** The element of operand `operand` at the current index. */
  | { readonly op: "load"; readonly dtype: DType; readonly operand: number }
  /** A bigint for int64 alone. */
  | { readonly op: "constant"; readonly dtype: DType; readonly value: number | bigint }
  /** A number passed at each run. */
  | { readonly op: "scalar"; readonly dtype: DType; readonly index: number }
  /** int32 `base + Σ index[i] * strides[i]` of the iteration space: iota, and the counter of random bits. */
  | { readonly op: "index"; readonly dtype: "int32"; readonly base: number; readonly strides: readonly number[] }
  /** uint32 Threefry bits; args: [counter]; `operand` views the key's two words (strides all 0, second word at offset + 1). */
  | { readonly op: "random"; readonly dtype: "uint32"; readonly operand: number; readonly args: readonly [number] }
  /** What the surrounding dot, conv or reduce computed; `index` numbers a reduce kernel's reductions (else 0). Epilogues only. */
  | { readonly op: "result"; readonly dtype: DType; readonly index: number }
  /** The reduction of `args[0]` along the last axis, the same for the whole row. Row kernels only. */
  | { readonly op: "row_reduce"; readonly dtype: DType; readonly reduce: ReduceOp; readonly args: readonly [number] }
  /** args: [x, ok]; gives x. A false `ok` sets the run's status to site `site` of {@link Plan.sites}. */
  | { readonly op: "check"; readonly dtype: DType; readonly site: number; readonly args: readonly [number, number] }
  | {
      readonly op: UnaryName | BinaryName | "select" | "cast" | "bitcast" | FusedOp;
      readonly dtype: DType;
      readonly args: readonly number[];
      /** Of integers' `div` and `rem`: the site that a divisor of 0 sets the run's status to. */
      readonly site?: number;
    };

/** Superinstructions that the peephole pass makes: multiply_add(a, b, c) = a * b + c. */
export type FusedOp = "multiply_add";

/** Where a value of a kernel's body is written. */
export interface Store {
  /** Index of the instruction whose value is stored. */
  readonly value: number;
  readonly view: View;
}

/** A vector program over an iteration space; loads come from `operands`, whose strides run over that space. */
export interface Body {
  readonly operands: readonly View[];
  readonly instructions: readonly Instruction[];
  readonly stores: readonly Store[];
}

/** For every index of `shape` (row-major, adjacent axes merged where all views allow): run the body. */
export interface LoopKernel extends Body {
  readonly kind: "loop";
  readonly shape: readonly number[];
  /**
   * Row kernels hold `row_reduce`: a whole row (the last axis) is worked on at once, every instruction over the row before
   * the next. Stores of values that are the same for the row have stride 0 on the last axis.
   */
  readonly row: boolean;
}

/** Runs the body over `shape`, combines along the axes flagged in `reduced`, then runs the epilogue over the axes kept. */
export interface ReduceKernel {
  readonly kind: "reduce";
  readonly shape: readonly number[];
  readonly reduced: readonly boolean[];
  /** Its stores are empty. */
  readonly body: Body;
  readonly reductions: readonly { readonly op: ReduceOp; readonly value: number; readonly dtype: DType }[];
  /** Over the kept axes in order. `result` with `index` i is reduction i. */
  readonly epilogue: Body;
}

/** out[..., m, n] = Σ_k lhs[..., m, k] · rhs[..., k, n], through views with strides [...batch, row, column]. */
export interface DotKernel {
  readonly kind: "dot";
  readonly dtype: DType;
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly lhs: View;
  readonly rhs: View;
  /** Over [...batch, m, n]; `result` is the sum. At the simplest: one `result` and one store. */
  readonly epilogue: Body;
}

/** The `conv` primitive over views: lhs [G, N, ...input, C], rhs [G, ...window, C, O], epilogue over [G, N, ...output, O]. */
export interface ConvKernel {
  readonly kind: "conv";
  readonly dtype: DType;
  readonly groups: number;
  readonly batch: number;
  readonly input: readonly number[];
  readonly window: readonly number[];
  readonly output: readonly number[];
  readonly channels: number;
  readonly features: number;
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly lhsDilation: readonly number[];
  readonly rhsDilation: readonly number[];
  readonly lhs: View;
  readonly rhs: View;
  readonly epilogue: Body;
}

/** reduce_window, window_gather (x, y) and window_scatter (x, y) over all axes of x. */
export interface WindowKernel {
  readonly kind: "reduce_window" | "window_gather" | "window_scatter";
  readonly op: "sum" | "max" | "min";
  readonly dtype: DType;
  /** Of x. */
  readonly input: readonly number[];
  /** Number of windows along each axis. */
  readonly output: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
  readonly x: View;
  /** The second operand of window_gather (over `input`) and window_scatter (over `output`); null for reduce_window. */
  readonly y: View | null;
  /** Over `output`; for window_scatter over `input` (the kernel zeroes it first). */
  readonly out: View;
}

/** int32 index of the first extreme (NaN wins) along the flagged axis. */
export interface ArgReduceKernel {
  readonly kind: "argreduce";
  readonly op: "max" | "min";
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly axis: number;
  readonly x: View;
  /** Over the kept axes. */
  readonly out: View;
}

/** out[a, i, b] = x[a, indices[i], b]; an index outside 0..size-1 sets the status to `site` and gives 0. */
export interface GatherKernel {
  readonly kind: "gather";
  readonly dtype: DType;
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
  readonly site: number;
  /** Strides [outer, size, inner]. */
  readonly x: View;
  /** Strides [count]; int32. */
  readonly indices: View;
  /** Strides [outer, count, inner]. */
  readonly out: View;
}

/**
 * out (which holds x already: a loop copied it, or it is x in place) [a, indices[i], b] ← combine with updates[a, i, b]. Where an index
 * is outside 0..size-1 it sets the status and writes nothing at all.
 */
export interface ScatterKernel {
  readonly kind: "scatter";
  readonly op: ScatterOp;
  readonly dtype: DType;
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
  readonly site: number;
  readonly indices: View;
  readonly updates: View;
  readonly out: View;
}

/** Views of arrays seen as [outer, size, inner], the middle axis being the one that is worked along. */
interface AxisKernel {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly x: View;
  readonly out: View;
}

/** Running reduction. */
export interface CumulativeKernel extends AxisKernel {
  readonly kind: "cumulative";
  readonly op: ReduceOp;
  readonly dtype: DType;
  readonly reverse: boolean;
}

/** int32 permutation that sorts; stable, NaN last in both directions. `dtype` is x's. */
export interface ArgSortKernel extends AxisKernel {
  readonly kind: "argsort";
  readonly dtype: DType;
  readonly descending: boolean;
}

/** Discrete Fourier transform of complex64; the inverse divides by `size`. */
export interface FftKernel extends AxisKernel {
  readonly kind: "fft";
  readonly inverse: boolean;
}

/** The primitives that a {@link LinalgKernel} computes. */
export type LinalgName = "cholesky" | "triangular_solve" | "lu" | "qr" | "svd" | "eigh" | "eig";

/** Factorizations and solvers of a batch of matrices [m, n]. Inputs, outputs and their order are those of the primitives. */
export interface LinalgKernel {
  readonly kind: "linalg";
  readonly op: LinalgName;
  /** float32 or float64. */
  readonly dtype: DType;
  readonly batch: number;
  /** Of the first operand. */
  readonly m: number;
  readonly n: number;
  /** Columns of triangular_solve's second operand; else 0. */
  readonly columns: number;
  /** Parameters of the primitive; false where it has no such. */
  readonly lower: boolean;
  readonly transpose: boolean;
  readonly unitDiagonal: boolean;
  readonly full: boolean;
  /** Strides [batch, row, column]. */
  readonly inputs: readonly View[];
  /** Strides [batch, row, column], or [batch, element] of vectors. */
  readonly outputs: readonly View[];
}

/** Kernels that run one after another as part of a branch or loop, over the buffers of the plan they belong to. */
export interface Block {
  readonly kernels: readonly Kernel[];
  readonly labels: readonly string[];
}

/** What loops have in common. */
interface Repeated {
  readonly body: Block;
  /**
   * Buffers that exchange their places after each step: `body` reads what is carried in the first and writes the second. What is
   * carried in place is not listed. When the loop has ended, the values are in the first: after an odd number of steps they must be
   * copied there.
   */
  readonly swaps: readonly (readonly [first: number, second: number])[];
}

/** Runs `body` for each position 0..length-1, or from the last to the first. Kernels before it have written what it carries. */
export interface ScanKernel extends Repeated {
  readonly kind: "scan";
  readonly length: number;
  readonly reverse: boolean;
  /** Buffers whose location is a slice that moves with the position. */
  readonly slices: readonly number[];
}

/** Runs `test`, then, where the bool at `predicate` holds, `body`, and so on; stops after `maxIterations` runs of it where given. */
export interface WhileKernel extends Repeated {
  readonly kind: "while";
  readonly test: Block;
  /** Of one element. */
  readonly predicate: View;
  readonly maxIterations: number | null;
}

/** Runs `then` where the bool at `predicate` holds, else `otherwise`; both write the same buffers. */
export interface CondKernel {
  readonly kind: "cond";
  /** Of one element. */
  readonly predicate: View;
  readonly then: Block;
  readonly otherwise: Block;
}

/** Kernels that run graphs of their own: loops and branches. */
export type ControlKernel = ScanKernel | WhileKernel | CondKernel;

/** One step of a plan. */
export type Kernel =
  | LoopKernel
  | ReduceKernel
  | DotKernel
  | ConvKernel
  | WindowKernel
  | ArgReduceKernel
  | GatherKernel
  | ScatterKernel
  | CumulativeKernel
  | ArgSortKernel
  | FftKernel
  | LinalgKernel
  | ControlKernel;

/** A place in the user's program that a run may complain about. */
export interface Site {
  /** The op that the user called, or where none was, the primitive. */
  readonly op: string;
  /** Path of the layer. */
  readonly scope: string;
  readonly message: string;
}

/** What a backend runs for a graph: kernels in order and the buffers between them. */
export interface Plan {
  readonly buffers: readonly Buffer[];
  readonly kernels: readonly Kernel[];
  /** Names of kernels for printing and profiling: scope and ops of the nodes in it. */
  readonly labels: readonly string[];
  readonly arenaBytes: number;
  /** Bytes of each output storage. */
  readonly outputBytes: readonly number[];
  readonly inputs: number;
  readonly states: number;
  readonly scalars: number;
  readonly sites: readonly Site[];
  /** Rough floating-point operations and bytes moved of one run: decides whether a run is synchronous. */
  readonly flops: number;
  readonly bytesMoved: number;
}
