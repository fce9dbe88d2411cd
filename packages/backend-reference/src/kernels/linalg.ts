/** Factorizations and solvers: each matrix of a batch in turn. */
import type { HostArray } from "../array.ts";
import { eig } from "../linalg/eig.ts";
import { eigh } from "../linalg/eigh.ts";
import { lu } from "../linalg/lu.ts";
import { qr } from "../linalg/qr.ts";
import { svd, transpose } from "../linalg/svd.ts";
import { cholesky, triangularSolve } from "../linalg/triangular.ts";
import type { KernelTable } from "./kernel.ts";

/** Piece `index` of `count` equal ones. */
function piece(x: HostArray, index: number, count: number): Float64Array {
  const size = x.data.length / count;
  return x.data.subarray(index * size, (index + 1) * size);
}

/** Sizes of the last two axes, and the number of matrices. */
function matrices(x: HostArray): { m: number; n: number; count: number } {
  const [m, n] = x.shape.slice(-2);
  return { m, n, count: x.shape.slice(0, -2).reduce((total, dim) => total * dim, 1) };
}

export const linalgKernels: KernelTable<"cholesky" | "triangular_solve" | "lu" | "qr" | "svd" | "eigh" | "eig"> = {
  cholesky: (context, [x], _params, [aval]) => {
    const out = context.arena.allocate(aval);
    const { n, count } = matrices(x);
    for (let i = 0; i < count; i++) cholesky(piece(x, i, count), n, piece(out, i, count));
    return [out];
  },
  triangular_solve: (context, [a, b], params, [aval]) => {
    const out = context.arena.allocate(aval);
    const { n, count } = matrices(a);
    const k = b.shape[b.shape.length - 1];
    for (let i = 0; i < count; i++) triangularSolve(piece(a, i, count), n, piece(b, i, count), k, piece(out, i, count), params);
    return [out];
  },
  lu: (context, [x], _params, avals) => {
    const [packed, pivots, permutation] = avals.map((aval) => context.arena.allocate(aval));
    const { m, n, count } = matrices(x);
    packed.data.set(x.data);
    for (let i = 0; i < count; i++) lu(piece(packed, i, count), m, n, piece(pivots, i, count), piece(permutation, i, count));
    return [packed, pivots, permutation];
  },
  qr: (context, [x], { full }, avals) => {
    const [q, r] = avals.map((aval) => context.arena.allocate(aval));
    const { m, n, count } = matrices(x);
    const rank = full ? m : Math.min(m, n);
    for (let i = 0; i < count; i++) qr(piece(x, i, count), m, n, rank, piece(q, i, count), piece(r, i, count));
    return [q, r];
  },
  svd: (context, [x], { full }, avals) => {
    const [u, s, vt] = avals.map((aval) => context.arena.allocate(aval));
    const { m, n, count } = matrices(x);
    const rank = full ? m : Math.min(m, n);
    for (let i = 0; i < count; i++) {
      const { left, values, right } = svd(piece(x, i, count), m, n, full);
      piece(u, i, count).set(transpose(left, rank, m));
      piece(s, i, count).set(values);
      piece(vt, i, count).set(right);
    }
    return [u, s, vt];
  },
  eigh: (context, [x], _params, avals) => {
    const [values, vectors] = avals.map((aval) => context.arena.allocate(aval));
    const { n, count } = matrices(x);
    for (let i = 0; i < count; i++) eigh(piece(x, i, count), n, piece(values, i, count), piece(vectors, i, count));
    return [values, vectors];
  },
  eig: (context, [x], _params, avals) => {
    const [values, vectors] = avals.map((aval) => context.arena.allocate(aval));
    const { n, count } = matrices(x);
    for (let i = 0; i < count; i++) eig(piece(x, i, count), n, piece(values, i, count), piece(vectors, i, count));
    return [values, vectors];
  },
};
