import type { Value } from "../graph/value.ts";
import {
  add,
  cast,
  complex,
  concat,
  conj,
  div,
  dot,
  eq,
  imag,
  iota,
  lu,
  matrixTranspose,
  mul,
  neg,
  real,
  reshape,
  select,
  slice,
  sub,
  sum,
  triangularSolve,
} from "./build.ts";

/** Conjugate transpose. */
function adjoint(x: Value): Value {
  return conj(matrixTranspose(x));
}

/** a⁻¹·b for real general a [n, n], through its LU factors. */
function solve(a: Value, b: Value): Value {
  const n = a.shape[a.shape.length - 1];
  const [packed, , permutation] = lu(a);
  const isRow = cast(eq(reshape(permutation, [...a.shape.slice(0, -1), 1]), iota([n, n], 1)), a.dtype);
  const forward = triangularSolve(packed, dot(isRow, b), { lower: true, transpose: false, unitDiagonal: true });
  return triangularSolve(packed, forward, { lower: false, transpose: false, unitDiagonal: false });
}

/** a⁻¹·b for complex operands: the real system [[re, -im], [im, re]] of twice the size. */
function complexSolve(a: Value, b: Value): Value {
  const rank = a.shape.length;
  const n = a.shape[rank - 1];
  const [re, im] = [real(a), imag(a)];
  const system = concat([concat([re, neg(im)], rank - 1), concat([im, re], rank - 1)], rank - 2);
  const x = solve(system, concat([real(b), imag(b)], rank - 2));
  const none = x.shape.map(() => 0);
  return complex(slice(x, none, x.shape.with(rank - 2, n)), slice(x, none.with(rank - 2, n), x.shape));
}

/**
 * a·v = v·diag(w) for a general real matrix, v's columns of unit length. The phase of an eigenvector is arbitrary, so the loss must not
 * depend on it; a loss that does gets the gradient of its part that does not. Equal eigenvalues have no gradient of their vectors.
 */
export function eigGradient(dw: Value | null, dv: Value | null, a: Value, w: Value, v: Value): Value {
  const batch = w.shape.slice(0, -1);
  const n = w.shape[w.shape.length - 1];
  const onDiagonal = eq(iota([n, n], 0), iota([n, n], 1));
  let inner: Value | null = dw && select(onDiagonal, reshape(dw, [...batch, n, 1]), 0);
  if (dv !== null) {
    const vh = adjoint(v);
    const projected = dot(vh, dv);
    const lengths = sum(select(onDiagonal, real(projected), 0), [batch.length]); // along each unit column: no change of length
    const lengthRow = reshape(lengths, [...batch, 1, n]);
    const tangent = sub(projected, mul(dot(vh, v), complex(lengthRow, mul(lengthRow, 0))));
    const gap = conj(sub(reshape(w, [...batch, 1, n]), reshape(w, [...batch, n, 1])));
    const same = eq(gap, 0);
    const mixing = select(same, 0, div(tangent, select(same, 1, gap)));
    inner = inner === null ? mixing : add(inner, mixing);
  }
  return cast(real(complexSolve(adjoint(v), dot(inner as Value, adjoint(v)))), a.dtype);
}
