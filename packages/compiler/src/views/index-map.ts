/**
 * Index maps: for each axis of a value, where to look as an affine function of the index in the space a kernel iterates over.
 * View primitives compose into them; at memory they flatten to offset and strides.
 */
import type { IrNode } from "../ir/node.ts";
import { sameNumbers } from "./strides.ts";

/** One axis: `base + Σ index[j] * factors[j]`. */
export interface AxisMap {
  readonly base: number;
  readonly factors: readonly number[];
}

/** A map from a space of `rank` axes to the axes of a value. */
export interface IndexMap {
  readonly rank: number;
  readonly axes: readonly AxisMap[];
}

/** Offset and strides over the space. */
export interface FlatMap {
  readonly offset: number;
  readonly strides: readonly number[];
}

const zerosByRank: (readonly number[])[] = [];

function zeros(rank: number): readonly number[] {
  return (zerosByRank[rank] ??= new Array<number>(rank).fill(0));
}

const nowhere = (rank: number): AxisMap => ({ base: 0, factors: zeros(rank) });

/**
 * The map by which a value of `shape` is walked in row-major order by a space that refines it (see `refine` in strides.ts).
 * `extra` axes of the space at the end do not move it: values that are the same along a row.
 */
export function rowMajorMap(shape: readonly number[], space: readonly number[], extra = 0): IndexMap {
  const rank = space.length;
  // Of what has no elements nothing is looked up, and a space of no places refines any such shape.
  if (shape.includes(0)) return { rank, axes: shape.map(() => nowhere(rank)) };
  const axes = new Array<AxisMap>(shape.length);
  let position = rank - extra - 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] as number;
    if (dim === 1) {
      axes[axis] = nowhere(rank);
      continue;
    }
    const factors = new Array<number>(rank).fill(0);
    let inner = 1;
    for (; inner < dim && position >= 0; position--) {
      const extent = space[position] as number;
      if (extent === 1) continue;
      factors[position] = inner;
      inner *= extent;
    }
    if (inner !== dim) throw new Error(`[compiler] space [${space}] does not refine shape [${shape}]`);
    axes[axis] = { base: 0, factors };
  }
  return { rank, axes };
}

/** The map of an operand that NumPy broadcasting stretches from `from` to `to`, given the map of the result. */
export function throughBroadcast(map: IndexMap, from: readonly number[], to: readonly number[]): IndexMap {
  if (sameNumbers(from, to)) return map;
  const lead = to.length - from.length;
  return {
    rank: map.rank,
    axes: from.map((dim, axis) => (dim === 1 ? nowhere(map.rank) : (map.axes[axis + lead] as AxisMap))),
  };
}

function throughReshape(map: IndexMap, from: readonly number[], to: readonly number[]): IndexMap | null {
  const axes: AxisMap[] = [];
  let position = 0;
  for (const dim of from) {
    if (dim === 1) {
      axes.push(nowhere(map.rank));
      continue;
    }
    // Axes of the result that make up this one axis of the operand.
    let product = 1;
    const run: number[] = [];
    while (product < dim && position < to.length) {
      product *= to[position] as number;
      run.push(position++);
    }
    if (product !== dim) return null;
    let base = 0;
    const factors = new Array<number>(map.rank).fill(0);
    let inner = 1;
    for (const axis of run.reverse()) {
      const part = map.axes[axis] as AxisMap;
      base += part.base * inner;
      for (let j = 0; j < map.rank; j++) factors[j] = (factors[j] as number) + (part.factors[j] as number) * inner;
      inner *= to[axis] as number;
    }
    axes.push({ base, factors });
  }
  return { rank: map.rank, axes };
}

/** True if `reshape` from one shape to the other only splits axes, or adds and drops axes of size 1: an affine map on every axis. */
export function splitsOnly(from: readonly number[], to: readonly number[]): boolean {
  let position = 0;
  for (const dim of from) {
    let product = 1;
    while (product < dim && position < to.length) product *= to[position++] as number;
    if (product !== dim) return false;
  }
  return true;
}

/** The map of a view's operand, given the map of its result; null where it is not affine on each axis (a reshape that merges axes). */
export function throughView(node: IrNode, map: IndexMap): IndexMap | null {
  const operand = node.inputs[0] as IrNode;
  switch (node.op) {
    case "barrier":
      return map;
    case "broadcast":
      return throughBroadcast(map, operand.shape, node.shape);
    case "transpose": {
      const axes = new Array<AxisMap>(map.axes.length);
      node.params.permutation.forEach((axis, i) => (axes[axis] = map.axes[i] as AxisMap));
      return { rank: map.rank, axes };
    }
    case "slice": {
      const { start, strides } = node.params;
      return {
        rank: map.rank,
        axes: map.axes.map((axis, i) => {
          const step = strides[i] as number;
          return { base: (start[i] as number) + axis.base * step, factors: step === 1 ? axis.factors : axis.factors.map((f) => f * step) };
        }),
      };
    }
    case "flip": {
      const flipped = node.params.axes;
      return {
        rank: map.rank,
        axes: map.axes.map((axis, i) =>
          flipped.includes(i)
            ? { base: (node.shape[i] as number) - 1 - axis.base, factors: axis.factors.map((f) => (f === 0 ? 0 : -f)) }
            : axis,
        ),
      };
    }
    case "reshape":
      return throughReshape(map, operand.shape, node.shape);
    default:
      throw new Error(`[compiler] ${node.op} is not a view`);
  }
}

/** Where a value that lies row-major in memory is read. */
export function flatten(map: IndexMap, shape: readonly number[]): FlatMap {
  const { rank, axes } = map;
  const strides = new Array<number>(rank).fill(0);
  let offset = 0;
  let stride = 1;
  for (let i = axes.length - 1; i >= 0; i--) {
    const { base, factors } = axes[i] as AxisMap;
    offset += base * stride;
    for (let j = 0; j < rank; j++) {
      const factor = factors[j] as number;
      if (factor !== 0) strides[j] = (strides[j] as number) + factor * stride;
    }
    stride *= shape[i] as number;
  }
  return { offset, strides };
}
