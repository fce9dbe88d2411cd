/** Walks elementwise operands row by row, without materializing what is broadcast. */
import type { Shape } from "@neurite/core";
import { type HostArray, rowMajorStrides } from "../array.ts";
import { collapseAxes } from "./strided.ts";
import { broadcastStrides } from "./views.ts";

/** `length` results from `out[o]`, one operand from `a[p]` stepping by `aStep`, the other from `b[q]` stepping by `bStep`. */
export type BinaryRow = (
  length: number,
  out: Float64Array,
  o: number,
  a: Float64Array,
  p: number,
  aStep: number,
  b: Float64Array,
  q: number,
  bStep: number,
) => void;

/** Shape without the last axis, which is the row. */
interface Rows {
  readonly length: number;
  readonly outer: readonly number[];
  readonly steps: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

function rowsOf(shape: Shape, operands: readonly HostArray[]): Rows {
  const all = [rowMajorStrides(shape), ...operands.map((operand) => broadcastStrides(operand, shape))];
  const collapsed = collapseAxes(shape, all);
  const rank = collapsed.shape.length;
  if (rank === 0) return { length: 1, outer: [], steps: operands.map(() => 0), strides: operands.map(() => []) };
  const inputs = collapsed.strides.slice(1);
  return {
    length: collapsed.shape[rank - 1],
    outer: collapsed.shape.slice(0, rank - 1),
    steps: inputs.map((strides) => strides[rank - 1]),
    strides: inputs.map((strides) => strides.slice(0, rank - 1)),
  };
}

/** Calls `visit` for each row of results with its position and the operands' positions. */
export function forEachRow(
  shape: Shape,
  operands: readonly HostArray[],
  visit: (length: number, o: number, positions: readonly number[], steps: readonly number[]) => void,
): void {
  if (shape.includes(0)) return;
  const { length, outer, steps, strides } = rowsOf(shape, operands);
  const index = outer.map(() => 0);
  const positions = operands.map(() => 0);
  for (let o = 0; ; o += length) {
    visit(length, o, positions, steps);
    let axis = outer.length - 1;
    for (; axis >= 0; axis--) {
      const done = ++index[axis] === outer[axis];
      const move = done ? 1 - outer[axis] : 1;
      for (let i = 0; i < positions.length; i++) positions[i] += strides[i][axis] * move;
      if (!done) break;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Applies `row` over two operands that broadcast to `out`. */
export function runBinary(row: BinaryRow, out: HostArray, a: HostArray, b: HostArray): void {
  if (a.data.length === out.data.length && b.data.length === out.data.length) {
    row(out.data.length, out.data, 0, a.data, 0, 1, b.data, 0, 1);
    return;
  }
  forEachRow(out.shape, [a, b], (length, o, [p, q], [aStep, bStep]) => row(length, out.data, o, a.data, p, aStep, b.data, q, bStep));
}
