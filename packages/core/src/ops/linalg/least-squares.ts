/** Linear least squares by singular values, with gradients that hold where some of these are equal or 0. */
import { isComplex } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { composite } from "../composite.ts";
import { squared, stacked, unsquared, unstacked } from "./complex.ts";

/** The pseudo-inverse of `x`, with singular values up to `cutoff` · largest left out, times what `right` makes of uᵀ. */
function pseudoSolve(x: Value, cutoff: Value, right: (ut: Value) => Value): Value {
  const [u, s, vt] = build.svd(x) as [Value, Value, Value];
  const last = s.shape.length - 1;
  const largest = build.reshape(build.reduce("max", s, [last]), [...s.shape.slice(0, -1), 1]);
  const kept = build.lt(build.mul(largest, cutoff), s);
  const inverse = build.select(kept, build.div(1, build.select(kept, s, 1)), 0);
  const scaled = build.mul(right(build.matrixTranspose(u)), build.reshape(inverse, [...s.shape, 1]));
  return build.dot(build.matrixTranspose(vt), scaled);
}

const { add, dot, matrixTranspose: t, neg, sub } = build;

// Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate", 1973.
const inverse = composite(
  "pinv",
  (a, cutoff) => pseudoSolve(a as Value, cutoff as Value, (ut) => ut),
  ({ inputs, outputs, cotangents }) => {
    const [a, p, ct] = [inputs[0] as Value, outputs[0] as Value, cotangents[0] as Value];
    const pt = t(p);
    const g = t(ct);
    const within = neg(dot(pt, dot(ct, pt)));
    const left = dot(dot(sub(g, dot(a, dot(p, g))), p), pt);
    const right = dot(pt, dot(p, sub(g, dot(dot(g, p), a))));
    return [add(within, add(left, right)), null];
  },
);

const leastSquares = composite(
  "lstsq",
  (a, b, cutoff) => pseudoSolve(a as Value, cutoff as Value, (ut) => dot(ut, b as Value)),
  ({ inputs, outputs, cotangents }) => {
    const [a, b, cutoff] = inputs as readonly [Value, Value, Value];
    const [x, ct] = [outputs[0] as Value, cotangents[0] as Value];
    const p = inverse(a, cutoff);
    const pt = t(p);
    const toB = dot(pt, ct);
    const left = dot(sub(b, dot(a, x)), t(dot(p, toB)));
    const right = dot(dot(pt, x), t(sub(ct, dot(t(a), toB))));
    return [add(neg(dot(toB, t(x))), add(left, right)), toB, null];
  },
);

function cutoffOf({ dtype, shape }: Value, rcond: number | null | undefined): Value {
  const size = Math.max(...shape.slice(-2));
  return build.constant(rcond ?? size * (dtype === "float64" ? 2 ** -52 : 2 ** -23), dtype === "float64" ? "float64" : "float32");
}

/** The Moore-Penrose pseudo-inverse: [..., m, n] gives [..., n, m]. */
export function pseudoInverse(a: Value, rcond: number | null | undefined): Value {
  return isComplex(a.dtype) ? unsquared(inverse(squared(a), cutoffOf(a, rcond))) : inverse(a, cutoffOf(a, rcond));
}

/** x of least size with least |a·x - b|²: a [..., m, n], b [..., m, k]. */
export function leastSquaresOf(a: Value, b: Value, rcond: number | null | undefined): Value {
  const cutoff = cutoffOf(a, rcond);
  return isComplex(a.dtype) ? unstacked(leastSquares(squared(a), stacked(b), cutoff)) : leastSquares(a, b, cutoff);
}
