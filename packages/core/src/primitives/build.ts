/**
 * Functions that append one primitive (or a few) to the graph: the vocabulary of gradient rules and ops.
 * They take values of exact dtypes; elementwise ones broadcast. A plain number becomes a constant of the other operand's dtype.
 */
import type { DType } from "../dtypes/dtype.ts";
import { ValueError } from "../errors.ts";
import { bind, bindOne } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Shape, Value } from "../graph/value.ts";
import type { BinaryName, NoParams, PrimitiveParams, ReduceOp, ScatterOp, UnaryName, WindowParams } from "./params.ts";

const none: NoParams = {};

/** A value, or a number that takes the other operand's dtype. */
export type Operand = Value | number;

/**
 * A 0-d constant.
 *
 * @throws ValueError for a number that the dtype does not hold.
 */
export function constant(value: number | bigint | boolean, dtype: DType): Value {
  if (dtype === "int64" && typeof value === "number" && !Number.isInteger(value)) {
    throw new ValueError(`[constant] int64 holds integers: received ${value}`);
  }
  return bindOne("constant", [], { value: dtype === "int64" && typeof value === "number" ? BigInt(value) : value, dtype });
}

/**
 * `value` everywhere.
 *
 * @throws ValueError for a number that the dtype does not hold.
 */
export function full(shape: Shape, value: number | bigint | boolean, dtype: DType): Value {
  return broadcast(constant(value, dtype), shape);
}

/** Zeros of `like`'s shape and dtype. */
export function zerosLike(like: Value): Value {
  return full(like.shape, like.dtype === "bool" ? false : 0, like.dtype);
}

/** Ones of `like`'s shape and dtype. */
export function onesLike(like: Value): Value {
  return full(like.shape, like.dtype === "bool" ? true : 1, like.dtype);
}

/** The elementwise operation `op` of `x`, of any shape: the same shape. */
export function unary(op: UnaryName, x: Value): Value {
  return bindOne(op, [x], none);
}

/** The elementwise operation `op` of two values of one shape and dtype; a number takes the dtype and shape of the other. */
export function binary(op: BinaryName, a: Operand, b: Operand): Value {
  if (typeof a === "number") {
    if (typeof b === "number") throw new TypeError(`[${op}] one operand must be a value`);
    return bindOne(op, [constant(a, b.dtype), b], none);
  }
  return bindOne(op, [a, typeof b === "number" ? constant(b, a.dtype) : b], none);
}

/** `-x`. */
export const neg = (x: Value): Value => unary("neg", x);
/** `|x|`. */
export const abs = (x: Value): Value => unary("abs", x);
/** -1, 0 or 1, as the sign of `x` is. */
export const sign = (x: Value): Value => unary("sign", x);
/** `e` to the power of `x`. */
export const exp = (x: Value): Value => unary("exp", x);
/** The natural logarithm. */
export const log = (x: Value): Value => unary("log", x);
/** The sine; radians. */
export const sin = (x: Value): Value => unary("sin", x);
/** The cosine; radians. */
export const cos = (x: Value): Value => unary("cos", x);
/** The hyperbolic tangent. */
export const tanh = (x: Value): Value => unary("tanh", x);
/** The square root. */
export const sqrt = (x: Value): Value => unary("sqrt", x);
/** `1 / sqrt(x)`. */
export const rsqrt = (x: Value): Value => unary("rsqrt", x);
/** Logical not, of bools. */
export const not = (x: Value): Value => unary("not", x);
/** `a + b`. */
export const add = (a: Operand, b: Operand): Value => binary("add", a, b);
/** `a - b`. */
export const sub = (a: Operand, b: Operand): Value => binary("sub", a, b);
/** `a · b`. */
export const mul = (a: Operand, b: Operand): Value => binary("mul", a, b);
/** `a / b`. */
export const div = (a: Operand, b: Operand): Value => binary("div", a, b);
/** `a` to the power of `b`. */
export const pow = (a: Operand, b: Operand): Value => binary("pow", a, b);
/** The larger of `a` and `b`. */
export const maximum = (a: Operand, b: Operand): Value => binary("max", a, b);
/** The smaller of `a` and `b`. */
export const minimum = (a: Operand, b: Operand): Value => binary("min", a, b);
/** bool: `a = b`. */
export const eq = (a: Operand, b: Operand): Value => binary("eq", a, b);
/** bool: `a < b`. */
export const lt = (a: Operand, b: Operand): Value => binary("lt", a, b);
/** bool: `a ≤ b`. */
export const le = (a: Operand, b: Operand): Value => binary("le", a, b);
/** Logical and, of bools. */
export const and = (a: Value, b: Value): Value => binary("and", a, b);
/** Logical or, of bools. */
export const or = (a: Value, b: Value): Value => binary("or", a, b);

/** `a` where `condition` holds, else `b`. */
export function select(condition: Value, a: Operand, b: Operand): Value {
  const dtype = typeof a === "number" ? (typeof b === "number" ? "float32" : b.dtype) : a.dtype;
  const lift = (x: Operand): Value => (typeof x === "number" ? constant(x, dtype) : x);
  return bindOne("select", [condition, lift(a), lift(b)], none);
}

