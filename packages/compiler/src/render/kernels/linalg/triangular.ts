/** Cholesky factorization and triangular systems. */
import type { View } from "../../../plan/plan.ts";
import type { Matrices } from "./matrices.ts";

/** Column by column, each thread some of its elements. The element on the diagonal all of them compute, so that none waits for it. */
export function writeCholesky(matrices: Matrices): void {
  const { n, inputs, outputs } = matrices.kernel;
  const [a, l] = [inputs[0] as View, outputs[0] as View];
  const zero = matrices.number(0);
  const failed = matrices.variable(zero);
  matrices.loop(0, n, (j) => {
    const rest = (i: string): string => {
      const products = matrices.sum(0, j, (k) => [matrices.get(l, i, k), matrices.get(l, j, k)]);
      return matrices.sub(matrices.get(a, i, j), products);
    };
    const pivot = rest(j);
    matrices.when(`!(${matrices.less(zero, pivot)})`, () => matrices.set(failed, matrices.number(1)));
    const diagonal = matrices.value(matrices.sqrt(pivot));
    matrices.each(0, n, (i) => {
      const value = matrices.variable(zero);
      matrices.when(`${i} == ${j}`, () => matrices.set(value, diagonal));
      matrices.when(`${i} > ${j}`, () => matrices.set(value, matrices.div(rest(i), diagonal)));
      matrices.put(l, [i, j], value);
    });
    matrices.sync();
  });
  matrices.when(`!(${matrices.isZero(failed)})`, () => {
    const nan = matrices.value(matrices.number(NaN));
    matrices.each(0, n, (i) => matrices.loop(0, matrices.index(`${i} + 1`), (j) => matrices.put(l, [i, j], nan)));
  });
}

/** Each row that is known is taken out of those to come, by all threads. */
export function writeTriangularSolve(matrices: Matrices): void {
  const { n, columns, inputs, outputs, lower, transpose, unitDiagonal } = matrices.kernel;
  const [a, b, x] = [inputs[0] as View, inputs[1] as View, outputs[0] as View];
  const forward = lower !== transpose;
  const rowOf = (step: string): string => (forward ? step : matrices.index(`${n - 1} - ${step}`));
  const at = (flat: string): [row: string, column: string] => {
    const row = matrices.index(`${flat} / ${columns}`);
    return [row, matrices.index(`${flat} - ${row} * ${columns}`)];
  };
  matrices.each(0, n * columns, (flat) => {
    const place = at(flat);
    matrices.put(x, place, matrices.get(b, ...place));
  });
  matrices.sync();
  matrices.loop(0, n, (step) => {
    const i = rowOf(step);
    if (!unitDiagonal) {
      matrices.each(0, columns, (c) => matrices.put(x, [i, c], matrices.div(matrices.get(x, i, c), matrices.get(a, i, i))));
      matrices.sync();
    }
    matrices.each(0, matrices.index(`(${n - 1} - ${step}) * ${columns}`), (flat) => {
      const [after, c] = at(flat);
      const row = rowOf(matrices.index(`${after} + ${step} + 1`));
      const factor = transpose ? matrices.get(a, i, row) : matrices.get(a, row, i);
      matrices.put(x, [row, c], matrices.sub(matrices.get(x, row, c), matrices.mul(factor, matrices.get(x, i, c))));
    });
    matrices.sync();
  });
}
