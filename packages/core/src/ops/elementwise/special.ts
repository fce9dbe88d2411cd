/** Special functions: polynomial approximations with exact derivatives. Computed in float32; integers give float32. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { inverseErf } from "../../random/bits.ts";
import { composite, pullback } from "../composite.ts";
import { inFloat32 } from "../support/input.ts";
import { realFloatOp, type UnaryOp, wideFloatOp } from "./factories.ts";

/** Σ coefficients[i] · x^(n - i), the highest power first. */
function polynomial(x: Value, coefficients: readonly number[]): Value {
  return coefficients
    .slice(1)
    .reduce<Value>(
      (sum, coefficient) => build.add(build.mul(sum, x), coefficient),
      build.full(x.shape, coefficients[0] as number, x.dtype),
    );
}

/** Half precision and float64 computed as float32. */
/* @__NO_SIDE_EFFECTS__ */
function single(body: (x: Value) => Value): (x: Value) => Value {
  return (x) => (x.dtype === "float64" ? build.cast(body(build.cast(x, "float32")), "float64") : inFloat32(x, body));
}

/** exp(x²) · erfc(x) · x as polynomials of 1 / x², for x from 1 to 2 and above (Cephes' erfcf). */
const erfcNear = [
  2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1, 6.210004621745983e-1, -4.944515323274145e-1,
  3.404879937665872e-1, -2.741127028184656e-1, 5.638259427386472e-1,
];
const erfcFar = [
  -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503, 2.921019019210786, -1.0152652792027, 4.218463358204948e-1,
  -2.820767439740514e-1, 5.641895067754075e-1,
];

const slope = 2 / Math.sqrt(Math.PI);

const complementaryErf = composite(
  "erfc",
  (x) => {
    const size = build.abs(x);
    const large = build.lt(build.constant(1, x.dtype), size);
    const safe = build.select(large, size, 1);
    const inverse = build.div(1, safe);
    const t = build.mul(inverse, inverse);
    const tail = build.mul(
      build.mul(build.exp(build.neg(build.mul(safe, safe))), inverse),
      build.select(build.lt(safe, 2), polynomial(t, erfcNear), polynomial(t, erfcFar)),
    );
    // Far out the exponential is 0 and the polynomials are of no use.
    const upper = build.select(build.lt(build.constant(10.06, x.dtype), safe), 0, tail);
    const far = build.select(build.lt(x, 0), build.sub(2, upper), upper);
    return build.select(large, far, build.sub(1, build.erf(x)));
  },
  pullback((ct, x) => build.mul(ct, build.mul(build.exp(build.neg(build.mul(x, x))), -slope))),
);

/**
 * `1 - erf(x)`, exact to rounding where that is small.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.erfc(tensor([0, 1])); // [1, 0.1573]
 */
export const erfc: UnaryOp = realFloatOp("erfc", single(complementaryErf));

const inverseErfOp = composite(
  "erfinv",
  inverseErf,
  pullback((ct, _, y) => build.mul(ct, build.mul(build.exp(build.mul(y, y)), Math.sqrt(Math.PI) / 2))),
);

/**
 * The inverse of erf, from (-1, 1); ±Infinity at ±1, NaN beyond. Within 2 ulp.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.erfinv(tensor([0, 0.5])); // [0, 0.47694]
 */
export const erfinv: UnaryOp = realFloatOp("erfinv", single(inverseErfOp));

/** Abramowitz and Stegun 9.8.1 to 9.8.4: below and above |x| = 3.75. */
const i0Small = [0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1];
const i0Large = [0.00392377, -0.01647633, 0.02635537, -0.02057706, 0.00916281, -0.00157565, 0.00225319, 0.01328592, 0.39894228];
const i1Small = [0.00032411, 0.00301532, 0.02658733, 0.15084934, 0.51498869, 0.87890594, 0.5];
const i1Large = [-0.00420059, 0.01787654, -0.02895312, 0.02282967, -0.01031555, 0.00163801, -0.00362018, -0.03988024, 0.39894228];

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
  const even = modifiedBessel(x, i1Small, i1Large, (p) => build.mul(p, size));
  return build.select(build.lt(x, 0), build.neg(even), even);
}

/** The modified Bessel function of the first kind and order 0, relative error below 3e-7. */
export const besselI0: (x: Value) => Value = composite(
  "i0",
  (x) => modifiedBessel(x, i0Small, i0Large, (p) => p),
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
export const i0: UnaryOp = wideFloatOp("i0", single(besselI0));
