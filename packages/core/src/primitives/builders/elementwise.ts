/** Builders of constants and of elementwise primitives. */
import type { DType } from "../../dtypes/dtype.ts";
import { ValueError } from "../../errors.ts";
import { bindOne } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import type { BinaryName, NoParams, UnaryName } from "../params.ts";

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
/** The error function. */
export const erf = (x: Value): Value => unary("erf", x);
/** The nearest integer, halves to the even one. */
export const round = (x: Value): Value => unary("round", x);
/** The real part of complex values. */
export const real = (x: Value): Value => unary("real", x);
/** The imaginary part of complex values. */
export const imag = (x: Value): Value => unary("imag", x);
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
/** The complex value `re + i · im`. */
export const complex = (re: Value, im: Value): Value => binary("complex", re, im);

/** The complex conjugate; real values as they are. */
export function conj(x: Value): Value {
  return x.dtype === "complex64" ? complex(real(x), neg(imag(x))) : x;
}

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
