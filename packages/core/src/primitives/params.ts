/**
 * The closed set of primitives and their parameters. Every op of neurite is a composition of these; every backend
 * implements these and no more. Tables over them are exhaustive by type (`satisfies Record<PrimitiveName, …>`).
 *
 * Conventions
 * - *Elementwise* primitives broadcast as NumPy does; apart from `select`'s condition and `cast`, operands have one dtype.
 * - Axes are non-negative. Shapes are full shapes. Indices are int32.
 * - Subgraphs (`body`, `then`, …) are {@link Graph}s without state and scalars.
 */
import type { DType } from "../dtypes/dtype.ts";
import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/value.ts";

/** Parameters of primitives that have none. */
export type NoParams = Readonly<Record<never, never>>;

/** Elementwise, one operand. Floating (and complex where it makes sense) unless noted. */
export type UnaryName =
  | "neg" // any number
  | "abs" // any number; complex64 gives float32
  | "sign" // any real number; sign(0) = 0, sign(NaN) = NaN
  | "floor"
  | "ceil"
  | "round" // half to even
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tanh"
  | "sqrt"
  | "rsqrt"
  | "erf"
  | "not" // bool: logical; integers: bitwise
  | "real" // complex64 → float32
  | "imag"; // complex64 → float32

/** Elementwise, two operands of one dtype. */
export type BinaryName =
  | "add"
  | "sub"
  | "mul"
  | "div" // integers truncate toward zero; x/0 on integers is 0 and sets the run's status
  | "rem" // sign of the dividend, as C's % and fmod
  | "pow" // integers: non-negative exponents
  | "max" // NaN if either is
  | "min" // NaN if either is
  | "atan2"
  | "eq" // → bool
  | "lt" // → bool
  | "le" // → bool
  | "and" // bool or integers
  | "or"
  | "xor"
  | "shl" // integers; shifts of the width or more give 0 (shr of a negative: -1)
  | "shr" // integers; arithmetic on signed, logical on unsigned
  | "complex"; // two float32 → complex64

/** How a reduction combines elements. */
export type ReduceOp = "sum" | "prod" | "max" | "min";
/** How a scatter brings updates in. */
export type ScatterOp = "set" | "add" | "mul" | "max" | "min";

/** Sliding windows over every axis of the operand (1 where an axis has none). */
export interface WindowParams {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  /** [low, high] for each axis; padding never wins a max or min and adds nothing to a sum. */
  readonly padding: readonly (readonly [number, number])[];
  /** Distance between the elements of a window. */
  readonly dilation: readonly number[];
}

/** A gradient rule given by `customGradient` or by the author of a composite; it builds nodes. */
export type CompositeVjp = (context: {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly cotangents: readonly (Value | null)[];
}) => readonly (Value | null)[];

