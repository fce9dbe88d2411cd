/** Primitives that move elements and compute nothing. Apart from `reshape` they copy, so that every array is contiguous. */
import type { Shape } from "@neurite/core";
import { type HostArray, lanes, rowMajorStrides } from "../array.ts";
import type { KernelContext, KernelTable } from "./kernel.ts";
import { stridedCopy } from "./strided.ts";

/** Where a view's elements lie in its operand, in elements. */
interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Two lanes an element are one more axis. */
function withLaneAxis(list: readonly number[], width: number, last: number): readonly number[] {
  return width === 1 ? list : [...list, last];
}

/** The elements of `x` that `view` names, contiguous. */
function materialize(context: KernelContext, x: HostArray, view: View): HostArray {
  const out = context.arena.allocate({ dtype: x.dtype, shape: view.shape });
  const width = lanes(x.dtype);
  const shape = withLaneAxis(view.shape, width, width);
  stridedCopy({
    shape,
    out: out.data,
    outOffset: 0,
    outStrides: rowMajorStrides(shape),
    source: x.data,
    sourceOffset: view.offset * width,
    sourceStrides: withLaneAxis(
      view.strides.map((stride) => stride * width),
      width,
      1,
    ),
  });
  return out;
}

/** Copies `x` into the region of `out` that starts at `offset` and steps by `strides` (in elements of `out`); `view` picks the part of `x`. */
function place(out: HostArray, offset: number, strides: readonly number[], x: HostArray, view: View): void {
  const width = lanes(x.dtype);
  const scaled = (list: readonly number[]): readonly number[] =>
    withLaneAxis(
      list.map((stride) => stride * width),
      width,
      1,
    );
  stridedCopy({
    shape: withLaneAxis(view.shape, width, width),
    out: out.data,
    outOffset: offset * width,
    outStrides: scaled(strides),
    source: x.data,
    sourceOffset: view.offset * width,
    sourceStrides: scaled(view.strides),
  });
}

/** Strides that repeat `x` over `shape`. */
export function broadcastStrides(x: HostArray, shape: Shape): number[] {
  const own = rowMajorStrides(x.shape);
  const missing = shape.length - x.shape.length;
  return shape.map((_, axis) => (axis < missing || x.shape[axis - missing] === 1 ? 0 : own[axis - missing]));
}

/** `x` under `shape`: the same memory where nothing is repeated. */
export function broadcastTo(context: KernelContext, x: HostArray, shape: Shape): HostArray {
  const same = shape.reduce((size, dim) => size * dim, 1) === x.shape.reduce((size, dim) => size * dim, 1);
  if (same) return context.arena.alias(x, { dtype: x.dtype, shape });
  return materialize(context, x, { shape, strides: broadcastStrides(x, shape), offset: 0 });
}

/** `x` with its axes permuted. */
export function transposed(context: KernelContext, x: HostArray, permutation: readonly number[]): HostArray {
  const shape = permutation.map((axis) => x.shape[axis]);
  if (permutation.every((axis, i) => axis === i)) return context.arena.retain(x);
  const strides = rowMajorStrides(x.shape);
  return materialize(context, x, { shape, strides: permutation.map((axis) => strides[axis]), offset: 0 });
}

function fill(out: HostArray, value: HostArray): void {
  if (lanes(out.dtype) === 1) {
    out.data.fill(value.data[0]);
    return;
  }
  for (let i = 0; i < out.data.length; i += 2) {
    out.data[i] = value.data[0];
    out.data[i + 1] = value.data[1];
  }
}

export const viewKernels: KernelTable<"reshape" | "transpose" | "broadcast" | "slice" | "flip" | "pad" | "concat"> = {
  reshape: (context, [x], _params, [aval]) => [context.arena.alias(x, aval)],
  transpose: (context, [x], { permutation }) => [transposed(context, x, permutation)],
  broadcast: (context, [x], _params, [aval]) => [broadcastTo(context, x, aval.shape)],
  slice: (context, [x], { start, strides }, [aval]) => {
    const own = rowMajorStrides(x.shape);
    const offset = own.reduce((total, stride, axis) => total + stride * start[axis], 0);
    return [materialize(context, x, { shape: aval.shape, strides: own.map((stride, axis) => stride * strides[axis]), offset })];
  },
  flip: (context, [x], { axes }) => {
    const own = rowMajorStrides(x.shape);
    const offset = axes.reduce((total, axis) => total + own[axis] * (x.shape[axis] - 1), 0);
    const strides = own.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return [materialize(context, x, { shape: x.shape, strides, offset })];
  },
  pad: (context, [x, value], { low, interior }, [aval]) => {
    const out = context.arena.allocate(aval);
    fill(out, value);
    const ownStrides = rowMajorStrides(x.shape);
    const outStrides = rowMajorStrides(aval.shape);
    const shape: number[] = [];
    let offset = 0;
    let outOffset = 0;
    x.shape.forEach((dim, axis) => {
      // Element i lands at low + i·step; those outside are cropped.
      const step = interior[axis] + 1;
      const first = Math.max(0, Math.ceil(-low[axis] / step));
      const end = Math.min(dim, Math.ceil((aval.shape[axis] - low[axis]) / step));
      shape.push(Math.max(0, end - first));
      offset += first * ownStrides[axis];
      outOffset += (low[axis] + first * step) * outStrides[axis];
    });
    const steps = outStrides.map((stride, axis) => stride * (interior[axis] + 1));
    place(out, outOffset, steps, x, { shape, strides: ownStrides, offset });
    return [out];
  },
  concat: (context, inputs, { axis }, [aval]) => {
    const out = context.arena.allocate(aval);
    const outStrides = rowMajorStrides(aval.shape);
    let position = 0;
    for (const x of inputs) {
      place(out, position * outStrides[axis], outStrides, x, { shape: x.shape, strides: rowMajorStrides(x.shape), offset: 0 });
      position += x.shape[axis];
    }
    return [out];
  },
};
