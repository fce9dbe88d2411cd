/**
 * Gradients of factorizations. Every symbol is a stack of matrices; ᵀ swaps the last two axes.
 * Formulas: Giles (2008) for solves, Murray (2016) for Cholesky, Walter and Lehmann (2010) for QR, Townsend (2016) for SVD.
 */
import { GradientError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import {
  add,
  cast,
  concat,
  diagonalMatrix,
  div,
  dot,
  eq,
  eye,
  iota,
  matrixTranspose as T,
  mul,
  neg,
  pad,
  reshape,
  select,
  slice,
  sub,
  svd,
  tril,
  triangularSolve,
  triu,
} from "./build.ts";
import type { PrimitiveParams } from "./params.ts";

type Cotangent = Value | null;

/** Sum of what there is. */
function total(...terms: readonly Cotangent[]): Cotangent {
  return terms.reduce((sum, term) => (sum === null ? term : term === null ? sum : add(sum, term)), null);
}

/** (x + xᵀ) / 2 */
function symmetric(x: Value): Value {
  return mul(add(x, T(x)), 0.5);
}

/** Rows `from` up to `to` and columns likewise. */
function block(x: Value, rows: readonly [number, number], columns: readonly [number, number]): Value {
  const rank = x.shape.length;
  const start = x.shape.map(() => 0);
  return slice(x, [...start.slice(2), rows[0], columns[0]], [...x.shape.slice(0, rank - 2), rows[1], columns[1]]);
}

function columns(x: Value, from: number, to: number): Value {
  return block(x, [0, x.shape[x.shape.length - 2]], [from, to]);
}

/** a⁻¹·b or a⁻ᵀ·b for triangular a. */
function solve(a: Value, b: Value, lower: boolean, transpose: boolean, unitDiagonal = false): Value {
  return triangularSolve(a, b, { lower, transpose, unitDiagonal });
}

/** b·a⁻ᵀ for upper triangular a, by solving a·xᵀ = bᵀ. */
function divideByUpperTransposed(b: Value, a: Value): Value {
  return T(solve(a, T(b), false, false));
}

/** Symmetric gradient: a is meant to be symmetric although only its lower triangle is read. */
export function choleskyGradient(ct: Value, l: Value): Value {
  const product = tril(dot(T(l), ct));
  const n = l.shape[l.shape.length - 1];
  const halved = mul(product, sub(1, mul(eye(n, l.dtype), 0.5)));
  const left = solve(l, halved, true, true); // l⁻ᵀ·Φ
  return symmetric(T(solve(l, T(left), true, true))); // …·l⁻¹
}

export function triangularSolveGradient(
  ct: Value,
  a: Value,
  x: Value,
  params: PrimitiveParams["triangular_solve"],
  needsA: boolean,
): readonly [Cotangent, Value] {
  const { lower, transpose, unitDiagonal } = params;
  const db = triangularSolve(a, ct, { ...params, transpose: !transpose });
  if (!needsA) return [null, db];
  const full = neg(transpose ? dot(x, T(db)) : dot(db, T(x)));
  const edge = unitDiagonal ? 1 : 0;
  return [lower ? tril(full, -edge) : triu(full, edge), db];
}

/** Puts [[x, 0], [0, I]] of size n around a matrix with at most n rows and columns; ones only where x has no column or row. */
function completeWithIdentity(x: Value, n: number): Value {
  const [rows, cols] = x.shape.slice(-2);
  const none = x.shape.map(() => 0);
  const grown = pad(x, none, [...none.slice(2), n - rows, n - cols]);
  const k = Math.min(rows, cols);
  const tail = pad(eye(n - k, x.dtype), [k, k], [0, 0]);
  return add(grown, tail);
}

/** a[permutation] = L·U, of any shape: L and U are completed with identity to squares. */
export function luGradient(ct: Value, packed: Value, permutation: Value): Value {
  const [m, n] = packed.shape.slice(-2);
  const k = Math.min(m, n);
  const unitLower = tril(columns(packed, 0, k), -1);
  const withDiagonal = (x: Value, size: number): Value => (size === k ? x : completeWithIdentity(x, size));
  const l = withDiagonal(unitLower, m); // its diagonal is taken to be one by the solve
  const u = withDiagonal(triu(block(packed, [0, k], [0, n])), n);
  const lTransposed = T(add(tril(l, -1), eye(m, packed.dtype)));
  const inner = add(tril(dot(lTransposed, ct), -1), triu(dot(ct, T(u))));
  const rows = solve(l, divideByUpperTransposed(inner, u), true, true, true);
  const batch = packed.shape.slice(0, -2);
  const isRow = cast(eq(reshape(permutation, [...batch, m, 1]), iota([m, m], 1)), packed.dtype);
  return dot(T(isRow), rows);
}

/** q [m, n], r [n, n] with m ≥ n. */
function tallQrGradient(dq: Cotangent, dr: Cotangent, q: Value, r: Value): Value {
  const m = total(dr && dot(r, T(dr)), dq && neg(dot(T(dq), q))) as Value;
  const lower = tril(m, -1);
  const filled = add(tril(m), T(lower));
  return divideByUpperTransposed(total(dq, dot(q, filled)) as Value, r);
}

export function qrGradient(dq: Cotangent, dr: Cotangent, a: Value, q: Value, r: Value, full: boolean): Value {
  const [m, n] = a.shape.slice(-2);
  if (m < n) {
    // a = [x y], r = [u v] with x = q·u and v = qᵀ·y.
    const y = columns(a, m, n);
    const dv = dr && columns(dr, m, n);
    const dx = tallQrGradient(total(dq, dv && dot(y, T(dv))), dr && columns(dr, 0, m), q, columns(r, 0, m));
    const none = a.shape.map(() => 0);
    return dv === null ? pad(dx, none, none.with(-1, n - m)) : concat([dx, dot(q, dv)], a.shape.length - 1);
  }
  if (full && m > n) {
    throw new GradientError(
      `[qr] the full factors of a tall matrix (${m} × ${n}) have no gradient: the extra columns of q are arbitrary; use full: false`,
    );
  }
  return tallQrGradient(dq, dr, q, r);
}

/** 1 / x, and 0 where x is 0: degenerate values have no gradient of their own. */
function safeInverse(x: Value): Value {
  const isZero = eq(x, 0);
  return select(isZero, 0, div(1, select(isZero, 1, x)));
}

/** f with f[i, j] = 1 / (x[j] - x[i]), and 0 on the diagonal and between equal values. */
function inverseDifferences(x: Value): Value {
  const batch = x.shape.slice(0, -1);
  const n = x.shape[x.shape.length - 1];
  return safeInverse(sub(reshape(x, [...batch, 1, n]), reshape(x, [...batch, n, 1])));
}

export function eighGradient(dw: Cotangent, dv: Cotangent, w: Value, v: Value): Value {
  const inner = total(dw && diagonalMatrix(dw), dv && mul(inverseDifferences(w), dot(T(v), dv))) as Value;
  return symmetric(dot(v, dot(inner, T(v))));
}

/** u [m, k], s [k], vᵀ [k, n]. */
function thinSvdGradient(du: Cotangent, ds: Cotangent, dvt: Cotangent, u: Value, s: Value, vt: Value): Value {
  const [m, k] = u.shape.slice(-2);
  const n = vt.shape[vt.shape.length - 1];
  const batch = s.shape.slice(0, -1);
  const row = reshape(s, [...batch, 1, k]);
  const column = reshape(s, [...batch, k, 1]);
  const f = inverseDifferences(mul(s, s));
  let inner: Cotangent = ds && diagonalMatrix(ds);
  let outer: Cotangent = null;
  if (du !== null) {
    const x = dot(T(u), du);
    inner = total(inner, mul(mul(f, sub(x, T(x))), row));
    if (m > k) outer = dot(mul(sub(du, dot(u, x)), safeInverse(row)), vt);
  }
  if (dvt !== null) {
    const x = dot(vt, T(dvt));
    inner = total(inner, mul(column, mul(f, sub(x, T(x)))));
    if (n > k) outer = total(outer, dot(u, mul(safeInverse(column), sub(dvt, dot(T(x), vt)))));
  }
  return total(dot(dot(u, inner as Value), vt), outer) as Value;
}

export function svdGradient(cotangents: readonly Cotangent[], a: Value, outputs: readonly Value[], full: boolean): Value {
  const [du, ds, dvt] = cotangents;
  const [m, n] = a.shape.slice(-2);
  if (!full || m === n) return thinSvdGradient(du, ds, dvt, outputs[0], outputs[1], outputs[2]);
  if (du !== null || dvt !== null) {
    throw new GradientError(
      `[svd] the full factors of a ${m} × ${n} matrix have no gradient: the extra vectors are arbitrary; use full: false`,
    );
  }
  // The singular values alone do not see the extra vectors: the thin factors can be differentiated again.
  const [u, s, vt] = svd(a);
  return thinSvdGradient(null, ds, null, u, s, vt);
}
