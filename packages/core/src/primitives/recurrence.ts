/**
 * Running products along an axis and their gradients without division, so that zeros are no special case and everything
 * can be differentiated again. Recurrences take log₂(n) passes of shifted products (Hillis and Steele).
 */
import type { Value } from "../graph/value.ts";
import { add, and, constant, cumulative, eq, iota, mul, not, or, pad, reshape, select, zerosLike } from "./build.ts";

/** Moves elements `by` places up `axis` (down when negative); `filler` comes in. */
export function shift(x: Value, axis: number, by: number, filler: number | boolean): Value {
  const none = x.shape.map(() => 0);
  return pad(x, none.with(axis, by), none.with(axis, -by), none, constant(filler, x.dtype));
}

/** Product of all elements before each one (after it, when `reverse`). */
function exclusiveProduct(x: Value, axis: number, reverse: boolean): Value {
  return cumulative("prod", shift(x, axis, reverse ? -1 : 1, 1), axis, reverse);
}

/** r with r[k] = b[k] + a[k]·r[k - 1] (k + 1 when `reverse`), starting from 0. */
function linearRecurrence(a: Value, b: Value, axis: number, reverse: boolean): Value {
  const size = a.shape[axis];
  for (let distance = 1; distance < size; distance *= 2) {
    const by = reverse ? -distance : distance;
    b = add(b, mul(a, shift(b, axis, by, 0)));
    if (distance * 2 < size) a = mul(a, shift(a, axis, by, 0));
  }
  return b;
}

/**
 * Σₖ ct[k] · ∂y[k]/∂x[j] for the running product y of x: the product before j times what follows,
 * r[j] = ct[j] + x[j + 1]·r[j + 1].
 */
export function runningProductGradient(ct: Value, x: Value, axis: number, reverse: boolean): Value {
  if (x.shape.includes(0)) return zerosLike(x);
  const next = shift(x, axis, reverse ? 1 : -1, 0);
  return mul(exclusiveProduct(x, axis, reverse), linearRecurrence(next, ct, axis, !reverse));
}

/** Product of all other elements along `axis`. */
export function productOfOthers(x: Value, axis: number): Value {
  return mul(exclusiveProduct(x, axis, false), exclusiveProduct(x, axis, true));
}

/** Product of the elements before each one within its run of equal `keys` (after it, when `reverse`). `keys` is [n]; the axis has size n. */
function segmentProduct(x: Value, keys: Value, axis: number, reverse: boolean): Value {
  const size = x.shape[axis];
  const one = reverse ? -1 : 1;
  const alongAxis = (flags: Value): Value => {
    const shape = x.shape.map((_, i) => (i === axis ? size : 1));
    return reshape(flags, shape);
  };
  const edge = eq(iota([size], 0), reverse ? size - 1 : 0);
  const starts = or(edge, not(eq(keys, shift(keys, 0, one, 0))));
  // `open[k]`: the product at k still reaches further back.
  let product = select(alongAxis(starts), 1, shift(x, axis, one, 1));
  let open = not(starts);
  for (let distance = 1; distance < size; distance *= 2) {
    const by = reverse ? -distance : distance;
    product = select(alongAxis(open), mul(product, shift(product, axis, by, 1)), product);
    open = and(open, shift(open, 0, by, false));
  }
  return product;
}

/** {@link productOfOthers} among the elements with an equal key. Equal keys must be neighbours. */
export function productOfOthersInSegment(x: Value, keys: Value, axis: number): Value {
  return mul(segmentProduct(x, keys, axis, false), segmentProduct(x, keys, axis, true));
}
