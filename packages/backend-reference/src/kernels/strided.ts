/** Copying between strided regions: what every view comes down to, and how elementwise kernels walk broadcast operands. */

/** A region of one array mapped onto a region of another, axis by axis. Strides and offsets are in lanes. */
export interface StridedCopy {
  readonly shape: readonly number[];
  readonly out: Float64Array;
  readonly outOffset: number;
  readonly outStrides: readonly number[];
  readonly source: Float64Array;
  readonly sourceOffset: number;
  readonly sourceStrides: readonly number[];
}

/** Drops axes of one element and merges neighbours that every operand walks as one. */
export function collapseAxes(shape: readonly number[], strides: readonly (readonly number[])[]): { shape: number[]; strides: number[][] } {
  const collapsed = { shape: [] as number[], strides: strides.map(() => [] as number[]) };
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const last = collapsed.shape.length - 1;
    const merges = last >= 0 && strides.every((operand, i) => collapsed.strides[i][last] === operand[axis] * shape[axis]);
    if (merges) {
      collapsed.shape[last] *= shape[axis];
      strides.forEach((operand, i) => (collapsed.strides[i][last] = operand[axis]));
    } else {
      collapsed.shape.push(shape[axis]);
      strides.forEach((operand, i) => collapsed.strides[i].push(operand[axis]));
    }
  }
  return collapsed;
}

/** For two elements: calls `visit` with the offsets at which each run along the last axes begins. `strides` leave those axes out. */
export function forEachOffset(
  shape: readonly number[],
  aStrides: readonly number[],
  bStrides: readonly number[],
  visit: (a: number, b: number) => void,
): void {
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  let a = 0;
  let b = 0;
  for (;;) {
    visit(a, b);
    let axis = rank - 1;
    for (; axis >= 0; axis--) {
      a += aStrides[axis];
      b += bStrides[axis];
      if (++index[axis] < shape[axis]) break;
      a -= aStrides[axis] * shape[axis];
      b -= bStrides[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Copies every element of the region. */
export function stridedCopy(copy: StridedCopy): void {
  if (copy.shape.includes(0)) return;
  const {
    shape,
    strides: [outStrides, sourceStrides],
  } = collapseAxes(copy.shape, [copy.outStrides, copy.sourceStrides]);
  while (shape.length < 2) {
    shape.unshift(1);
    outStrides.unshift(0);
    sourceStrides.unshift(0);
  }
  const rank = shape.length;
  const [rows, columns] = shape.slice(-2);
  const [outRow, outColumn] = outStrides.slice(-2);
  const [sourceRow, sourceColumn] = sourceStrides.slice(-2);
  const { out, source, outOffset, sourceOffset } = copy;
  forEachOffset(shape.slice(0, rank - 2), outStrides, sourceStrides, (o, s) => {
    copyPlane(rows, columns, out, outOffset + o, outRow, outColumn, source, sourceOffset + s, sourceRow, sourceColumn);
  });
}

/** Elements of a tile's side: two tiles fit the first-level cache. */
const tile = 32;

function copyPlane(
  rows: number,
  columns: number,
  out: Float64Array,
  outOffset: number,
  outRow: number,
  outColumn: number,
  source: Float64Array,
  sourceOffset: number,
  sourceRow: number,
  sourceColumn: number,
): void {
  if (outColumn === 1 && sourceColumn === 1) {
    for (let row = 0; row < rows; row++) copyRow(columns, out, outOffset + row * outRow, source, sourceOffset + row * sourceRow);
    return;
  }
  // A transpose reads down columns: tiles keep both sides in cache.
  for (let rowStart = 0; rowStart < rows; rowStart += tile) {
    const rowEnd = Math.min(rows, rowStart + tile);
    for (let start = 0; start < columns; start += tile) {
      const end = Math.min(columns, start + tile);
      for (let row = rowStart; row < rowEnd; row++) {
        let o = outOffset + row * outRow + start * outColumn;
        let s = sourceOffset + row * sourceRow + start * sourceColumn;
        for (let column = start; column < end; column++, o += outColumn, s += sourceColumn) out[o] = source[s];
      }
    }
  }
}

function copyRow(length: number, out: Float64Array, o: number, source: Float64Array, s: number): void {
  if (length > 64) out.set(source.subarray(s, s + length), o);
  else for (let i = 0; i < length; i++) out[o + i] = source[s + i];
}
