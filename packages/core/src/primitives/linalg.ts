/** Factorizations and solvers on the last two axes. */
import { ShapeError } from "../errors.ts";
import type { Aval, Value } from "../graph/value.ts";
import { compatibleShapes, mergeDims, mergeShapes, sameDim } from "../shapes/dims.ts";
import { formatAval, formatAvals } from "../shapes/format.ts";
import { allBatched, asIs, canFold, foldInto, unfoldFrom } from "./batching.ts";
import { triangularSolve } from "./build.ts";
import { eigGradient } from "./eig-gradient.ts";
import { choleskyGradient, eighGradient, luGradient, qrGradient, svdGradient, triangularSolveGradient } from "./linalg-gradients.ts";
import { requireCount, requireDType, requireRank, requireSameDType } from "./checks.ts";
import type { BatchContext, PrimitiveTable } from "./primitive.ts";

interface MatrixAval {
  readonly x: Aval;
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  /** min(m, n), unknown when either is. */
  readonly k: number;
}

function matrix(op: string, inputs: readonly Aval[]): MatrixAval {
  requireCount(op, inputs, 1);
  const [x] = inputs;
  requireDType(op, "linalg", x);
  requireRank(op, x, 2);
  const [m, n] = x.shape.slice(-2);
  return { x, batch: x.shape.slice(0, -2), m, n, k: Math.min(m, n) };
}

function squareMatrix(op: string, inputs: readonly Aval[]): MatrixAval {
  const found = matrix(op, inputs);
  if (!sameDim(found.m, found.n)) throw new ShapeError(`[${op}] the last two axes must be equal: received ${formatAval(found.x)}`);
  const n = mergeDims(found.m, found.n);
  return { ...found, m: n, n, k: n };
}

/** One matrix for all examples: their right sides are more columns of one. */
function batchedTriangularSolve(context: BatchContext<"triangular_solve">): readonly Value[] {
  const { batched, size, params } = context;
  const [a, b] = context.inputs;
  if (batched[0] || !canFold(size)) return [triangularSolve(...(allBatched(context) as [Value, Value]), params)];
  const columns = a.shape.length - 1;
  return [unfoldFrom(triangularSolve(a, foldInto(b, columns), params), columns, size)];
}

export const linalgPrimitives: Pick<PrimitiveTable, "cholesky" | "triangular_solve" | "lu" | "qr" | "svd" | "eigh" | "eig"> = {
  cholesky: {
    infer: (inputs) => {
      const { x, batch, n } = squareMatrix("cholesky", inputs);
      return [{ dtype: x.dtype, shape: [...batch, n, n] }];
    },
    vjp: ({ outputs: [l], cotangents: [ct] }) => [ct && choleskyGradient(ct, l)],
    batch: asIs,
  },
  triangular_solve: {
    infer: (inputs) => {
      requireCount("triangular_solve", inputs, 2);
      const [a, b] = inputs;
      requireSameDType("triangular_solve", a, b);
      const { batch, n } = squareMatrix("triangular_solve", [a]);
      requireRank("triangular_solve", b, 2);
      const bBatch = b.shape.slice(0, -2);
      const [rows, columns] = b.shape.slice(-2);
      if (!sameDim(n, rows) || !compatibleShapes(batch, bBatch)) {
        throw new ShapeError(`[triangular_solve] operands must be [...batch,n,n] and [...batch,n,k]: received ${formatAvals(inputs)}`);
      }
      return [{ dtype: a.dtype, shape: [...mergeShapes(batch, bBatch), mergeDims(n, rows), columns] }];
    },
    vjp: ({ inputs: [a], outputs: [x], cotangents: [ct], params, needs }) =>
      ct === null ? [null, null] : triangularSolveGradient(ct, a, x, params, needs[0]),
    batch: batchedTriangularSolve,
  },
  lu: {
    infer: (inputs) => {
      const { x, batch, m, k } = matrix("lu", inputs);
      return [
        { dtype: x.dtype, shape: x.shape },
        { dtype: "int32", shape: [...batch, k] },
        { dtype: "int32", shape: [...batch, m] },
      ];
    },
    vjp: ({ outputs: [packed, , permutation], cotangents: [ct] }) => [ct && luGradient(ct, packed, permutation)],
    batch: asIs,
  },
  qr: {
    infer: (inputs, { full }) => {
      const { x, batch, m, n, k } = matrix("qr", inputs);
      const rank = full ? m : k;
      return [
        { dtype: x.dtype, shape: [...batch, m, rank] },
        { dtype: x.dtype, shape: [...batch, rank, n] },
      ];
    },
    vjp: ({ inputs: [a], outputs: [q, r], cotangents: [dq, dr], params: { full } }) => [qrGradient(dq, dr, a, q, r, full)],
    batch: asIs,
  },
  svd: {
    infer: (inputs, { full }) => {
      const { x, batch, m, n, k } = matrix("svd", inputs);
      return [
        { dtype: x.dtype, shape: [...batch, m, full ? m : k] },
        { dtype: x.dtype, shape: [...batch, k] },
        { dtype: x.dtype, shape: [...batch, full ? n : k, n] },
      ];
    },
    vjp: ({ inputs: [a], outputs, cotangents, params: { full } }) => [svdGradient(cotangents, a, outputs, full)],
    batch: asIs,
  },
  eigh: {
    infer: (inputs) => {
      const { x, batch, n } = squareMatrix("eigh", inputs);
      return [
        { dtype: x.dtype, shape: [...batch, n] },
        { dtype: x.dtype, shape: [...batch, n, n] },
      ];
    },
    vjp: ({ outputs: [w, v], cotangents: [dw, dv] }) => [eighGradient(dw, dv, w, v)],
    batch: asIs,
  },
  eig: {
    infer: (inputs) => {
      const { batch, n } = squareMatrix("eig", inputs);
      return [
        { dtype: "complex64", shape: [...batch, n] },
        { dtype: "complex64", shape: [...batch, n, n] },
      ];
    },
    vjp: ({ inputs: [a], outputs: [w, v], cotangents: [dw, dv] }) => [eigGradient(dw, dv, a, w, v)],
    batch: asIs,
  },
};
