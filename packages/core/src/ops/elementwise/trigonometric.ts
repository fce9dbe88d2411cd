/** Circular and hyperbolic functions, and their inverses, of complex numbers too. Integers give float32. */
import { isComplex } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { composite, pullback } from "../composite.ts";
import { complexArccos, complexArccosh, complexArcsin, complexArcsinh, complexArctan, complexArctanh } from "./complex-inverses.ts";
import { atan2, inverseCosine, inverseSine, realArccos, realArcsin, realArctanh } from "./inverses.ts";
import { inFloat32, toFloat } from "../support/input.ts";
import { type BinaryOp, floatBinaryOp, floatOp, strongFloatBinaryOp, type UnaryOp, unaryOp, wideFloatOp } from "./factories.ts";

/**
 * The sine of x radians.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sin(tensor([0, 1])); // [0, 0.84147]
 */
export const sin: UnaryOp = floatOp("sin", build.sin);

/**
 * The cosine of x radians.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.cos(tensor([0, 1])); // [1, 0.5403]
 */
export const cos: UnaryOp = floatOp("cos", build.cos);

/**
 * The tangent of x radians.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.tan(tensor([0, 1])); // [0, 1.5574]
 */
export const tan: UnaryOp = floatOp(
  "tan",
  composite(
    "tan",
    (x) => build.div(build.sin(x), build.cos(x)),
    pullback((ct, _, y) => build.mul(ct, build.conj(build.add(build.mul(y, y), 1)))),
  ),
);

/**
 * The hyperbolic tangent.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.tanh(tensor([0, 1])); // [0, 0.76159]
 */
export const tanh: UnaryOp = floatOp("tanh", build.tanh);

/** exp(±x/2) - 1: hyperbolic functions made of these are exact near 0 and overflow only where they must. */
function halves(x: Value): { up: Value; down: Value } {
  const half = build.mul(x, 0.5);
  return { up: build.unary("expm1", half), down: build.unary("expm1", build.neg(half)) };
}

const hyperbolicSine: (x: Value) => Value = composite(
  "sinh",
  (x) => {
    const { up, down } = halves(x);
    return build.mul(build.sub(up, down), build.mul(build.add(build.add(up, down), 2), 0.5));
  },
  pullback((ct, x) => build.mul(ct, build.conj(hyperbolicCosine(x)))),
);

const hyperbolicCosine: (x: Value) => Value = composite(
  "cosh",
  (x) => {
    const { up, down } = halves(x);
    const difference = build.sub(up, down);
    return build.add(build.mul(difference, build.mul(difference, 0.5)), 1);
  },
  pullback((ct, x) => build.mul(ct, build.conj(hyperbolicSine(x)))),
);

/**
 * The hyperbolic sine.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sinh(tensor([0, 1])); // [0, 1.1752]
 */
export const sinh: UnaryOp = floatOp("sinh", hyperbolicSine);

/**
 * The hyperbolic cosine.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.cosh(tensor([0, 1])); // [1, 1.5431]
 */
export const cosh: UnaryOp = floatOp("cosh", hyperbolicCosine);

/**
 * The arc tangent, from -π/2 to π/2.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.arctan(tensor([0, 1])); // [0, 0.7854]
 */
export const arctan: UnaryOp = floatOp("arctan", (x) => (isComplex(x.dtype) ? complexArctan(x) : atan2(x, build.onesLike(x))));

/**
 * The angle of the point (x2, x1), from -π to π.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.arctan2(tensor([1, 0]), tensor([1, -1])); // [0.7854, 3.1416]
 */
export const arctan2: BinaryOp = strongFloatBinaryOp("arctan2", atan2);

/**
 * The arc sine, from -π/2 to π/2; NaN for real numbers outside [-1, 1]. Infinitely steep at ±1.
 *
 * @example
 * ops.arcsin(tensor([0, 1])); // [0, 1.5708]
 */
export const arcsin: UnaryOp = floatOp("arcsin", (x) => (isComplex(x.dtype) ? complexArcsin(x) : realArcsin(x)));

/**
 * The arc cosine, from 0 to π; NaN for real numbers outside [-1, 1]. Infinitely steep at ±1.
 *
 * @example
 * ops.arccos(tensor([1, 0])); // [0, 1.5708]
 */
export const arccos: UnaryOp = floatOp("arccos", (x) => (isComplex(x.dtype) ? complexArccos(x) : realArccos(x)));

/**
 * The inverse hyperbolic sine.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.arcsinh(tensor([0, 1])); // [0, 0.88137]
 */
export const arcsinh: UnaryOp = floatOp("arcsinh", (x) => (isComplex(x.dtype) ? complexArcsinh(x) : inFloat32(x, inverseSine)));

/**
 * The inverse hyperbolic cosine, at least 0; NaN for real numbers below 1.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.arccosh(tensor([1, 2])); // [0, 1.317]
 */
export const arccosh: UnaryOp = floatOp("arccosh", (x) => (isComplex(x.dtype) ? complexArccosh(x) : inFloat32(x, inverseCosine)));

/**
 * The inverse hyperbolic tangent; ±Infinity at ±1, NaN for real numbers beyond.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.arctanh(tensor([0, 0.5])); // [0, 0.54931]
 */
export const arctanh: UnaryOp = floatOp("arctanh", (x) => (isComplex(x.dtype) ? complexArctanh(x) : realArctanh(x)));

/**
 * sin(πx) / (πx), 1 at 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.sinc(tensor([0, 0.5])); // [1, 0.63662]
 */
export const sinc: UnaryOp = floatOp("sinc", (x) => {
  const isZero = build.eq(x, 0);
  const angle = build.mul(build.select(isZero, 1, x), Math.PI);
  return build.select(isZero, 1, build.div(build.sin(angle), angle));
});

/**
 * Degrees to radians.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.deg2rad(tensor([90, 180])); // [1.5708, 3.1416]
 */
export const deg2rad: UnaryOp = wideFloatOp("deg2rad", (x) => build.mul(x, Math.PI / 180));

/**
 * Radians to degrees.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.rad2deg(tensor([0, 1])); // [0, 57.296]
 */
export const rad2deg: UnaryOp = wideFloatOp("rad2deg", (x) => build.mul(x, 180 / Math.PI));

/**
 * The angle of complex numbers in radians, float32; of real numbers 0 or π by the sign.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.angle(tensor([1, -1])); // [0, 3.1416]
 */
export const angle: UnaryOp = unaryOp("angle", (x) => {
  if (isComplex(x.dtype)) return atan2(build.imag(x), build.real(x));
  const y = toFloat(x);
  return build.select(build.lt(y, 0), build.full([], Math.PI, y.dtype), build.select(build.eq(y, y), 0, y));
});

/**
 * Complex numbers from modulus and angle in radians: `x1 · (cos x2 + i sin x2)`, complex64.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws ShapeError when the shapes do not broadcast.
 *
 * @example
 * const z = ops.polar(2, tensor([0, Math.PI / 2]));
 * ops.real(z); // [2, 0]
 * ops.imag(z); // [0, 2]
 */
export const polar: BinaryOp = floatBinaryOp("polar", (size, theta) => {
  const [r, t] = [build.cast(size, "float32"), build.cast(theta, "float32")];
  return build.complex(build.mul(r, build.cos(t)), build.mul(r, build.sin(t)));
});
