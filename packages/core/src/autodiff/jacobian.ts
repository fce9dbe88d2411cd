import { ShapeError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { cast, concat, eq, iota, reshape, zerosLike } from "../primitives/build.ts";

/** Stacks the rows of a Jacobian: `pull` gives the gradient of one element, chosen by a one-hot seed of the target's shape. */
export function jacobianRows(target: Value, source: Value, pull: (seed: Value) => Value | null): Value {
  const size = target.shape.reduce((product, dim) => product * dim, 1);
  if (Number.isNaN(size)) throw new ShapeError("[jacobian] the target's shape must be known");
  const shape = [...target.shape, ...source.shape];
  if (size === 0) return reshape(zerosLike(source), shape);
  const index = reshape(iota([size], 0), target.shape);
  const rows = Array.from({ length: size }, (_, i) => {
    const seed = cast(eq(index, i), target.dtype);
    return reshape(pull(seed) ?? zerosLike(source), [1, ...source.shape]);
  });
  return reshape(concat(rows, 0), shape);
}
