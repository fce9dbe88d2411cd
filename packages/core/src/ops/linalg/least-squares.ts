/** Linear least squares by singular values, with gradients that hold where some of these are equal or 0. */
import { isComplex } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { composite } from "../composite.ts";
import { squared, stacked, unsquared, unstacked } from "./complex.ts";

/** bool [..., k]: which singular values are above `cutoff` · largest. */
function keptOf(s: Value, cutoff: Value): Value {
  const largest = build.reshape(build.reduce("max", s, [s.shape.length - 1]), [...s.shape.slice(0, -1), 1]);
  return build.lt(build.mul(largest, cutoff), s);
}

/** The pseudo-inverse of `x`, with singular values up to `cutoff` · largest left out, times what `right` makes of uᵀ. */
function pseudoSolve(x: Value, cutoff: Value, right: (ut: Value) => Value): Value {
  const [u, s, vt] = build.svd(x) as [Value, Value, Value];
  const kept = keptOf(s, cutoff);
  const inverse = build.select(kept, build.div(1, build.select(kept, s, 1)), 0);
  const scaled = build.mul(right(build.matrixTranspose(u)), build.reshape(inverse, [...s.shape, 1]));
  return build.dot(build.matrixTranspose(vt), scaled);
}

const { add, dot, matrixTranspose: t, neg, sub } = build;

/**
 * What singular values that are left out, but are not 0, add to the gradient of the pseudo-inverse: they mix with those that are kept. For
 * kept i and others j the change F of the inverse's transpose, between singular vectors, has Fᵢⱼ = sⱼ (sⱼ/sᵢ · aᵢⱼ + aⱼᵢ) / (sᵢ (sᵢ² - sⱼ²))
 * more than where sⱼ is 0, and Fⱼᵢ with aᵢⱼ and aⱼᵢ exchanged.
 */
function mixed(a: Value, cutoff: Value, ct: Value): Value {
  const [u, s, vt] = build.svd(a) as [Value, Value, Value];
  const kept = keptOf(s, cutoff);
  const [own, other] = [build.reshape(s, [...s.shape, 1]), build.reshape(s, [...s.shape.slice(0, -1), 1, s.shape.at(-1) as number])];
  const isPair = build.and(build.reshape(kept, own.shape), build.not(build.reshape(kept, other.shape)));
  const safe = build.select(isPair, own, 1);
  const distance = build.select(isPair, build.mul(sub(own, other), add(own, other)), 1);
  const weight = build.select(isPair, build.div(other, build.mul(safe, distance)), 0);
  const ratio = build.mul(weight, build.div(other, safe));
  const inner = dot(dot(t(u), t(ct)), t(vt));
  const change = add(build.mul(add(ratio, t(ratio)), inner), build.mul(add(weight, t(weight)), t(inner)));
  return dot(dot(u, change), vt);
}

// Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate", 1973.
/* @__NO_SIDE_EFFECTS__ */
function inverseFor(name: string, truncates: boolean): (...operands: Value[]) => Value {
  return composite(
    name,
    (a, cutoff) => pseudoSolve(a as Value, cutoff as Value, (ut) => ut),
    ({ inputs, outputs, cotangents }) => {
      const [a, cutoff] = inputs as readonly [Value, Value];
      const [p, ct] = [outputs[0] as Value, cotangents[0] as Value];
      const pt = t(p);
      const g = t(ct);
      const within = neg(dot(pt, dot(ct, pt)));
      const left = dot(dot(sub(g, dot(a, dot(p, g))), p), pt);
      const right = dot(pt, dot(p, sub(g, dot(dot(g, p), a))));
      const all = add(within, add(left, right));
      return [truncates ? add(all, mixed(a, cutoff, ct)) : all, null];
    },
  );
}

/** Of what cuts rounding errors alone, and of what cuts more. */
const inverse = { byRank: inverseFor("pinv", false), truncated: inverseFor("truncated_pinv", true) };

/* @__NO_SIDE_EFFECTS__ */
function leastSquaresFor(name: string, truncates: boolean): (...operands: Value[]) => Value {
  return composite(
    name,
    (a, b, cutoff) => pseudoSolve(a as Value, cutoff as Value, (ut) => dot(ut, b as Value)),
    ({ inputs, outputs, cotangents }) => {
      const [a, b, cutoff] = inputs as readonly [Value, Value, Value];
      const [x, ct] = [outputs[0] as Value, cotangents[0] as Value];
      const p = inverse[truncates ? "truncated" : "byRank"](a, cutoff);
      const pt = t(p);
      const toB = dot(pt, ct);
      const left = dot(sub(b, dot(a, x)), t(dot(p, toB)));
      const right = dot(dot(pt, x), t(sub(ct, dot(t(a), toB))));
      const all = add(neg(dot(toB, t(x))), add(left, right));
      return [truncates ? add(all, mixed(a, cutoff, dot(ct, t(b)))) : all, toB, null];
    },
  );
}

const leastSquares = { byRank: leastSquaresFor("lstsq", false), truncated: leastSquaresFor("truncated_lstsq", true) };

/** Without `rcond` only what rounding makes of 0 is left out. */
const kindOf = (rcond: number | null | undefined): "byRank" | "truncated" =>
  rcond === null || rcond === undefined ? "byRank" : "truncated";

function cutoffOf({ dtype, shape }: Value, rcond: number | null | undefined): Value {
  const size = Math.max(...shape.slice(-2));
  return build.constant(rcond ?? size * (dtype === "float64" ? 2 ** -52 : 2 ** -23), dtype === "float64" ? "float64" : "float32");
}

/** The Moore-Penrose pseudo-inverse: [..., m, n] gives [..., n, m]. */
export function pseudoInverse(a: Value, rcond: number | null | undefined): Value {
  const invert = inverse[kindOf(rcond)];
  return isComplex(a.dtype) ? unsquared(invert(squared(a), cutoffOf(a, rcond))) : invert(a, cutoffOf(a, rcond));
}

/** x of least size with least |a·x - b|²: a [..., m, n], b [..., m, k]. */
export function leastSquaresOf(a: Value, b: Value, rcond: number | null | undefined): Value {
  const cutoff = cutoffOf(a, rcond);
  const solve = leastSquares[kindOf(rcond)];
  return isComplex(a.dtype) ? unstacked(solve(squared(a), stacked(b), cutoff)) : solve(a, b, cutoff);
}
