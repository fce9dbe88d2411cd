/** Builders of constants and of elementwise primitives. */
import type { DType } from "../../dtypes/dtype.ts";
import { ValueError } from "../../errors.ts";
import { context } from "../../engine/context.ts";
import { bindOne } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import type { BinaryName, NoParams, UnaryName } from "../params.ts";

const none: NoParams = {};

/** A value, or a number that takes the other operand's dtype. */
export type Operand = Value | number;

/**
 * A 0-d constant.
 *
 * @throws ValueError for a number that the dtype does not hold, such as 300 for int8.
 *
 * @example
 * new Tensor(build.constant(2.5, "float32")); // 2.5
 */
export function constant(value: number | bigint | boolean, dtype: DType): Value {
  if (dtype === "int64" && typeof value === "number" && !Number.isInteger(value)) {
    throw new ValueError(`[constant] int64 holds integers: received ${value}`);
  }
  return bindOne("constant", [], { value: dtype === "int64" && typeof value === "number" ? BigInt(value) : value, dtype });
}

/**
 * {@link constant} for a plain number among operands: in a trace one node for all that take the same number.
 *
 * @throws As {@link constant}.
 *
 * @example
 * new Tensor(build.literal(2.5, "float32")); // 2.5
 */
export function literal(value: number | bigint | boolean, dtype: DType): Value {
  const { trace } = context;
  return trace === null ? constant(value, dtype) : trace.literal(value, dtype, () => constant(value, dtype));
}

/**
 * The elementwise operation `op` of `x`, of any shape: the same shape.
 *
 * @throws DTypeError for a dtype that `op` does not take.
 *
 * @example
 * new Tensor(build.unary("floor", tensor([1.5, -1.5]).value)); // [1, -2]
 */
export function unary(op: UnaryName, x: Value): Value {
  return bindOne(op, [x], none);
}

/**
 * The elementwise operation `op` of two values of one dtype whose shapes broadcast; a number takes the dtype of the other.
 *
 * @throws DTypeError when the dtypes differ or `op` does not take them; ShapeError when the shapes do not broadcast; ValueError for two
 * numbers.
 *
 * @example
 * new Tensor(build.binary("rem", tensor([5, 7]).value, 3)); // [2, 1]
 */
export function binary(op: BinaryName, a: Operand, b: Operand): Value {
  if (typeof a === "number") {
    if (typeof b === "number") throw new ValueError(`[${op}] one operand must be a value: received the numbers ${a} and ${b}`);
    return bindOne(op, [literal(a, b.dtype), b], none);
  }
  return bindOne(op, [a, typeof b === "number" ? literal(b, a.dtype) : b], none);
}

/**
 * `-x`.
 *
 * @example
 * new Tensor(build.neg(tensor([1, -2]).value)); // [-1, 2]
 */
export const neg = (x: Value): Value => unary("neg", x);
/**
 * `|x|`.
 *
 * @example
 * new Tensor(build.abs(tensor([1, -2]).value)); // [1, 2]
 */
export const abs = (x: Value): Value => unary("abs", x);
/**
 * -1, 0 or 1, as the sign of `x` is.
 *
 * @throws DTypeError for bool and complex values.
 *
 * @example
 * new Tensor(build.sign(tensor([-3, 0, 2]).value)); // [-1, 0, 1]
 */
export const sign = (x: Value): Value => unary("sign", x);
/**
 * `e` to the power of `x`.
 *
 * @example
 * new Tensor(build.exp(tensor([0, 1]).value)); // [1, 2.71828]
 */
export const exp = (x: Value): Value => unary("exp", x);
/**
 * The natural logarithm.
 *
 * @example
 * new Tensor(build.log(tensor([1, 10]).value)); // [0, 2.30259]
 */
export const log = (x: Value): Value => unary("log", x);
/**
 * The sine; radians.
 *
 * @example
 * new Tensor(build.sin(tensor([0, Math.PI / 2]).value)); // [0, 1]
 */
export const sin = (x: Value): Value => unary("sin", x);
/**
 * The cosine; radians.
 *
 * @example
 * new Tensor(build.cos(tensor([0, Math.PI]).value)); // [1, -1]
 */
export const cos = (x: Value): Value => unary("cos", x);
/**
 * The hyperbolic tangent.
 *
 * @example
 * new Tensor(build.tanh(tensor([0, 1]).value)); // [0, 0.761594]
 */
export const tanh = (x: Value): Value => unary("tanh", x);
/**
 * The square root.
 *
 * @example
 * new Tensor(build.sqrt(tensor([4, 9]).value)); // [2, 3]
 */
export const sqrt = (x: Value): Value => unary("sqrt", x);
/**
 * `1 / sqrt(x)`.
 *
 * @example
 * new Tensor(build.rsqrt(tensor([4, 16]).value)); // [0.5, 0.25]
 */
export const rsqrt = (x: Value): Value => unary("rsqrt", x);
/**
 * Logical not of bools, bitwise not of integers.
 *
 * @example
 * new Tensor(build.not(tensor([true, false]).value)); // [false, true]
 */
export const not = (x: Value): Value => unary("not", x);
/**
 * The error function.
 *
 * @example
 * new Tensor(build.erf(tensor([0, 1]).value)); // [0, 0.842701]
 */
export const erf = (x: Value): Value => unary("erf", x);
/**
 * The nearest integer, halves to the even one.
 *
 * @example
 * new Tensor(build.round(tensor([0.5, 1.5]).value)); // [0, 2]
 */
