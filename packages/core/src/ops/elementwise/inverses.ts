/** Inverse circular and hyperbolic functions of real numbers, with exact derivatives. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { composite, pullback } from "../composite.ts";

/** The angle of the point (x, y). */
export const atan2: (y: Value, x: Value) => Value = (y: Value, x: Value): Value => build.binary("atan2", y, x);

/** sqrt(1 - x²) without cancellation near ±1. */
function cosine(x: Value): Value {
  return build.sqrt(build.mul(build.sub(1, x), build.add(x, 1)));
}

/** NaN outside [-1, 1]. */
export const realArcsin: (x: Value) => Value = composite(
  "arcsin",
  (x) => atan2(x, cosine(x)),
  pullback((ct, x) => build.div(ct, cosine(x))),
);

/** NaN outside [-1, 1]. */
export const realArccos: (x: Value) => Value = composite(
  "arccos",
  (x) => atan2(cosine(x), x),
  pullback((ct, x) => build.neg(build.div(ct, cosine(x)))),
);

/** ±Infinity at ±1, NaN beyond. */
export const realArctanh: (x: Value) => Value = composite(
  "arctanh",
  (x) => build.mul(build.sub(build.unary("log1p", x), build.unary("log1p", build.neg(x))), 0.5),
  pullback((ct, x) => build.div(ct, build.sub(1, build.mul(x, x)))),
);

/** Above this, sqrt(x² ± 1) is x and x² would overflow. */
const large = 1e9;

/** log(2x) where x is large, else `near` of x with 2 in the place of large numbers. */
function logarithmFarOut(x: Value, near: (x: Value) => Value): Value {
  const isLarge = build.lt(build.constant(large, x.dtype), x);
  const far = build.add(build.log(build.select(isLarge, x, 2)), Math.LN2);
  return build.select(isLarge, far, near(build.select(isLarge, 2, x)));
}

/** The inverse hyperbolic sine. */
export const inverseSine: (x: Value) => Value = composite(
  "arcsinh",
  (x) => {
    const result = logarithmFarOut(build.abs(x), (size) => {
      const squared = build.mul(size, size);
      return build.unary("log1p", build.add(size, build.div(squared, build.add(build.sqrt(build.add(squared, 1)), 1))));
    });
    return build.select(build.lt(x, 0), build.neg(result), result);
  },
  pullback((ct, x) => build.mul(ct, build.rsqrt(build.add(build.mul(x, x), 1)))),
);

/** The inverse hyperbolic cosine, NaN below 1. */
export const inverseCosine: (x: Value) => Value = composite(
  "arccosh",
  (x) => {
    const result = logarithmFarOut(x, (y) => {
      const excess = build.sub(y, 1);
      return build.unary("log1p", build.add(excess, build.sqrt(build.mul(excess, build.add(excess, 2)))));
    });
    // The square root exists again below -1.
    return build.select(build.lt(x, 1), NaN, result);
  },
  pullback((ct, x) => build.mul(ct, build.mul(build.rsqrt(build.sub(x, 1)), build.rsqrt(build.add(x, 1))))),
);