/** `x` as `dtype`; itself when it has it already. */
export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : bindOne("cast", [x], { dtype });
}

/** The bits of `x` read as `dtype`, of the same width. */
export function bitcast(x: Value, dtype: DType): Value {
  return bindOne("bitcast", [x], { dtype });
}

/** `x`; a run in which some element of `ok` is false ends with an error that carries `message`. */
export function check(x: Value, ok: Value, message: string): Value {
  return bindOne("check", [x, ok], { message });
}

/** `x`, through which no gradient passes. */
export function stopGradient(x: Value): Value {
  return bindOne("stop_gradient", [x], none);
}

/** 0, 1, 2, … along `axis` of `shape`, the same along other axes. */
export function iota(shape: Shape, axis: number, dtype: DType = "int32"): Value {
  return bindOne("iota", [], { shape, axis, dtype });
}

/** Random bits of `shape` that follow from `key` alone. */
export function randomBits(key: Value, shape: Shape): Value {
  return bindOne("random_bits", [key], { shape });
}

/** True when two shapes are the same as far as is known (an unknown dimension equals an unknown one). */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => Object.is(dim, b[i]));
}

/** The elements of `x` in another shape; itself when it has it already. */
export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : bindOne("reshape", [x], { shape });
}

/** `x` with its axes in the order of `permutation`; itself when that is theirs. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  return permutation.every((axis, i) => axis === i) ? x : bindOne("transpose", [x], { permutation });
}

/** Swaps the last two axes. */
export function matrixTranspose(x: Value): Value {
  const rank = x.shape.length;
  const permutation = x.shape.map((_, i) => i);
  permutation[rank - 1] = rank - 2;
  permutation[rank - 2] = rank - 1;
  return transpose(x, permutation);
}

/** `x` stretched along its axes of size 1 to `shape`, of the same rank. */
export function broadcast(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : bindOne("broadcast", [x], { shape });
}

/** The elements from `start` to before `limit` on each axis, in steps of `strides` (default 1). */
export function slice(x: Value, start: readonly number[], limit: readonly number[], strides?: readonly number[]): Value {
  return bindOne("slice", [x], { start, limit, strides: strides ?? start.map(() => 1) });
}

/** `x` reversed along `axes`. */
export function flip(x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : bindOne("flip", [x], { axes });
}

/** Pads with `value` (a number or a 0-d value). */
export function pad(x: Value, low: readonly number[], high: readonly number[], interior?: readonly number[], value: Operand = 0): Value {
  const filler = typeof value === "number" ? constant(x.dtype === "bool" ? value !== 0 : value, x.dtype) : value;
  return bindOne("pad", [x, filler], { low, high, interior: interior ?? low.map(() => 0) });
}

/** Values joined along `axis`. */
export function concat(xs: readonly Value[], axis: number): Value {
  return xs.length === 1 ? (xs[0] as Value) : bindOne("concat", xs, { axis });
}

/** `x` reduced by `op` over `axes`, which are dropped. */
export function reduce(op: ReduceOp, x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : bindOne("reduce", [x], { op, axes });
}

/** The sum over `axes`, which are dropped. */
export const sum = (x: Value, axes: readonly number[]): Value => reduce("sum", x, axes);

/** {@link reduce} that keeps the reduced axes with size 1. */
export function reduceKeep(op: ReduceOp, x: Value, axes: readonly number[]): Value {
  return reshape(
    reduce(op, x, axes),
    x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
  );
}

/** Where along `axis` the largest or smallest element is. */
export function argreduce(op: "max" | "min", x: Value, axis: number): Value {
  return bindOne("argreduce", [x], { op, axis });
}

/** The matrix product of the last two axes, those before them batches. */
export function dot(lhs: Value, rhs: Value): Value {
  return bindOne("dot", [lhs, rhs], none);
}

/** Convolution of `lhs` with the kernel `rhs`. */
export function conv(lhs: Value, rhs: Value, params: PrimitiveParams["conv"]): Value {
  return bindOne("conv", [lhs, rhs], params);
}

/** `x` reduced by `op` over windows that slide over it. */
export function reduceWindow(op: "sum" | "max" | "min", x: Value, window: WindowParams): Value {
  return bindOne("reduce_window", [x], { ...window, op });
}

/** The element of `y` at the place of the first largest or smallest element of `x` in each window; `y` of the shape of `x`. */
export function windowGather(op: "max" | "min", x: Value, y: Value, window: WindowParams): Value {
  return bindOne("window_gather", [x, y], { ...window, op });
}

/** Zeros of the shape of `x`, with each element of `y` added at the place of the first largest or smallest element of `x` in its window. */
export function windowScatter(op: "max" | "min", x: Value, y: Value, window: WindowParams): Value {
  return bindOne("window_scatter", [x, y], { ...window, op });
}

