/** Kernels along one axis, and factorizations, as plainly as they can be written. Complex numbers are not interpreted. */
import { DTypeError } from "@neurite/core";
import type { ArgSortKernel, CumulativeKernel, LinalgKernel } from "../plan/plan.ts";
import { combine } from "../numbers/scalar.ts";
import type { Run } from "./body.ts";
import { indices } from "./memory.ts";

export function runCumulative(kernel: CumulativeKernel, run: Run): void {
  for (const [a, b] of indices([kernel.outer, kernel.inner]) as Generator<[number, number]>) {
    let result = 0;
    for (let step = 0; step < kernel.size; step++) {
      const i = kernel.reverse ? kernel.size - 1 - step : step;
      const value = run.memory.read(kernel.x, [a, i, b]);
      result = step === 0 ? value : combine(kernel.op, result, value, kernel.dtype);
      run.memory.write(kernel.out, [a, i, b], result);
    }
  }
}

export function runArgSort(kernel: ArgSortKernel, run: Run): void {
  const sign = kernel.descending ? -1 : 1;
  for (const [a, b] of indices([kernel.outer, kernel.inner]) as Generator<[number, number]>) {
    const keys = Array.from({ length: kernel.size }, (_, i) => run.memory.read(kernel.x, [a, i, b]));
    const order = keys.map((_, i) => i);
    order.sort((i, j) => {
      const [x, y] = [keys[i] as number, keys[j] as number];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return sign * (x - y);
    });
    order.forEach((place, i) => run.memory.write(kernel.out, [a, i, b], place));
  }
}

type Matrix = number[][];

/** Factorizations without iteration; the others are for the tests of backends to check by their products. */
export function runLinalg(kernel: LinalgKernel, run: Run): void {
  const { op, m, n, columns } = kernel;
  for (let batch = 0; batch < kernel.batch; batch++) {
    const read = (i: number, rows: number, width: number): Matrix =>
      Array.from({ length: rows }, (_, r) =>
        Array.from({ length: width }, (_c, c) => run.memory.read(kernel.inputs[i] as never, [batch, r, c])),
      );
    const write = (i: number, values: readonly (number | readonly number[])[]): void =>
      values.forEach((row, r) => {
        if (typeof row === "number") run.memory.write(kernel.outputs[i] as never, [batch, r], row);
        else row.forEach((value, c) => run.memory.write(kernel.outputs[i] as never, [batch, r, c], value));
      });
    const a = read(0, m, n);
    if (op === "cholesky") write(0, cholesky(a));
    else if (op === "triangular_solve") write(0, triangularSolve(kernel, a, read(1, n, columns)));
    else if (op === "lu") lu(a).forEach((output, i) => write(i, output));
    else throw new DTypeError(`[interpret] ${op} is not interpreted`);
  }
}

const at = (a: Matrix, i: number, j: number): number => (a[i] as number[])[j] as number;

function cholesky(a: Matrix): Matrix {
  const n = a.length;
  const l = a.map((row) => row.map(() => 0));
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = at(a, i, j);
      for (let k = 0; k < j; k++) rest -= at(l, i, k) * at(l, j, k);
      if (i === j && !(rest > 0)) return l.map((row, r) => row.map((_, c) => (c <= r ? Number.NaN : 0)));
      (l[i] as number[])[j] = i === j ? Math.sqrt(rest) : rest / at(l, j, j);
    }
  }
  return l;
}

function triangularSolve({ lower, transpose, unitDiagonal }: LinalgKernel, a: Matrix, b: Matrix): Matrix {
  const n = a.length;
  const x = b.map((row) => [...row]);
  const forward = lower !== transpose;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    x[i] = (x[i] as number[]).map((value, c) => {
      let rest = value;
      for (let done = 0; done < step; done++) {
        const j = forward ? done : n - 1 - done;
        rest -= (transpose ? at(a, j, i) : at(a, i, j)) * at(x, j, c);
      }
      return unitDiagonal ? rest : rest / at(a, i, i);
    });
  }
  return x;
}

function lu(a: Matrix): [Matrix, number[], number[]] {
  const permutation = a.map((_, i) => i);
  const pivots: number[] = [];
  const swap = <T>(list: T[], i: number, j: number): void => {
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  };
  for (let j = 0; j < Math.min(a.length, a[0]?.length ?? 0); j++) {
    let pivot = j;
    for (let i = j + 1; i < a.length; i++) if (Math.abs(at(a, i, j)) > Math.abs(at(a, pivot, j))) pivot = i;
    pivots.push(pivot);
    swap(a, j, pivot);
    swap(permutation, j, pivot);
    if (at(a, j, j) === 0) continue;
    for (let i = j + 1; i < a.length; i++) {
      const factor = at(a, i, j) / at(a, j, j);
      a[i] = (a[i] as number[]).map((value, k) => (k < j ? value : k === j ? factor : value - factor * at(a, j, k)));
    }
  }
  return [a, pivots, permutation];
}
