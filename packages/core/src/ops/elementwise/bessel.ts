/** Modified Bessel functions: polynomial approximations with exact derivatives. Half precision is computed in float32. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { composite, pullback } from "../composite.ts";
import { inFloat32 } from "../support/input.ts";
import { type UnaryOp, wideFloatOp } from "./factories.ts";
import { polynomial } from "./polynomial.ts";

/** Abramowitz and Stegun 9.8.1 to 9.8.4: below and above |x| = 3.75. */
const i0Small = [0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1];
const i0Large = [0.00392377, -0.01647633, 0.02635537, -0.02057706, 0.00916281, -0.00157565, 0.00225319, 0.01328592, 0.39894228];
const i1Small = [0.00032411, 0.00301532, 0.02658733, 0.15084934, 0.51498869, 0.87890594, 0.5];
const i1Large = [-0.00420059, 0.01787654, -0.02895312, 0.02282967, -0.01031555, 0.00163801, -0.00362018, -0.03988024, 0.39894228];

/** Where series in x and in 1 / x both are exact to float64's precision, and how many terms they take. */
const border = 18;
const seriesTerms = 52;
const asymptoticTerms = 34;

/** The modified Bessel function of |x| and order 0 or 1, in float64: by its power series, and by its asymptotic one. */
function wideBessel(x: Value, order: 0 | 1): Value {
  const size = build.abs(x);
  const series: number[] = [1];
  for (let k = 1; k < seriesTerms; k++) series.unshift((series[0] as number) / (k * (k + order)));
  const asymptotic: number[] = [1];
  for (let k = 1; k < asymptoticTerms; k++) asymptotic.unshift(((asymptotic[0] as number) * ((2 * k - 1) ** 2 - 4 * order)) / (8 * k));
  const half = build.mul(build.minimum(size, border), 0.5);
  const sum = polynomial(build.mul(half, half), series);
  const near = order === 0 ? sum : build.mul(sum, half);
  // From 714 on the result is infinite; e^x in two halves overflows only with it.
  const safe = build.minimum(build.maximum(size, border), 1400);
  const exponential = build.exp(build.mul(safe, 0.5));
  const front = build.mul(exponential, build.rsqrt(build.mul(safe, 2 * Math.PI)));
  const far = build.mul(build.mul(front, polynomial(build.div(1, safe), asymptotic)), exponential);
  return build.select(build.lt(size, border), near, far);
}

/** A modified Bessel function of |x|: a polynomial of (x / 3.75)² times `front`, or e^|x| / sqrt|x| times one of 3.75 / |x|. */
function modifiedBessel(x: Value, small: readonly number[], large: readonly number[], front: (x: Value) => Value): Value {
  const size = build.abs(x);
  const isSmall = build.lt(size, 3.75);
  const scaled = build.div(build.select(isSmall, size, 0), 3.75);
  const near = front(polynomial(build.mul(scaled, scaled), small));
  // From 92 on the result is infinite; e^x in two halves overflows only with it.
  const safe = build.minimum(build.select(isSmall, 3.75, size), 170);
  const half = build.exp(build.mul(safe, 0.5));
  const far = build.mul(build.mul(build.mul(half, build.rsqrt(safe)), polynomial(build.div(3.75, safe), large)), half);
  return build.select(isSmall, near, far);
}

/** The modified Bessel function of the first kind and order 1, odd. */
function besselI1(x: Value): Value {
  const size = build.abs(x);
  const even = x.dtype === "float64" ? wideBessel(x, 1) : modifiedBessel(x, i1Small, i1Large, (p) => build.mul(p, size));
  return build.select(build.lt(x, 0), build.neg(even), even);
}

/** The modified Bessel function of the first kind and order 0; its relative error is below 3e-7, or 1e-13 in float64. */
export const besselI0: (x: Value) => Value = composite(
  "i0",
  (x) => (x.dtype === "float64" ? wideBessel(x, 0) : modifiedBessel(x, i0Small, i0Large, (p) => p)),
  pullback((ct, x) => build.mul(ct, besselI1(x))),
);

/**
 * The modified Bessel function of the first kind and order 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.i0(tensor([0, 1])); // [1, 1.2661]
 */
export const i0: UnaryOp = wideFloatOp("i0", (x) => inFloat32(x, besselI0));
