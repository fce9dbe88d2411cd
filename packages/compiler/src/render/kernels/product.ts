/** Matrix products: out[batch, m, n] = Σ lhs(batch, m, k) · rhs(batch, k, n), in tiles of results that are kept in registers. */
import type { DType } from "@neurite/core";
import type { Tile } from "../dialect.ts";
import { type Writer, coordinates, linear, sizeOf } from "../writer.ts";
import { guard } from "./loop.ts";

/** Results of one thread: a square, so that each element that is loaded is used so many times. */
const own = 4;

/** A product, whatever finds its operands' elements. */
export interface Product {
  readonly dtype: DType;
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Statements that find an element and hand it to `put`; where they do not, it is 0. */
  lhs(batch: readonly string[], m: string, k: string, put: (value: string) => void): void;
  rhs(batch: readonly string[], k: string, n: string, put: (value: string) => void): void;
  /** Statements that store the sum. */
  store(batch: readonly string[], m: string, n: string, sum: string): void;
}

/** One thread a tile of up to 4 × 4 results. Gives the number of threads. */
export function writeAlone(writer: Writer, product: Product): number {
  const { dialect } = writer;
  const { m, n, k, batch } = product;
  const [rows, columns] = [Math.min(own, m), Math.min(own, n)];
  const tiles = [...batch, Math.ceil(m / rows), Math.ceil(n / columns)];
  const threads = sizeOf(tiles);
  guard(writer, threads);
  const at = coordinates(writer, "thread", tiles);
  const outer = at.slice(0, -2);
  const [rowTile, columnTile] = at.slice(-2) as [string, string];
  const places = (count: number, start: string): string[] =>
    Array.from({ length: count }, (_, i) => writer.index(linear(i, [count], [start])));
  // Tiles at the edge load their last row again instead of one outside.
  const inside = (all: readonly string[], limit: number): string[] =>
    all.map((place) => (limit % all.length === 0 ? place : writer.index(dialect.select(`${place} < ${limit}`, place, String(limit - 1)))));
  const [row, column] = [places(rows, rowTile), places(columns, columnTile)];
  const [safeRow, safeColumn] = [inside(row, m), inside(column, n)];
  const sums = squareOf(writer, product.dtype, rows, columns);
  writer.loop(k, (term) => {
    const left = safeRow.map((r) => element(writer, product.dtype, (put) => product.lhs(outer, r, term, put)));
    const right = safeColumn.map((c) => element(writer, product.dtype, (put) => product.rhs(outer, term, c, put)));
    addProducts(writer, product.dtype, sums, left, right);
  });
  storeSquare(writer, product, outer, row, column, sums, [rows, columns]);
  return threads;
}

/** A workgroup makes a tile of results together: what its threads load goes through arrays that they share. Gives the number of threads. */
export function writeShared(writer: Writer, product: Product, tile: Tile): number {
  const { dtype, m, n, k, batch } = product;
  const { rows, columns, depth } = tile;
  const threads = (rows / own) * (columns / own);
  writer.workgroupSize = threads;
  const tiles = [...batch, Math.ceil(m / rows), Math.ceil(n / columns)];
  const at = coordinates(writer, "group", tiles);
  const outer = at.slice(0, -2);
  const firstRow = writer.index(linear(0, [rows], at.slice(-2, -1)));
  const firstColumn = writer.index(linear(0, [columns], at.slice(-1)));
  const [left, right] = [writer.shared(dtype, depth * rows), writer.shared(dtype, depth * columns)];
  const row = writer.index(`lane / ${columns / own} * ${own}`);
  const column = writer.index(`lane % ${columns / own} * ${own}`);
  const sums = squareOf(writer, dtype, own, own);
  /** Element `along` of term `term` of the tile, or 0 over the edge of the operand. */
  const fill = (shared: string, width: number, along: string, term: string, inside: string, load: (put: Put) => void): void => {
    const value = element(writer, dtype, (put) => writer.block(`if (${inside})`, () => load(put)));
    writer.line(`${shared}[${linear(0, [width, 1], [term, along])}] = ${value};`);
  };
  writer.steps("0", k, depth, (start) => {
    // Neighbours load what lies side by side in row-major operands.
    writer.steps("lane", depth * rows, threads, (i) => {
      const [along, term] = [writer.index(`${i} / ${depth}`), writer.index(`${i} % ${depth}`)];
      const [r, t] = [writer.index(`${firstRow} + ${along}`), writer.index(`${start} + ${term}`)];
      fill(left, rows, along, term, `${r} < ${m} && ${t} < ${k}`, (put) => product.lhs(outer, r, t, put));
    });
    writer.steps("lane", depth * columns, threads, (i) => {
      const [along, term] = [writer.index(`${i} % ${columns}`), writer.index(`${i} / ${columns}`)];
      const [c, t] = [writer.index(`${firstColumn} + ${along}`), writer.index(`${start} + ${term}`)];
      fill(right, columns, along, term, `${c} < ${n} && ${t} < ${k}`, (put) => product.rhs(outer, t, c, put));
    });
    writer.barrier();
    writer.loop(depth, (term) => {
      const read = (shared: string, width: number, first: string): string[] =>
        sums.map((_, i) => writer.value(dtype, `${shared}[${linear(i, [width, 1], [term, first])}]`));
      addProducts(writer, dtype, sums, read(left, rows, row), read(right, columns, column));
    });
    writer.barrier();
  });
  const places = (first: string, inTile: string): string[] => sums.map((_, i) => writer.index(linear(i, [1, 1], [first, inTile])));
  storeSquare(writer, product, outer, places(firstRow, row), places(firstColumn, column), sums, [rows, columns]);
  return sizeOf(tiles) * threads;
}

type Put = (value: string) => void;

/** A name for the element that `find` finds, or for 0. */
function element(writer: Writer, dtype: DType, find: (put: Put) => void): string {
  const value = writer.variable("e", dtype, writer.dialect.literal(0, dtype));
  find((found) => writer.line(`${value} = ${found};`));
  return value;
}

function squareOf(writer: Writer, dtype: DType, rows: number, columns: number): string[][] {
  const zero = writer.dialect.literal(0, dtype);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => writer.variable("sum", dtype, zero)));
}

function addProducts(writer: Writer, dtype: DType, sums: readonly string[][], left: readonly string[], right: readonly string[]): void {
  left.forEach((a, i) =>
    right.forEach((b, j) => {
      const sum = sums[i]?.[j] as string;
      writer.line(`${sum} = ${writer.dialect.multiplyAdd(dtype, a, b, sum)};`);
    }),
  );
}

/** Stores those sums that are inside of the result: all where whole tiles cover it. */
function storeSquare(
  writer: Writer,
  { m, n, store }: Product,
  outer: readonly string[],
  rows: readonly string[],
  columns: readonly string[],
  sums: readonly string[][],
  tile: readonly [rows: number, columns: number],
): void {
  rows.forEach((r, i) =>
    columns.forEach((c, j) => {
      const conditions = [...(m % tile[0] === 0 ? [] : [`${r} < ${m}`]), ...(n % tile[1] === 0 ? [] : [`${c} < ${n}`])];
      const head = conditions.length === 0 ? "" : `if (${conditions.join(" && ")})`;
      writer.block(head, () => store(outer, r, c, sums[i]?.[j] as string));
    }),
  );
}