export const round = (x: Value): Value => unary("round", x);
/**
 * The real part of complex values.
 *
 * @throws DTypeError for real values.
 *
 * @example
 * new Tensor(build.real(ops.polar(2, tensor([0])).value)); // [2]
 */
export const real = (x: Value): Value => unary("real", x);
/**
 * The imaginary part of complex values.
 *
 * @throws DTypeError for real values.
 *
 * @example
 * new Tensor(build.imag(ops.polar(2, tensor([Math.PI / 2])).value)); // [2]
 */
export const imag = (x: Value): Value => unary("imag", x);
/**
 * `a + b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.add(tensor([1, 2]).value, 3)); // [4, 5]
 */
export const add = (a: Operand, b: Operand): Value => binary("add", a, b);
/**
 * `a - b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.sub(tensor([1, 2]).value, 1)); // [0, 1]
 */
export const sub = (a: Operand, b: Operand): Value => binary("sub", a, b);
/**
 * `a · b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.mul(tensor([1, 2]).value, 3)); // [3, 6]
 */
export const mul = (a: Operand, b: Operand): Value => binary("mul", a, b);
/**
 * `a / b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.div(tensor([1, 2]).value, 2)); // [0.5, 1]
 */
export const div = (a: Operand, b: Operand): Value => binary("div", a, b);
/**
 * `a` to the power of `b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.pow(tensor([1, 2]).value, 3)); // [1, 8]
 */
export const pow = (a: Operand, b: Operand): Value => binary("pow", a, b);
/**
 * The larger of `a` and `b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.maximum(tensor([1, 2]).value, 1.5)); // [1.5, 2]
 */
export const maximum = (a: Operand, b: Operand): Value => binary("max", a, b);
/**
 * The smaller of `a` and `b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.minimum(tensor([1, 2]).value, 1.5)); // [1, 1.5]
 */
export const minimum = (a: Operand, b: Operand): Value => binary("min", a, b);
/**
 * bool: `a = b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.eq(tensor([1, 2]).value, 2)); // [false, true]
 */
export const eq = (a: Operand, b: Operand): Value => binary("eq", a, b);
/**
 * bool: `a < b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.lt(tensor([1, 2]).value, 2)); // [true, false]
 */
export const lt = (a: Operand, b: Operand): Value => binary("lt", a, b);
/**
 * bool: `a ≤ b`.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.le(tensor([1, 2]).value, 1)); // [true, false]
 */
export const le = (a: Operand, b: Operand): Value => binary("le", a, b);
/**
 * Logical and, of bools.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.and(tensor([true, true]).value, tensor([true, false]).value)); // [true, false]
 */
export const and = (a: Value, b: Value): Value => binary("and", a, b);
/**
 * Logical or, of bools.
 *
 * @throws DTypeError or ShapeError where the operands do not fit, see {@link binary}.
 *
 * @example
 * new Tensor(build.or(tensor([true, false]).value, tensor([false, false]).value)); // [true, false]
 */
export const or = (a: Value, b: Value): Value => binary("or", a, b);
/**
 * The complex value `re + i · im`.
 *
 * @throws DTypeError unless both are float32; ShapeError when the shapes do not broadcast.
 *
 * @example
 * const z = build.complex(tensor([3]).value, tensor([4]).value);
 * ops.abs(new Tensor(z)); // [5]
 */
export const complex = (re: Value, im: Value): Value => binary("complex", re, im);

/**
 * The complex conjugate; real values as they are.
 *
 * @throws DisposedError when `x` is no longer there.
 *
 * @example
 * const z = build.complex(tensor([3]).value, tensor([4]).value);
 * new Tensor(build.imag(build.conj(z))); // [-4]
 */
export function conj(x: Value): Value {
  return x.dtype === "complex64" ? complex(real(x), neg(imag(x))) : x;
}

/**
 * `a` where `condition` holds, else `b`.
 *
 * @throws DTypeError unless `condition` is bool and `a` and `b` have one dtype; ShapeError when the shapes do not broadcast.
 *
 * @example
 * new Tensor(build.select(tensor([true, false]).value, tensor([1, 2]).value, 0)); // [1, 0]
 */
export function select(condition: Value, a: Operand, b: Operand): Value {
  const dtype = typeof a === "number" ? (typeof b === "number" ? "float32" : b.dtype) : a.dtype;
  const lift = (x: Operand): Value => (typeof x === "number" ? literal(x, dtype) : x);
  return bindOne("select", [condition, lift(a), lift(b)], none);
}

/**
 * `x` as `dtype`; itself when it has it already.
 *
 * @example
 * build.cast(tensor([1.7]).value, "int32").dtype; // "int32"
 */
export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : bindOne("cast", [x], { dtype });
}

/**
 * The bits of `x` read as `dtype`, of the same width.
 *
 * @throws DTypeError when the widths differ.
 *
 * @example
 * new Tensor(build.bitcast(tensor([1]).value, "int32")); // [1065353216]
 */
export function bitcast(x: Value, dtype: DType): Value {
  return bindOne("bitcast", [x], { dtype });
}

/**
 * `x`; a run in which some element of `ok` is false ends with an error that carries `message`.
 *
 * @example
 * const x = tensor([1, 2]).value;
 * new Tensor(build.check(x, build.lt(x, 3), "too large")); // [1, 2]
 */
export function check(x: Value, ok: Value, message: string): Value {
  return bindOne("check", [x, ok], { message });
}

/**
 * `x`, through which no gradient passes.
 *
 * @example
 * new Tensor(build.stopGradient(tensor([1, 2]).value)); // [1, 2]
 */
export function stopGradient(x: Value): Value {
  return bindOne("stop_gradient", [x], none);
}
