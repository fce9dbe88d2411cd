import type { DotKernel, Plan, View } from "./plan.ts";
import { collapse } from "../views/strides.ts";

/** A matrix, or a batch of them, as libraries of linear algebra take them. */
export interface MatrixOperand {
  readonly view: View;
  readonly transposed: boolean;
  /** Elements from one row (transposed: column) to the next. */
  readonly leading: number;
  readonly batchStride: number;
}

/** A dot kernel that is a row-major product of matrices and nothing else. */
export interface MatrixProduct {
  readonly dot: DotKernel;
  readonly batch: number;
  readonly left: MatrixOperand;
  readonly right: MatrixOperand;
  readonly result: MatrixOperand;
}

/**
 * `dot` as a product [m, k] · [k, n] for a library: rows or columns contiguous, and nothing but a store after it. Null where it is not so.
 *
 * @example
 * const product = kernel.kind === "dot" ? matrixProductOf(kernel, plan) : null;
 */
export function matrixProductOf(dot: DotKernel, plan: Plan): MatrixProduct | null {
  const [store] = dot.epilogue.stores;
  if (dot.k === 0 || dot.epilogue.stores.length !== 1 || store === undefined) return null;
  if (dot.epilogue.instructions[store.value]?.op !== "result") return null;
  if (plan.buffers[store.view.buffer]?.dtype !== dot.dtype) return null;
  const left = operandOf(dot.lhs, dot.batch, dot.m, dot.k);
  const right = operandOf(dot.rhs, dot.batch, dot.k, dot.n);
  const result = operandOf(store.view, dot.batch, dot.m, dot.n);
  if (left === null || right === null || result === null || result.transposed) return null;
  const batch = dot.batch.reduce((all, each) => all * each, 1);
  if (batch > 1 && result.batchStride === 0) return null;
  return { dot, batch, left, right, result };
}

function operandOf(view: View, batch: readonly number[], rows: number, columns: number): MatrixOperand | null {
  const batchStride = collapse(batch, view.strides.slice(0, -2));
  const [row, column] = view.strides.slice(-2) as [number, number];
  if (batchStride === null || batchStride < 0) return null;
  const base = { view, batchStride };
  if ((column === 1 || columns === 1) && (row >= columns || rows === 1)) {
    return { ...base, transposed: false, leading: rows === 1 ? columns : row };
  }
  if ((row === 1 || rows === 1) && (column >= rows || columns === 1)) {
    return { ...base, transposed: true, leading: columns === 1 ? rows : column };
  }
  return null;
}
