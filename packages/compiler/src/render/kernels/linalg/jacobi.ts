/** What singular values and eigenvalues have in common: one-sided Jacobi rotations, and columns put in order. */
import type { View } from "../../../plan/plan.ts";
import { isDouble, type Matrices } from "./matrices.ts";

/** Sweeps until columns of `count` are orthogonal: convergence is quadratic after the first few. */
const sweepsFor = (count: number, double: boolean): number => 7 + Math.ceil(Math.log2(Math.max(count, 2))) + (double ? 2 : 0);

/**
 * Rotates the `count` columns of `columns` (of `length` elements) until they are orthogonal, and the columns of `basis` (of `count`) with them. In
 * each round of a sweep every column meets another one, as players of a tournament do; a thread has a pair.
 */
export function orthogonalize(matrices: Matrices, columns: View, length: number, count: number, basis: View | null): void {
  if (count < 2) return;
  // An odd number of players has one pause.
  const players = count + (count % 2);
  const moving = players - 1;
  matrices.loop(0, sweepsFor(count, isDouble(matrices)), () =>
    matrices.loop(0, moving, (round) => {
      matrices.each(0, players / 2, (pair) => {
        const playerAt = (place: string): string => matrices.index(`(${place} + ${round}) % ${moving}`);
        // The last player keeps its place, the others move on.
        const first = playerAt(pair);
        const second = matrices.index(
          matrices.select(`${pair} == 0`, String(players - 1), playerAt(matrices.index(`${moving} - ${pair}`))),
        );
        const [p, q] = [matrices.index(smaller(matrices, first, second)), matrices.index(smaller(matrices, second, first, true))];
        const meet = (): void => rotate(matrices, columns, length, basis, count, p, q);
        if (players === count) meet();
        else matrices.when(`${q} < ${count}`, meet);
      });
      matrices.sync();
    }),
  );
}

const smaller = (matrices: Matrices, a: string, b: string, larger = false): string =>
  larger ? matrices.select(`${a} > ${b}`, a, b) : matrices.select(`${a} < ${b}`, a, b);

/** Makes columns `p` and `q` orthogonal. */
function rotate(matrices: Matrices, columns: View, length: number, basis: View | null, count: number, p: string, q: string): void {
  const [alpha, beta, gamma] = [matrices, matrices, matrices].map(() => matrices.variable(matrices.number(0))) as [string, string, string];
  matrices.loop(0, length, (i) => {
    const [x, y] = [matrices.get(columns, i, p), matrices.get(columns, i, q)];
    matrices.set(alpha, matrices.multiplyAdd(x, x, alpha));
    matrices.set(beta, matrices.multiplyAdd(y, y, beta));
    matrices.set(gamma, matrices.multiplyAdd(x, y, gamma));
  });
  const epsilon = matrices.number(isDouble(matrices) ? 2 ** -52 : 2 ** -23);
  const sizes = matrices.mul(matrices.value(matrices.sqrt(alpha)), matrices.value(matrices.sqrt(beta)));
  matrices.when(matrices.less(matrices.mul(epsilon, sizes), matrices.value(matrices.abs(gamma))), () => {
    const one = matrices.number(1);
    const zeta = matrices.div(matrices.sub(beta, alpha), matrices.add(gamma, gamma));
    const hypotenuse = matrices.value(matrices.sqrt(matrices.value(matrices.multiplyAdd(zeta, zeta, one))));
    const size = matrices.div(one, matrices.add(matrices.value(matrices.abs(zeta)), hypotenuse));
    const tangent = matrices.value(matrices.select(matrices.less(zeta, matrices.number(0)), matrices.neg(size), size));
    const cosine = matrices.div(one, matrices.value(matrices.sqrt(matrices.value(matrices.multiplyAdd(tangent, tangent, one)))));
    const sine = matrices.mul(cosine, tangent);
    // Adds what changes, which is small at the end: less is lost than by new sums of products (Rutishauser).
    const [back, half] = [matrices.neg(sine), matrices.div(sine, matrices.add(one, cosine))];
    const lessHalf = matrices.value(matrices.neg(half));
    const turn = (view: View, rows: number): void =>
      matrices.loop(0, rows, (i) => {
        const [x, y] = [matrices.get(view, i, p), matrices.get(view, i, q)];
        matrices.put(view, [i, p], matrices.multiplyAdd(back, matrices.value(matrices.multiplyAdd(half, x, y)), x));
        matrices.put(view, [i, q], matrices.multiplyAdd(sine, matrices.value(matrices.multiplyAdd(lessHalf, y, x)), y));
      });
    turn(columns, length);
    if (basis !== null) turn(basis, count);
  });
}

/** Puts `values` in order, descending or ascending, and the columns of `carried` (views with their numbers of rows) with them. */
export function sortColumns(
  matrices: Matrices,
  values: View,
  count: number,
  descending: boolean,
  carried: readonly (readonly [View, number])[],
): void {
  matrices.loop(0, count - 1, (i) => {
    const best = matrices.writer.indexVariable("best", i);
    const value = matrices.get(values, i);
    const extreme = matrices.variable(value);
    matrices.loop(matrices.index(`${i} + 1`), count, (j) => {
      const other = matrices.get(values, j);
      matrices.when(descending ? matrices.less(extreme, other) : matrices.less(other, extreme), () => {
        matrices.set(extreme, other);
        matrices.set(best, j);
      });
    });
    matrices.sync();
    for (const [view, rows] of carried) {
      matrices.each(0, rows, (row) => {
        const [here, there] = [matrices.get(view, row, i), matrices.get(view, row, best)];
        matrices.put(view, [row, i], there);
        matrices.put(view, [row, best], here);
      });
    }
    matrices.once(() => {
      matrices.put(values, [i], extreme);
      matrices.when(`${best} != ${i}`, () => matrices.put(values, [best], value));
    });
    matrices.sync();
  });
}