/** Parameters of every primitive, by its name. */
export type PrimitiveParams = { [K in UnaryName | BinaryName]: NoParams } & {
  /** A graph's placeholder. Never executed. */
  input: { readonly name: string };

  // Sources
  /** A 0-d constant. int64 takes bigint, bool takes boolean; complex64 a real number. */
  constant: { readonly value: number | bigint | boolean; readonly dtype: DType };
  /** 0, 1, 2, … along `axis`. */
  iota: { readonly shape: readonly number[]; readonly axis: number; readonly dtype: DType };
  /** (key: uint32[2]) → uint32 of `shape`, Threefry-2x32 exactly as JAX's partitionable generator:
   *  element i (64-bit row-major index, high and low word) is the xor of the two words of threefry2x32(key, [hi(i), lo(i)]). */
  random_bits: { readonly shape: readonly number[] };

  // Elementwise beyond unary and binary
  /** (condition: bool, a, b): a where the condition holds. All three broadcast. */
  select: NoParams;
  /** Float to integer truncates toward zero and saturates (NaN → 0); anything to bool is `x != 0`. */
  cast: { readonly dtype: DType };
  /** Same bits, another dtype of the same width. */
  bitcast: { readonly dtype: DType };
  /** (x, ok: bool): x; where some `ok` is false the run's status names this node and `message`. Broadcasts. */
  check: { readonly message: string };
  /** (x): x, without a gradient. */
  stop_gradient: NoParams;
  /** (x): x, which no pass may see through: keeps recomputation from being merged with the original. */
  barrier: NoParams;

  // Views: rewritten to index maps where a backend can
  reshape: { readonly shape: readonly number[] };
  /** Output axis i is input axis permutation[i]. */
  transpose: { readonly permutation: readonly number[] };
  /** Right-aligned, NumPy's broadcast_to. */
  broadcast: { readonly shape: readonly number[] };
  /** start inclusive, limit exclusive, strides ≥ 1, one entry an axis. */
  slice: { readonly start: readonly number[]; readonly limit: readonly number[]; readonly strides: readonly number[] };
  flip: { readonly axes: readonly number[] };
  /** (x, value: 0-d): `interior` values between neighbours, then low and high, which may be negative (cropping). */
  pad: { readonly low: readonly number[]; readonly high: readonly number[]; readonly interior: readonly number[] };
  concat: { readonly axis: number };

  // Structured
  /** Reduced axes are dropped. On bool only max (any) and min (all). Empty: 0, 1, -inf/lowest, +inf/highest. */
  reduce: { readonly op: ReduceOp; readonly axes: readonly number[] };
  /** int32 index of the first extreme along `axis`, which is dropped. NaN wins. */
  argreduce: { readonly op: "max" | "min"; readonly axis: number };
  /** lhs [...batch, M, K] · rhs [...batch, K, N] → [...batch, M, N], the batch axes equal. Transposes and the rest are views around it. */
  dot: NoParams;
  /**
   * lhs [G, N, ...spatial, C] * rhs [G, ...window, C, O] → [G, N, ...out, O], for 1 to 3 spatial axes (cross-correlation).
   * G is a batch axis: grouped and depthwise convolutions, and their gradients, are views around it.
   * lhs is dilated (zeros between elements), then padded ([low, high], may be negative), then slid over by `strides`;
   * window elements are `rhsDilation` apart.
   */
  conv: {
    readonly strides: readonly number[];
    readonly padding: readonly (readonly [number, number])[];
    readonly lhsDilation: readonly number[];
    readonly rhsDilation: readonly number[];
  };
  reduce_window: WindowParams & { readonly op: "sum" | "max" | "min" };
  /** (x, y of x's shape): y at the place of the first extreme of x in each window. */
  window_gather: WindowParams & { readonly op: "max" | "min" };
  /** (x, y of the windows' shape): zeros of x's shape with each y added at the place of the first extreme of x in its window. */
  window_scatter: WindowParams & { readonly op: "max" | "min" };
  /** (x [...a, K, ...b], indices [...i]) → [...a, ...i, ...b]. Indices outside 0..K-1 set the run's status and give 0. */
  gather: { readonly axis: number };
  /** (x [...a, K, ...b], indices [...i], updates [...a, ...i, ...b]) → x with updates combined in, in row-major order of the indices. */
  scatter: { readonly axis: number; readonly op: ScatterOp };
  /** Running reduction along `axis`, same shape. */
  cumulative: { readonly op: ReduceOp; readonly axis: number; readonly reverse: boolean };
  /** int32 permutation that sorts along `axis`; stable, NaN last in both directions. */
  argsort: { readonly axis: number; readonly descending: boolean };

  // Linear algebra on the last two axes; leading axes are a batch
  /** Symmetric positive definite [n, n] → lower factor. Only the lower triangle is read. Not definite: NaN. */
  cholesky: NoParams;
  /** (a [n, n] triangular, b [n, k]) → x with a·x = b, or aᵀ·x = b. */
  triangular_solve: { readonly lower: boolean; readonly transpose: boolean; readonly unitDiagonal: boolean };
  /** [m, n] → (packed L\U [m, n], pivots int32 [min], permutation int32 [m]), as LAPACK's getrf; a[permutation] = L·U. */
  lu: NoParams;
  /** [m, n] → (q [m, k], r [k, n]), k = min(m, n), or full q [m, m], r [m, n]. */
  qr: { readonly full: boolean };
  /** [m, n] → (u [m, k], s [k] descending, vᵀ [k, n]), or u [m, m], vᵀ [n, n] when full. */
  svd: { readonly full: boolean };
  /** Symmetric [n, n] → (w [n] ascending, v [n, n] with eigenvectors as columns). */
  eigh: NoParams;
  /** General real [n, n] → (w complex64 [n], v complex64 [n, n], unit columns). */
  eig: NoParams;
  /** complex64 along `axis`; the inverse divides by n. */
  fft: { readonly axis: number; readonly inverse: boolean };

  // Control flow and composition
  /** (predicate: bool 0-d, ...operands) → outputs of `then` or `otherwise`, which take the operands. */
  cond: { readonly then: Graph; readonly otherwise: Graph };
  /** ([carry × n, constants…]) → carry × n. `test` and `body` take (carry…, constants…); `test` gives one bool 0-d.
   *  Stops after maxIterations where given; its gradient needs it. */
  while: { readonly test: Graph; readonly body: Graph; readonly carry: number; readonly maxIterations: number | null };
  /** ([carry × n, xs × m with leading axis `length`, constants…]) → (carry × n, ys with leading axis `length`).
   *  `body` takes (carry…, one slice of each xs…, constants…) and gives (carry…, one slice of each ys…). */
  scan: { readonly body: Graph; readonly carry: number; readonly xs: number; readonly length: number; readonly reverse: boolean };
  /** (operands) → outputs of `body`; `name` and `attributes` let a backend claim it with a better kernel. */
  composite: {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly body: Graph;
    readonly vjp: CompositeVjp | null;
  };
};

/** The name of a primitive. */
export type PrimitiveName = keyof PrimitiveParams;