/** The slices of `x` along `axis` that `indices` name. */
export function gather(x: Value, indices: Value, axis: number): Value {
  return bindOne("gather", [x, indices], { axis });
}

/** `x` with `updates` brought in by `op` at `indices` along `axis`. */
export function scatter(op: ScatterOp, x: Value, indices: Value, updates: Value, axis: number): Value {
  return bindOne("scatter", [x, indices, updates], { axis, op });
}

/** Running reduction by `op` along `axis`, from its end with `reverse`. */
export function cumulative(op: ReduceOp, x: Value, axis: number, reverse = false): Value {
  return bindOne("cumulative", [x], { op, axis, reverse });
}

/** The indices that sort `x` along `axis`. */
export function argsort(x: Value, axis: number, descending = false): Value {
  return bindOne("argsort", [x], { axis, descending });
}

/** Puts the nodes of `body` into the current graph, its inputs replaced by `inputs`. */
export function inline(body: Graph, inputs: readonly Value[]): readonly Value[] {
  const map = new Map<Value, Value>();
  body.inputs.forEach((placeholder, i) => map.set(placeholder, inputs[i] as Value));
  const at = (value: Value): Value => map.get(value) as Value;
  for (const node of body.nodes) {
    const outputs = bind(node.op, node.inputs.map(at), node.params as never);
    node.outputs.forEach((output, i) => map.set(output, outputs[i] as Value));
  }
  return body.outputs.map(at);
}

/** The error function. */
export const erf = (x: Value): Value => unary("erf", x);
/** The nearest integer, halves to the even one. */
export const round = (x: Value): Value => unary("round", x);
/** The real part of complex values. */
export const real = (x: Value): Value => unary("real", x);
/** The imaginary part of complex values. */
export const imag = (x: Value): Value => unary("imag", x);
/** The complex value `re + i · im`. */
export const complex = (re: Value, im: Value): Value => binary("complex", re, im);

/** The complex conjugate; real values as they are. */
export function conj(x: Value): Value {
  return x.dtype === "complex64" ? complex(real(x), neg(imag(x))) : x;
}

/** Undoes the dropping of `axes` by a reduction of something of `shape`: puts them back with size 1, then stretches. */
export function unreduce(x: Value, shape: Shape, axes: readonly number[]): Value {
  return broadcast(
    reshape(
      x,
      shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
    ),
    shape,
  );
}

/** bool [rows, columns]: true where column - row ≤ `diagonal` (0: the main diagonal and below). */
export function lowerMask(rows: number, columns: number, diagonal = 0): Value {
  return le(iota([rows, columns], 1), add(iota([rows, columns], 0), diagonal));
}

/** The lower triangle of the last two axes, zeros elsewhere. */
export function tril(x: Value, diagonal = 0): Value {
  const [rows, columns] = x.shape.slice(-2);
  return select(lowerMask(rows, columns, diagonal), x, 0);
}

/** The upper triangle of the last two axes, zeros elsewhere. */
export function triu(x: Value, diagonal = 0): Value {
  const [rows, columns] = x.shape.slice(-2);
  return select(lowerMask(rows, columns, diagonal - 1), zerosLike(x), x);
}

/** The identity matrix [n, n]. */
export function eye(n: number, dtype: DType): Value {
  return cast(eq(iota([n, n], 0), iota([n, n], 1)), dtype);
}

/** [..., n] → [..., n, n] with x on the diagonal. */
export function diagonalMatrix(x: Value): Value {
  const n = x.shape[x.shape.length - 1];
  return select(eq(iota([n, n], 0), iota([n, n], 1)), reshape(x, [...x.shape, 1]), 0);
}

/** The lower Cholesky factor of matrices [..., n, n]. */
export function cholesky(a: Value): Value {
  return bindOne("cholesky", [a], none);
}

/** Solves triangular systems of `a` [..., n, n] for `b` [..., n, k]. */
export function triangularSolve(a: Value, b: Value, params: PrimitiveParams["triangular_solve"]): Value {
  return bindOne("triangular_solve", [a, b], params);
}

/** (packed L\U, pivots, permutation) */
export function lu(a: Value): readonly Value[] {
  return bind("lu", [a], none);
}

/** (q, r) */
export function qr(a: Value, fullMatrices = false): readonly Value[] {
  return bind("qr", [a], { full: fullMatrices });
}

/** (u, s, vᵀ) */
export function svd(a: Value, fullMatrices = false): readonly Value[] {
  return bind("svd", [a], { full: fullMatrices });
}

/** (eigenvalues, eigenvectors as columns) */
export function eigh(a: Value): readonly Value[] {
  return bind("eigh", [a], none);
}

/** (eigenvalues, eigenvectors as columns), complex64 */
export function eig(a: Value): readonly Value[] {
  return bind("eig", [a], none);
}

/** The discrete Fourier transform along `axis`, of complex values; the inverse divides by its length. */
export function fft(x: Value, axis: number, inverse = false): Value {
  return bindOne("fft", [x], { axis, inverse });
}
