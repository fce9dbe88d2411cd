export {
  abs,
  absolute,
  add,
  cbrt,
  conj,
  conjugate,
  divide,
  divideNoNan,
  fabs,
  floorDivide,
  fmod,
  hypot,
  imag,
  ldexp,
  mod,
  multiply,
  negative,
  power,
  real,
  reciprocal,
  rsqrt,
  sign,
  signbit,
  sqrt,
  square,
  subtract,
  trueDivide,
} from "./arithmetic.ts";
export { cast, type CastOp, saturateCast } from "./cast.ts";
export { view } from "./view.ts";
export { allclose, type CloseOptions, equal, greater, greaterEqual, isclose, less, lessEqual, notEqual } from "./comparison.ts";
export { erf, exp, exp2, expm1, log, log10, log1p, log2, logaddexp, logaddexp2 } from "./exponential.ts";
export type { BinaryOp, UnaryOp } from "./factories.ts";
export {
  bitwiseAnd,
  bitwiseInvert,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
  leftShift,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  rightShift,
} from "./logical.ts";
export { isfinite, isinf, isnan, isneginf, isposinf, isreal, nanToNum, type NanToNumOptions } from "./nonfinite.ts";
export { ceil, floor, round, trunc } from "./rounding.ts";
export { clip, fmax, fmin, heaviside, maximum, minimum, select, threshold, where } from "./selection.ts";
export {
  angle,
  arccos,
  arccosh,
  arcsin,
  arcsinh,
  arctan,
  arctan2,
  arctanh,
  cos,
  cosh,
  deg2rad,
  polar,
  rad2deg,
  sin,
  sinc,
  sinh,
  tan,
  tanh,
} from "./trigonometric.ts";
export { gcd, lcm, nextafter } from "./integers.ts";
export { i0 } from "./bessel.ts";
export { erfc, erfinv } from "./special.ts";
