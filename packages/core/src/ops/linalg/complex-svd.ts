/** Singular value decompositions of complex matrices, by those of the real matrix of twice the size. */
import { GradientError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { compositeOf } from "../composite.ts";
import { adjoint, squared, unstacked } from "./complex.ts";
import { lying, qrByColumns, upright } from "./eliminate.ts";
import { basisOf, inOrder } from "./hermitian.ts";

const { add, div, dot, mul, sub } = build;

/** A row of numbers for the columns of a complex matrix. */
const perColumn = (x: Value): Value => lying(build.cast(x, "complex64"));

/** [u [..., m, m], s [..., n], vᴴ [..., n, n]] of [..., m, n], where n is m at most. */
function decomposed(x: Value): readonly [Value, Value, Value] {
  const n = x.shape.at(-1) as number;
  const [, values, vt] = build.svd(squared(x)) as [Value, Value, Value];
  if (n === 0) return [qrByColumns(x)[0], values, x];
  const [s, v] = inOrder(...basisOf(unstacked(build.matrixTranspose(vt)), values), true);
  // The columns of x·v are orthogonal: reflections make them u, and find what belongs to singular values of 0.
  const [q, r] = qrByColumns(dot(x, v));
  const diagonal = build.sum(build.select(build.eye(n, "bool"), build.real(build.slice(r, x.shape.map(() => 0), [...x.shape.slice(0, -2), n, n])), 0), [x.shape.length - 1]); // prettier-ignore
  const more = (x.shape.at(-2) as number) - n;
  const signs = build.select(build.lt(diagonal, 0), -1, build.onesLike(diagonal));
  const all =
    more === 0 ? signs : build.concat([signs, build.full([...signs.shape.slice(0, -1), more], 1, signs.dtype)], signs.shape.length - 1);
  return [mul(q, perColumn(all)), s, adjoint(v)];
}

const thin = compositeOf(
  "complex_svd",
  ([given]) => {
    const x = given as Value;
    const [u, s, vh] = decomposed(x);
    return [build.slice(u, x.shape.map(() => 0), x.shape), s, vh]; // prettier-ignore
  },
  // s² and v are the eigenvalues and vectors of xᴴ·x, and u is x·v/s.
  ({ inputs, outputs, cotangents }) => {
    const x = inputs[0] as Value;
    const [u, s, vh] = outputs as readonly [Value, Value, Value];
    const v = adjoint(vh);
    const [toU, toS, toVh] = cotangents;
    const isZero = build.eq(s, 0);
    const inverse = build.select(isZero, 0, div(1, build.select(isZero, 1, s)));
    const scaled = toU ? mul(toU, perColumn(inverse)) : null;
    let toV = toVh ? adjoint(toVh) : null;
    let values = toS ?? build.zerosLike(s);
    if (scaled !== null) {
      const back = dot(adjoint(x), scaled);
      toV = toV === null ? back : add(toV, back);
      values = sub(values, build.sum(build.real(mul(build.conj(u), scaled)), [u.shape.length - 2]));
    }
    const squares = mul(s, s);
    const distance = sub(lying(squares), upright(squares));
    const isSame = build.eq(distance, 0);
    const apart = build.select(isSame, 0, div(1, build.select(isSame, 1, distance)));
    const onDiagonal = build.eye(s.shape.at(-1) as number, "bool");
    let inner = build.select(onDiagonal, perColumn(mul(values, mul(inverse, 0.5))), 0);
    if (toV !== null) inner = add(inner, mul(build.cast(apart, "complex64"), dot(vh, toV)));
    const slope = dot(dot(v, inner), vh);
    const bySquares = dot(x, add(slope, adjoint(slope)));
    return [scaled === null ? bySquares : add(bySquares, dot(scaled, vh))];
  },
);

const whole = compositeOf(
  "complex_svd_full",
  ([x]) => decomposed(x as Value),
  () => {
    throw new GradientError("[svd] square factors of a complex matrix that is not square have no gradient: pass { fullMatrices: false }");
  },
);

/** [u, s, vᴴ] with u·diag(s)·vᴴ = x; with `full`, u and vᴴ are square. */
export function complexSvd(x: Value, full: boolean): readonly [Value, Value, Value] {
  const [m, n] = x.shape.slice(-2) as [number, number];
  if (m < n) {
    const [u, s, vh] = complexSvd(adjoint(x), full);
    return [adjoint(vh), s, adjoint(u)];
  }
  return (full && m > n ? whole : thin)([x], {}) as readonly Value[] as readonly [Value, Value, Value];
}
