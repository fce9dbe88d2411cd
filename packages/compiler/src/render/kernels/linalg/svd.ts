import type { View } from "../../../plan/plan.ts";
import { orthogonalize, sortColumns } from "./jacobi.ts";
import { isDouble, type Matrices, transposed } from "./matrices.ts";

/** Singular values: the columns of the matrix (of the transposed one, where it is wide) are rotated in u until they are orthogonal. */
export function writeSvd(matrices: Matrices): void {
  const { inputs, outputs, full } = matrices.kernel;
  const [given, left, s, right] = [inputs[0], ...outputs] as [View, View, View, View];
  const isWide = matrices.kernel.m < matrices.kernel.n;
  const [m, n] = isWide ? [matrices.kernel.n, matrices.kernel.m] : [matrices.kernel.m, matrices.kernel.n];
  const [a, u, v] = isWide ? [transposed(given), transposed(right), left] : [given, left, transposed(right)];
  const [one, zero] = [matrices.number(1), matrices.number(0)];
  // Scaled, so that squares neither overflow nor vanish.
  const largest = matrices.variable(zero);
  matrices.loop(0, n, (j) =>
    matrices.set(
      largest,
      matrices.max(
        largest,
        matrices.largest(0, m, (i) => matrices.get(a, i, j)),
      ),
    ),
  );
  const scale = matrices.value(matrices.select(matrices.isZero(largest), one, largest));
  matrices.each(0, n, (j) => {
    matrices.loop(0, m, (i) => matrices.put(u, [i, j], matrices.div(matrices.get(a, i, j), scale)));
    matrices.loop(0, n, (i) => matrices.put(v, [i, j], matrices.select(`${i} == ${j}`, one, zero)));
  });
  matrices.sync();
  orthogonalize(matrices, u, m, n, v);
  matrices.each(0, n, (j) => {
    const squares = matrices.sum(0, m, (i) => [matrices.get(u, i, j), matrices.get(u, i, j)]);
    matrices.put(s, [j], matrices.value(matrices.sqrt(squares)));
  });
  matrices.sync();
  sortColumns(matrices, s, n, true, [[u, m], [v, n]]); // prettier-ignore
  // A column of mere rounding errors has no direction of its own.
  const epsilon = matrices.number((isDouble(matrices) ? 2 ** -52 : 2 ** -23) * m);
  const negligible = n === 0 ? zero : matrices.mul(epsilon, matrices.get(s, "0"));
  const found = matrices.writer.indexVariable("found", "0");
  matrices.loop(0, n, (j) =>
    matrices.when(matrices.less(negligible, matrices.get(s, j)), () => matrices.writer.line(`${found} = ${found} + 1;`)),
  );
  matrices.each(0, found, (j) => {
    const value = matrices.get(s, j);
    matrices.loop(0, m, (i) => matrices.put(u, [i, j], matrices.div(matrices.get(u, i, j), value)));
  });
  matrices.sync();
  matrices.each(0, n, (j) => matrices.put(s, [j], matrices.mul(matrices.get(s, j), scale)));
  const columns = full ? m : n;
  matrices.loop(0, columns, (column) => complete(matrices, u, m, column, found));
  matrices.spoil(largest, [[u, m, columns], [s, n, 1], [v, n, n]]); // prettier-ignore
}

/** From column `found` on, makes `column` of `u` [m, …] a unit vector orthogonal to those before it. All threads come here: they wait in it. */
function complete(matrices: Matrices, u: View, m: number, column: string, found: string): void {
  const isMissing = `${column} >= ${found}`;
  const one = matrices.number(1);
  // How much of each axis the columns so far make up: the one with least is made orthogonal to them.
  matrices.when(isMissing, () =>
    matrices.each(0, m, (i) =>
      matrices.put(
        u,
        [i, column],
        matrices.sum(0, column, (k) => [matrices.get(u, i, k), matrices.get(u, i, k)]),
      ),
    ),
  );
  matrices.sync();
  const axis = matrices.writer.indexVariable("axis", "0");
  const least = matrices.variable(matrices.get(u, "0", column));
  matrices.when(isMissing, () =>
    matrices.loop(1, m, (i) => {
      const value = matrices.get(u, i, column);
      matrices.when(matrices.less(value, least), () => {
        matrices.set(least, value);
        matrices.set(axis, i);
      });
    }),
  );
  matrices.sync();
  matrices.when(isMissing, () =>
    matrices.each(0, m, (i) => {
      const taken = matrices.sum(0, column, (k) => [matrices.get(u, axis, k), matrices.get(u, i, k)]);
      const whole = matrices.value(matrices.select(`${i} == ${axis}`, one, matrices.number(0)));
      matrices.put(u, [i, column], matrices.sub(whole, taken));
    }),
  );
  matrices.sync();
  const squares = matrices.sum(0, m, (i) => [matrices.get(u, i, column), matrices.get(u, i, column)]);
  const norm = matrices.value(matrices.sqrt(squares));
  matrices.sync();
  matrices.when(isMissing, () => matrices.each(0, m, (i) => matrices.put(u, [i, column], matrices.div(matrices.get(u, i, column), norm))));
  matrices.sync();
}
