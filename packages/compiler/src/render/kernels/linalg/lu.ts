import type { View } from "../../../plan/plan.ts";
import type { Matrices } from "./matrices.ts";

/** LU factorization with partial pivoting, as LAPACK's getrf with indices from 0. */
export function writeLu(matrices: Matrices): void {
  const { m, n, inputs, outputs } = matrices.kernel;
  const [a, packed, pivots, permutation] = [inputs[0], ...outputs] as [View, View, View, View];
  matrices.each(0, m, (i) => {
    matrices.loop(0, n, (j) => matrices.put(packed, [i, j], matrices.get(a, i, j)));
    matrices.putIndex(permutation, i, i);
  });
  matrices.sync();
  matrices.loop(0, Math.min(m, n), (j) => {
    const next = matrices.index(`${j} + 1`);
    const row = matrices.writer.indexVariable("row", j);
    const largest = matrices.variable(matrices.abs(matrices.get(packed, j, j)));
    matrices.loop(next, m, (i) => {
      const size = matrices.value(matrices.abs(matrices.get(packed, i, j)));
      matrices.when(matrices.less(largest, size), () => {
        matrices.set(largest, size);
        matrices.set(row, i);
      });
    });
    matrices.sync();
    matrices.each(0, n, (c) => {
      const [upper, found] = [matrices.get(packed, j, c), matrices.get(packed, row, c)];
      matrices.put(packed, [j, c], found);
      matrices.put(packed, [row, c], upper);
    });
    matrices.once(() => {
      matrices.putIndex(pivots, j, row);
      const [upper, found] = [matrices.getIndex(permutation, j), matrices.getIndex(permutation, row)];
      matrices.putIndex(permutation, j, found);
      matrices.putIndex(permutation, row, upper);
    });
    matrices.sync();
    const pivot = matrices.get(packed, j, j);
    // A column of zeros has no pivot: U is singular there, and L's column stays zero.
    const hasPivot = `!(${matrices.isZero(pivot)})`;
    matrices.when(hasPivot, () =>
      matrices.each(next, m, (i) => matrices.put(packed, [i, j], matrices.div(matrices.get(packed, i, j), pivot))),
    );
    matrices.sync();
    matrices.when(hasPivot, () => {
      const width = matrices.index(`${n - 1} - ${j}`);
      matrices.each(0, matrices.index(`(${m - 1} - ${j}) * ${width}`), (flat) => {
        const down = matrices.index(`${flat} / ${width}`);
        const [i, c] = [matrices.index(`${down} + ${next}`), matrices.index(`${flat} - ${down} * ${width} + ${next}`)];
        const taken = matrices.mul(matrices.get(packed, i, j), matrices.get(packed, j, c));
        matrices.put(packed, [i, c], matrices.sub(matrices.get(packed, i, c), taken));
      });
    });
    matrices.sync();
  });
}
