/** Eigenvalues and eigenvectors of complex matrices, by those of the real matrix of twice the size. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { squared } from "./complex.ts";
import { lying, upright } from "./eliminate.ts";

/**
 * [w [..., n], v [..., n, n], as columns]. The real matrix has each eigenvalue with its conjugate. All are first moved above the real axis,
 * by more than any of them is large, so that the upper half of them are those of `x`, whatever they are.
 */
export function complexEigen(x: Value): readonly [Value, Value] {
  const n = x.shape.at(-1) as number;
  const batch = x.shape.slice(0, -2);
  if (n === 0) return [build.full([...batch, 0], 0, x.dtype), x];
  const rank = x.shape.length;
  const sizes = build.sum(build.real(build.mul(x, build.conj(x))), [rank - 2, rank - 1]);
  const up = build.stopGradient(build.add(build.mul(build.sqrt(sizes), 1.25), build.cast(build.eq(sizes, 0), "float32")));
  const height = build.complex(build.zerosLike(up), up);
  const raised = build.add(x, build.mul(upright(upright(height)), build.eye(n, x.dtype)));
  const [values, vectors] = build.eig(squared(raised)) as [Value, Value];
  const order = build.slice(
    build.argsort(build.imag(values), rank - 2, true),
    values.shape.map(() => 0),
    [...batch, n],
  );
  // [..., 2n, n]: which value goes where.
  const places = build.eq(upright(build.iota([2 * n], 0)), lying(order));
  const chosen = build.sum(build.select(places, upright(values), 0), [rank - 2]);
  const twice = build.dot(vectors, build.cast(places, x.dtype));
  // Of parts p and q in turn, the complex vector is p + iq.
  const pairs = build.reshape(twice, [...batch, n, 2, n]);
  const index = build.cast(build.iota([2, 1], 0), "float32");
  const v = build.sum(build.mul(pairs, build.complex(build.sub(1, index), index)), [rank - 1]);
  const length = build.sqrt(build.sum(build.real(build.mul(v, build.conj(v))), [rank - 2]));
  return [build.sub(chosen, upright(height)), build.div(v, build.cast(lying(length), x.dtype))];
}
