import type { View } from "../../../plan/plan.ts";
import { orthogonalize, sortColumns } from "./jacobi.ts";
import type { Matrices } from "./matrices.ts";

/**
 * Eigenvalues of symmetric matrices. Made small and shifted by 2, a matrix has eigenvalues from 1 to 3: rotated until they are orthogonal, its
 * columns are multiples of its eigenvectors. The eigenvalues are then those of the matrix itself along these.
 */
export function writeEigh(matrices: Matrices): void {
  const { n, inputs, outputs } = matrices.kernel;
  const [given, w, v] = [inputs[0], ...outputs] as [View, View, View];
  // Only the lower triangle is read.
  const a = (i: string, j: string): string => {
    const [row, column] = [matrices.index(matrices.select(`${i} > ${j}`, i, j)), matrices.index(matrices.select(`${i} > ${j}`, j, i))];
    return matrices.get(given, row, column);
  };
  const [one, zero] = [matrices.number(1), matrices.number(0)];
  // No eigenvalue is larger than the largest sum of a row's magnitudes.
  const bound = matrices.largest(0, n, (i) => matrices.sum(0, n, (j) => [matrices.value(matrices.abs(a(i, j))), one]));
  const scale = matrices.value(matrices.select(matrices.isZero(bound), one, bound));
  matrices.each(0, n, (j) =>
    matrices.loop(0, n, (i) => {
      const shift = matrices.value(matrices.select(`${i} == ${j}`, matrices.number(2), zero));
      matrices.put(v, [i, j], matrices.add(matrices.div(a(i, j), scale), shift));
    }),
  );
  matrices.sync();
  orthogonalize(matrices, v, n, n, null);
  matrices.each(0, n, (j) => {
    const squares = matrices.sum(0, n, (i) => [matrices.get(v, i, j), matrices.get(v, i, j)]);
    const norm = matrices.value(matrices.sqrt(squares));
    matrices.loop(0, n, (i) => matrices.put(v, [i, j], matrices.div(matrices.get(v, i, j), norm)));
  });
  matrices.sync();
  matrices.each(0, n, (j) => {
    const along = (i: string): string => matrices.sum(0, n, (k) => [a(i, k), matrices.get(v, k, j)]);
    matrices.put(
      w,
      [j],
      matrices.sum(0, n, (i) => [matrices.get(v, i, j), along(i)]),
    );
  });
  matrices.sync();
  sortColumns(matrices, w, n, false, [[v, n]]);
  matrices.spoil(bound, [[w, n, 1], [v, n, n]]); // prettier-ignore
}
