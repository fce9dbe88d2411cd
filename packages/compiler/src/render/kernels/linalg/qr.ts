import type { View } from "../../../plan/plan.ts";
import type { Matrices } from "./matrices.ts";

/**
 * QR factorization by Householder reflections, with LAPACK's signs. Reflector j is (1, v)ᵀ with its factor tau: v stays below the diagonal of what
 * was factored, tau on the diagonal of q until q is formed, from the last reflector to the first.
 */
export function writeQr(matrices: Matrices): void {
  const { m, n, full, inputs, outputs } = matrices.kernel;
  const [a, q, r] = [inputs[0], ...outputs] as [View, View, View];
  const count = Math.min(m, n);
  const rank = full ? m : count;
  // What has as many rows as the matrix has room for it.
  const work = rank === m ? r : q;
  matrices.each(0, n, (c) => matrices.loop(0, m, (i) => matrices.put(work, [i, c], matrices.get(a, i, c))));
  matrices.sync();
  matrices.loop(0, count, (j) => factorColumn(matrices, { work, q, r }, j));
  if (work !== r) matrices.each(0, n, (c) => matrices.loop(0, c, (i) => matrices.put(r, [i, c], matrices.get(work, i, c))));
  matrices.sync();
  const zero = matrices.number(0);
  matrices.each(count, rank, (c) =>
    matrices.loop(0, m, (i) => matrices.put(q, [i, c], matrices.select(`${i} == ${c}`, matrices.number(1), zero))),
  );
  matrices.sync();
  matrices.loop(0, count, (step) => formColumn(matrices, { work, q }, matrices.index(`${count - 1} - ${step}`), rank));
  matrices.each(0, n, (c) => matrices.loop(matrices.index(`${c} + 1`), rank, (i) => matrices.put(r, [i, c], zero)));
}

/** Makes reflector `j` and applies it to the columns after it. */
function factorColumn(matrices: Matrices, { work, q, r }: { work: View; q: View; r: View }, j: string): void {
  const { m, n } = matrices.kernel;
  const zero = matrices.number(0);
  const next = matrices.index(`${j} + 1`);
  const below = matrices.largest(next, m, (i) => matrices.get(work, i, j));
  const isDone = matrices.isZero(below);
  const alpha = matrices.get(work, j, j);
  const scale = matrices.max(below, matrices.value(matrices.abs(alpha)));
  const safeScale = matrices.value(matrices.select(matrices.isZero(scale), matrices.number(1), scale));
  const scaled = (i: string): string => matrices.div(matrices.get(work, i, j), safeScale);
  const first = matrices.div(alpha, safeScale);
  const squares = matrices.sum(next, m, (i) => twice(scaled(i)), matrices.mul(first, first));
  const norm = matrices.mul(matrices.value(matrices.sqrt(squares)), scale);
  const reflected = matrices.select(matrices.less(alpha, zero), norm, matrices.neg(norm));
  const beta = matrices.value(matrices.select(isDone, alpha, reflected));
  const divisor = matrices.value(matrices.select(isDone, matrices.number(1), matrices.sub(alpha, beta)));
  const tau = matrices.value(matrices.select(isDone, zero, matrices.div(matrices.neg(divisor), beta)));
  matrices.sync();
  matrices.each(next, m, (i) => matrices.put(work, [i, j], matrices.div(matrices.get(work, i, j), divisor)));
  matrices.sync();
  matrices.each(next, n, (c) => reflect(matrices, work, j, tau, work, c));
  matrices.once(() => {
    matrices.put(r, [j, j], beta);
    matrices.put(q, [j, j], tau);
  });
  matrices.sync();
}

/** Applies reflector `j` to q, of which column `j` and row `j` are yet to be made. */
function formColumn(matrices: Matrices, { work, q }: { work: View; q: View }, j: string, rank: number): void {
  const { m } = matrices.kernel;
  const zero = matrices.number(0);
  const next = matrices.index(`${j} + 1`);
  const tau = matrices.get(q, j, j);
  matrices.each(next, rank, (c) => {
    matrices.put(q, [j, c], zero);
    reflect(matrices, work, j, tau, q, c);
  });
  matrices.sync();
  matrices.each(0, m, (i) => {
    const value = matrices.variable(zero);
    matrices.when(`${i} == ${j}`, () => matrices.set(value, matrices.sub(matrices.number(1), tau)));
    matrices.when(`${i} > ${j}`, () => matrices.set(value, matrices.neg(matrices.mul(tau, matrices.get(work, i, j)))));
    matrices.put(q, [i, j], value);
  });
  matrices.sync();
}

/** Column `c` of `target` becomes its reflection by reflector `j`, whose v is in `work`. */
function reflect(matrices: Matrices, work: View, j: string, tau: string, target: View, c: string): void {
  const { m } = matrices.kernel;
  const next = matrices.index(`${j} + 1`);
  const along = matrices.sum(next, m, (i) => [matrices.get(work, i, j), matrices.get(target, i, c)], matrices.get(target, j, c));
  const product = matrices.mul(along, tau);
  matrices.put(target, [j, c], matrices.sub(matrices.get(target, j, c), product));
  matrices.loop(next, m, (i) => {
    matrices.put(target, [i, c], matrices.sub(matrices.get(target, i, c), matrices.mul(matrices.get(work, i, j), product)));
  });
}

const twice = (value: string): readonly [string, string] => [value, value];
