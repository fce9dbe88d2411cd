/** Exponentials, logarithms and error functions. Integers give float32. */
import { isComplex } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { inFloat32 } from "../support/input.ts";
import { type BinaryOp, floatOp, realFloatOp, refuseComplex, strongFloatBinaryOp, type UnaryOp } from "./factories.ts";

/**
 * e to the power x.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.exp(tensor([0, 1])); // [1, 2.7183]
 */
export const exp: UnaryOp = floatOp("exp", build.exp);

/**
 * 2 to the power x.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.exp2(tensor([0, 3])); // [1, 8]
 */
export const exp2: UnaryOp = floatOp("exp2", (x) =>
  isComplex(x.dtype) ? build.exp(build.mul(x, Math.LN2)) : build.pow(build.full([], 2, x.dtype), x),
);

/**
 * `exp(x) - 1`, exact to rounding near 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.expm1(tensor([0, 1])); // [0, 1.7183]
 */
export const expm1: UnaryOp = floatOp("expm1", (x) => build.unary("expm1", x));

/**
 * The natural logarithm: -Infinity at 0, NaN below.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.log(tensor([1, 10])); // [0, 2.3026]
 */
export const log: UnaryOp = floatOp("log", build.log);

/**
 * `log(1 + x)`, exact to rounding near 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.log1p(tensor([0, 1])); // [0, 0.69315]
 */
export const log1p: UnaryOp = floatOp("log1p", (x) => build.unary("log1p", x));

/**
 * The logarithm to base 2.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.log2(tensor([1, 8])); // [0, 3]
 */
export const log2: UnaryOp = floatOp("log2", (x) => build.mul(build.log(x), Math.LOG2E));

/**
 * The logarithm to base 10.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.log10(tensor([1, 100])); // [0, 2]
 */
export const log10: UnaryOp = floatOp("log10", (x) => build.mul(build.log(x), Math.LOG10E));

/** `-|d|` whose derivative at 0 is -1, not 0: sums with it then have the right derivative where both terms meet. */
export function negatedSize(d: Value): Value {
  return build.select(build.lt(d, 0), d, build.neg(d));
}

/** log(exp(a) + exp(b)) without overflow; `unit` is ln 2 for powers of 2. */
function logAdd(a: Value, b: Value, unit: number): Value {
  const infinite = build.and(build.eq(a, b), build.eq(build.abs(a), Infinity));
  const difference = build.select(infinite, 0, build.sub(a, b));
  const larger = build.select(build.lt(difference, 0), b, a);
  const scaled = unit === 1 ? negatedSize(difference) : build.mul(negatedSize(difference), unit);
  const rest = build.unary("log1p", build.exp(scaled));
  return build.select(infinite, a, build.add(larger, unit === 1 ? rest : build.mul(rest, 1 / unit)));
}

/**
 * `log(exp(x1) + exp(x2))`, without overflow.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.logaddexp(tensor([0]), tensor([0])); // [0.69315]
 */
export const logaddexp: BinaryOp = strongFloatBinaryOp("logaddexp", (a, b) => {
  refuseComplex("logaddexp", a.dtype);
  return logAdd(a, b, 1);
});

/**
 * `log2(2^x1 + 2^x2)`, without overflow.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.logaddexp2(tensor([1]), tensor([1])); // [2]
 */
export const logaddexp2: BinaryOp = strongFloatBinaryOp("logaddexp2", (a, b) => {
  refuseComplex("logaddexp2", a.dtype);
  return logAdd(a, b, Math.LN2);
});

/**
 * The error function, 2/√π · ∫₀ˣ exp(-t²) dt.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.erf(tensor([0, 1])); // [0, 0.8427]
 */
export const erf: UnaryOp = realFloatOp("erf", (x) => inFloat32(x, build.erf));
