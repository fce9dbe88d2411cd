/** Error functions with exact derivatives; half precision is computed in float32, integers give float32. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { inverseErf } from "../../random/bits.ts";
import { composite, pullback } from "../composite.ts";
import { inFloat32 } from "../support/input.ts";
import { realFloatOp, type UnaryOp } from "./factories.ts";
import { polynomial } from "./polynomial.ts";

/** exp(x²) · erfc(x) · x as polynomials of 1 / x², for x from 1 to 2 and above (Cephes' erfcf). */
const erfcNear = [
  2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1, 6.210004621745983e-1, -4.944515323274145e-1,
  3.404879937665872e-1, -2.741127028184656e-1, 5.638259427386472e-1,
];
const erfcFar = [
  -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503, 2.921019019210786, -1.0152652792027, 4.218463358204948e-1,
  -2.820767439740514e-1, 5.641895067754075e-1,
];

/** exp(x²) · erfc(x) as quotients of polynomials, for x from 1 to 8 and above, in float64 (Cephes' erfc). */
const wideNear = [
  [
    2.461969814735305e-10, 0.5641895648310687, 7.463210564422699, 48.63719709856814, 196.5208329560771, 526.4451949954773,
    934.5285271719576, 1027.5518868951572, 557.5353353693994,
  ],
  [
    1, 13.228195115474499, 86.70721408859897, 354.9377788878199, 975.7085017432055, 1823.9091668790973, 2246.3376081871097,
    1656.6630919416134, 557.5353408177277,
  ],
] as const;
const wideFar = [
  [0.5641895835477551, 1.275366707599781, 5.019050422511805, 6.160210979930536, 7.4097426995044895, 2.9788666537210022],
  [1, 2.2605286322011726, 9.396035249380015, 12.048953980809666, 17.08144507475659, 9.608968090632859, 3.369076451000815],
] as const;

/** erfc for x of at least 1. */
function tailOf(x: Value): Value {
  const square = build.exp(build.neg(build.mul(x, x)));
  if (x.dtype === "float64") {
    const quotient = ([over, under]: readonly [readonly number[], readonly number[]], at: Value): Value =>
      build.div(polynomial(at, over), polynomial(at, under));
    const near = quotient(wideNear, build.minimum(x, 8));
    // Far out the exponential is 0, and powers must not overflow.
    const far = quotient(wideFar, build.minimum(build.maximum(x, 8), 30));
    return build.mul(square, build.select(build.lt(x, 8), near, far));
  }
  const inverse = build.div(1, x);
  const t = build.mul(inverse, inverse);
  const tail = build.mul(build.mul(square, inverse), build.select(build.lt(x, 2), polynomial(t, erfcNear), polynomial(t, erfcFar)));
  // Far out the exponential is 0 and the polynomials are of no use.
  return build.select(build.lt(build.constant(10.06, x.dtype), x), 0, tail);
}

const slope = 2 / Math.sqrt(Math.PI);

/** 1 - erf(x), of float32 and float64. */
export const complementaryErf: (x: Value) => Value = composite(
  "erfc",
  (x) => {
    const size = build.abs(x);
    const large = build.lt(build.constant(1, x.dtype), size);
    const upper = tailOf(build.select(large, size, 1));
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
export const erfc: UnaryOp = realFloatOp("erfc", (x) => inFloat32(x, complementaryErf));

/** A step of Halley's method from `y`, which nearly is the inverse; float64. Where x is near 1 the difference is that of the complements. */
function refined(x: Value, y: Value): Value {
  const [share, place] = [build.abs(x), build.abs(y)];
  const small = build.lt(share, 0.5);
  const difference = build.select(small, build.sub(share, build.erf(place)), build.sub(complementaryErf(place), build.sub(1, share)));
  const step = build.div(build.mul(difference, build.exp(build.mul(place, place))), slope);
  const better = build.add(place, build.div(step, build.sub(1, build.mul(place, step))));
  const signed = build.select(build.lt(x, 0), build.neg(better), better);
  // At 1 and beyond nothing is left to refine.
  return build.select(build.lt(share, 1), signed, y);
}

/** Where the polynomials of single precision end, erfc(y) ~ exp(-y²) / (y √π) tells where to begin. */
function wideInverseErf(x: Value): Value {
  const rest = build.sub(1, build.abs(x));
  const isFar = build.and(build.lt(rest, 1e-7), build.lt(build.constant(0, x.dtype), rest));
  const w = build.neg(build.log(build.select(isFar, rest, 0.5)));
  const far = build.sqrt(build.sub(w, build.mul(build.log(build.mul(w, Math.PI)), 0.5)));
  const start = build.select(isFar, build.select(build.lt(x, 0), build.neg(far), far), inverseErf(x));
  return refined(x, refined(x, start));
}

const inverseErfOp = composite(
  "erfinv",
  (x) => (x.dtype === "float64" ? wideInverseErf(x) : inverseErf(x)),
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
export const erfinv: UnaryOp = realFloatOp("erfinv", (x) => inFloat32(x, inverseErfOp));
