/** Sums, products, quotients, powers. Operands broadcast; dtypes are promoted by the lattice, plain numbers adapt. */
import { isComplex, isFloating, isInexact, isInteger } from "../../dtypes/dtype.ts";
import { ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { pair, toFloat, toWideFloat } from "../support/input.ts";
import { op } from "../support/op.ts";
import {
  binaryOp,
  type BinaryOp,
  floatBinaryOp,
  floatOp,
  refuseBool,
  refuseComplex,
  strongBinaryOp,
  unaryOp,
  type UnaryOp,
  wideFloatOp,
} from "./factories.ts";

/**
 * `x1 + x2`, elementwise. bool + bool is "or", as in NumPy.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.add(tensor([1, 2]), 10) // [11, 12]
 */
export const add: BinaryOp = binaryOp("add", (a, b) => (a.dtype === "bool" ? build.or(a, b) : build.add(a, b)));

/**
 * `x1 - x2`, elementwise.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError for bool; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.subtract(tensor([3, 4]), 1); // [2, 3]
 */
export const subtract: BinaryOp = binaryOp("subtract", (a, b) => {
  refuseBool("subtract", a.dtype);
  return build.sub(a, b);
});

/**
 * `x1 · x2`, elementwise. bool · bool is "and", as in NumPy.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.multiply(tensor([1, 2]), tensor([3, 4])); // [3, 8]
 */
export const multiply: BinaryOp = binaryOp("multiply", (a, b) => (a.dtype === "bool" ? build.and(a, b) : build.mul(a, b)));

const quotient = (a: Value, b: Value): Value => build.div(a, b);

/**
 * `x1 / x2`, elementwise. Integers and bool give float32. Division by 0 gives ±Infinity, or NaN for 0 / 0.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.divide(tensor([1, 4]), 2); // [0.5, 2]
 */
export const divide: BinaryOp = floatBinaryOp("divide", quotient);

/**
 * {@link divide}.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.trueDivide(tensor([1, 4]), 2); // [0.5, 2]
 */
export const trueDivide: BinaryOp = floatBinaryOp("true_divide", quotient);

/**
 * `x1 / x2`, and 0 (with gradient 0) where `x2` is 0. Integers give float32.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.divideNoNan(tensor([1, 4]), tensor([0, 2])); // [0, 2]
 */
export const divideNoNan: BinaryOp = floatBinaryOp("divide_no_nan", (a, b) => {
  const isZero = build.eq(b, 0);
  return build.select(isZero, 0, build.div(a, build.select(isZero, 1, b)));
});

/** 1 where the remainder's sign differs from the divisor's: truncated and floored division then differ. */
function signsDiffer(remainder: Value, divisor: Value): Value {
  const differ = build.binary("xor", build.lt(remainder, 0), build.lt(divisor, 0));
  return build.and(build.not(build.eq(remainder, 0)), differ);
}

/**
 * The largest whole number not above `x1 / x2`, elementwise: integers stay integers. bool counts as int32.
 * An integer division by 0 is an error when the result is read.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.floorDivide(tensor([7, -7]), 2); // [3, -4]
 */
export const floorDivide: BinaryOp = binaryOp("floor_divide", (a, b) => {
  refuseComplex("floor_divide", a.dtype);
  if (isFloating(a.dtype)) return build.unary("floor", build.div(a, b));
  const [x, y] = [countable(a), countable(b)];
  const truncated = build.div(x, y);
  return build.select(signsDiffer(build.binary("rem", x, y), y), build.sub(truncated, 1), truncated);
});

/**
 * `x1 - floorDivide(x1, x2) · x2`: the remainder with the sign of the divisor, as in Python and NumPy.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.mod(tensor([7, -7]), 3); // [1, 2]
 */
export const mod: BinaryOp = strongBinaryOp("mod", (a, b) => {
  refuseComplex("mod", a.dtype);
  const [x, y] = [countable(a), countable(b)];
  const remainder = build.binary("rem", x, y);
  return build.select(signsDiffer(remainder, y), build.add(remainder, y), remainder);
});

/**
 * The remainder with the sign of the dividend, as C's fmod.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.fmod(tensor([7, -7]), 3); // [1, -1]
 */
export const fmod: BinaryOp = strongBinaryOp("fmod", (a, b) => {
  refuseComplex("fmod", a.dtype);
  return build.binary("rem", countable(a), countable(b));
});

/** bool as int32. */
function countable(x: Value): Value {
  return x.dtype === "bool" ? build.cast(x, "int32") : x;
}

/**
 * `x1` to the power `x2`, elementwise. Integers stay integers.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws ValueError for an integer to a negative plain number: cast the base to a float.
 *
 * @example
 * ops.power(tensor([1, 2, 3]), 2) // [1, 4, 9]
 */
export const power: BinaryOp = op("power", ["x1", "x2"], (x1: TensorLike, x2: TensorLike) => {
  const [a, b] = pair("power", x1, x2);
  if (typeof x2 === "number") {
    if (isInteger(a.dtype) && x2 < 0) {
      throw new ValueError(
        `[power] an integer cannot be raised to a negative power: received ${a.dtype} to the power ${x2}; cast it to float32`,
      );
    }
    const product = a.dtype === "bool" ? null : smallPower(a, x2);
    if (product !== null) return new Tensor(product);
  }
  return new Tensor(build.pow(countable(a), countable(b)));
});

/** Powers that are cheaper, and have cheaper gradients, as products and roots. */
function smallPower(x: Value, exponent: number): Value | null {
  if (exponent === 1) return x;
  if (exponent === 2) return build.mul(x, x);
  if (exponent === 3) return build.mul(build.mul(x, x), x);
  if (!isFloating(x.dtype)) return null;
  if (exponent === -1) return build.div(1, x);
  return exponent === 0.5 ? build.sqrt(x) : null;
}

/**
 * `-x`.
 *
 * `x` has any shape, the result the same.
 *
 * @throws DTypeError for bool: use logicalNot.
 *
 * @example
 * ops.negative(tensor([1, -2])); // [-1, 2]
 */
export const negative: UnaryOp = unaryOp("negative", (x) => {
  refuseBool("negative", x.dtype);
  return build.neg(x);
});

/**
 * `1 / x`. Integers give float32.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.reciprocal(tensor([2, 4])); // [0.5, 0.25]
 */
export const reciprocal: UnaryOp = floatOp("reciprocal", (x) => build.div(1, x));

/**
 * `x · x`. bool gives int32.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.square(tensor([2, -3])); // [4, 9]
 */
export const square: UnaryOp = unaryOp("square", (x) => {
  const y = countable(x);
  return build.mul(y, y);
});

/**
 * The square root; NaN for negative numbers. Integers give float32.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sqrt(tensor([4, 9])); // [2, 3]
 */
export const sqrt: UnaryOp = floatOp("sqrt", build.sqrt);

/**
 * `1 / sqrt(x)`. Integers give float32.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.rsqrt(tensor([4, 16])); // [0.5, 0.25]
 */
export const rsqrt: UnaryOp = floatOp("rsqrt", build.rsqrt);

const magnitude = (x: Value): Value => (x.dtype === "bool" ? x : build.abs(x));

/**
 * The absolute value (of complex numbers the modulus, float32). Its gradient at 0 is 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.abs(tensor([-1, 2])); // [1, 2]
 */
export const abs: UnaryOp = unaryOp("abs", magnitude);

/**
 * {@link abs}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.absolute(tensor([-1, 2])); // [1, 2]
 */
export const absolute: UnaryOp = unaryOp("absolute", magnitude);

/**
 * {@link abs} in floating point: integers give float32.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.fabs(tensor([-1.5, 2])); // [1.5, 2]
 */
export const fabs: UnaryOp = floatOp("fabs", build.abs);

/** {@link sign} of values. */
export function signOf(x: Value): Value {
  if (!isComplex(x.dtype)) return build.sign(x);
  const size = build.abs(x);
  return build.div(x, build.cast(build.select(build.eq(size, 0), 1, size), x.dtype));
}

/**
 * -1, 0 or 1 by the sign; NaN stays NaN. bool gives int32. Of complex numbers z / |z|, and 0 for 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sign(tensor([-3, 0, 2])); // [-1, 0, 1]
 */
export const sign: UnaryOp = unaryOp("sign", (x) => signOf(countable(x)));

/**
 * True where the sign bit is set: negative numbers, -0, and NaN with that bit.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.signbit(tensor([-3, 2])); // [true, false]
 */
export const signbit: UnaryOp = unaryOp("signbit", (x) => {
  refuseComplex("signbit", x.dtype);
  if (isFloating(x.dtype)) return build.lt(build.bitcast(build.cast(x, "float32"), "int32"), 0);
  return isInteger(x.dtype) ? build.lt(x, 0) : build.zerosLike(x);
});

/**
 * `sqrt(x1² + x2²)` without overflow or underflow on the way; Infinity if one is infinite, whatever the other.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.hypot(3, tensor([4])); // [5]
 */
export const hypot: BinaryOp = strongBinaryOp("hypot", (a, b) => {
  refuseComplex("hypot", a.dtype);
  const [x, y] = [build.abs(toWideFloat(a)), build.abs(toWideFloat(b))];
  const large = build.maximum(x, y);
  const small = build.minimum(x, y);
  const scale = build.select(build.eq(large, 0), 1, large);
  const ratio = build.div(small, scale);
  const infinite = build.or(build.eq(x, Infinity), build.eq(y, Infinity));
  const finite = build.mul(large, build.sqrt(build.add(build.mul(ratio, ratio), 1)));
  return build.select(infinite, Infinity, finite);
});

/**
 * The cube root, negative for negative numbers. Integers give float32. At 0 it is infinitely steep: the gradient there is NaN, as in Keras.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.cbrt(tensor([8, -27])); // [2, -3]
 */
export const cbrt: UnaryOp = wideFloatOp("cbrt", (x) => build.mul(build.sign(x), build.pow(build.abs(x), 1 / 3)));

/**
 * `x1 · 2^x2` for whole `x2`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.ldexp(tensor([1, 3]), tensor([2, 1], { dtype: "int32" })); // [4, 6]
 */
export const ldexp: BinaryOp = op("ldexp", ["x1", "x2"], (x1: TensorLike, x2: TensorLike) => {
  const [a, b] = pair("ldexp", x1, x2);
  const x = toFloat(a);
  const exponent = isInexact(b.dtype) ? b : build.cast(b, x.dtype);
  // Two halves, so that 2^e alone may leave the range where the product does not.
  const half = build.unary("floor", build.mul(exponent, 0.5));
  const scale = (e: Value): Value => build.pow(build.full([], 2, x.dtype), build.stopGradient(e));
  return new Tensor(build.mul(build.mul(x, scale(half)), scale(build.sub(exponent, half))));
});

/**
 * The complex conjugate; real numbers as they are.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * const z = ops.polar(2, tensor([0, Math.PI / 2]));
 * ops.imag(ops.conjugate(z)); // [0, -2]
 */
export const conjugate: UnaryOp = unaryOp("conjugate", build.conj);

/**
 * {@link conjugate}.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * const z = ops.polar(2, tensor([0, Math.PI / 2]));
 * ops.imag(ops.conj(z)); // [0, -2]
 */
export const conj: UnaryOp = unaryOp("conj", build.conj);

/**
 * The real part; real numbers as they are.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.real(ops.polar(tensor([2]), tensor([0]))); // [2]
 */
export const real: UnaryOp = unaryOp("real", (x) => (isComplex(x.dtype) ? build.real(x) : x));

/**
 * The imaginary part; zeros for real numbers.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.imag(ops.polar(tensor([2]), tensor([0]))); // [0]
 */
export const imag: UnaryOp = unaryOp("imag", (x) => (isComplex(x.dtype) ? build.imag(x) : build.zerosLike(x)));
