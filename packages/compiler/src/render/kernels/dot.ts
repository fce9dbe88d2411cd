import type { DotKernel } from "../../plan/plan.ts";
import { writeBody } from "../body.ts";
import { type Writer, coordinates, linear, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";

const tile = 4;

/** One thread a tile of up to 4 × 4 results, kept in registers: each element that is loaded is used four times. Gives the number of threads. */
export function writeDot(writer: Writer, kernel: DotKernel): number {
  const { dialect } = writer;
  const { m, n, k, dtype, batch } = kernel;
  const rows = Math.min(tile, m);
  const columns = Math.min(tile, n);
  const tiles = [...batch, Math.ceil(m / rows), Math.ceil(n / columns)];
  const threads = sizeOf(tiles);
  guard(writer, threads);
  const at = coordinates(writer, "thread", tiles);
  const outer = at.slice(0, -2);
  const places = (count: number, limit: number, start: string): string[] =>
    Array.from({ length: count }, (_, i) => writer.index(linear(i, [count], [start])))
      // Tiles at the edge load their last row again instead of one outside.
      .map((place) => (limit % count === 0 ? place : writer.index(dialect.select(`${place} < ${limit}`, place, String(limit - 1)))));
  const row = places(rows, m, at[at.length - 2] as string);
  const column = places(columns, n, at[at.length - 1] as string);
  const sums = row.map(() => column.map(() => writer.variable("sum", dtype, dialect.literal(0, dtype))));
  writer.loop(k, (term) => {
    const left = row.map((r) => writer.value(dtype, writer.load(kernel.lhs, [...outer, r, term])));
    const right = column.map((c) => writer.value(dtype, writer.load(kernel.rhs, [...outer, term, c])));
    left.forEach((a, i) =>
      right.forEach((b, j) => {
        const sum = sums[i]?.[j] as string;
        writer.line(`${sum} = ${dialect.multiplyAdd(dtype, a, b, sum)};`);
      }),
    );
  });
  row.forEach((r, i) =>
    column.forEach((c, j) => {
      const store = (): void => writeBody(writer, kernel.epilogue, [...outer, r, c], [sums[i]?.[j] as string]);
      const conditions = [
        ...(m % rows === 0 ? [] : [`${linear(i, [rows], [at[at.length - 2] as string])} < ${m}`]),
        ...(n % columns === 0 ? [] : [`${linear(j, [columns], [at[at.length - 1] as string])} < ${n}`]),
      ];
      writer.block(conditions.length === 0 ? "" : `if (${conditions.join(" && ")})`, store);
    }),
  );
  return threads;
}
