import type { Builder } from "../../ir/builder.ts";
import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import { splitsOnly } from "../../views/index-map.ts";
import { sameNumbers } from "../../views/strides.ts";
import { constantNode, stretched } from "./values.ts";

type ViewNode = Extract<IrNode, { op: "reshape" | "transpose" | "broadcast" | "slice" | "flip" }>;

/** Views of views become one view; views that change nothing vanish. */
export function simplifyView(node: ViewNode, builder: Builder): IrNode | null {
  const x = node.inputs[0] as IrNode;
  if (node.op !== "flip" && node.op !== "transpose" && sameNumbers(x.shape, node.shape)) {
    if (node.op !== "slice" || node.params.strides.every((stride) => stride === 1)) return x;
  }
  const constant = constantNode(x);
  if (constant !== null && node.op !== "broadcast") return stretched(constant, node.shape, builder);
  switch (node.op) {
    case "reshape":
      if (x.op === "reshape") return builder.reshape(x.inputs[0] as IrNode, node.shape);
      return x.op === "transpose" && !splitsOnly(x.shape, node.shape) ? reshapeBelow(node, x, builder) : null;
    case "broadcast":
      if (x.op === "broadcast") return builder.broadcast(x.inputs[0] as IrNode, node.shape);
      if (constant !== null) return x === constant ? null : builder.broadcast(constant, node.shape);
      return x.size === node.size ? builder.reshape(x, node.shape) : null;
    case "transpose":
      return simplifyTranspose(node, x, builder);
    case "slice":
      return simplifySlice(node, x, builder);
    case "flip":
      return simplifyFlip(node, x, builder);
  }
}

/**
 * A reshape that merges axes which a transpose has left side by side, as that transpose of a reshape: what is left to copy is free over memory.
 * Null where it merges axes that come from different places.
 */
function reshapeBelow(node: IrNode, x: IrNodeOf<"transpose">, builder: Builder): IrNode | null {
  if (node.size === 0) return null;
  const { permutation } = x.params;
  const groups: { readonly first: number; readonly dims: readonly number[] }[] = [];
  let [i, j] = [0, 0];
  while (i < x.shape.length && j < node.shape.length) {
    const [start, firstDim] = [i, j];
    let [from, to] = [x.shape[i++] as number, node.shape[j++] as number];
    while (from !== to) {
      if (from < to) from *= x.shape[i++] as number;
      else to *= node.shape[j++] as number;
    }
    const first = permutation[start] as number;
    if (permutation.slice(start, i).some((axis, at) => axis !== first + at)) return null;
    groups.push({ first, dims: node.shape.slice(firstDim, j) });
  }
  if (i < x.shape.length || j < node.shape.length) return null;
  const inPlace = [...groups].sort((a, b) => a.first - b.first);
  const reshaped = builder.reshape(
    x.inputs[0] as IrNode,
    inPlace.flatMap(({ dims }) => dims),
  );
  const begins = new Map<object, number>();
  let position = 0;
  for (const group of inPlace) {
    begins.set(group, position);
    position += group.dims.length;
  }
  const back = groups.flatMap((group) => group.dims.map((_, at) => (begins.get(group) as number) + at));
  return builder.add("transpose", { permutation: back }, [reshaped], node.dtype, node.shape);
}

function simplifyTranspose(node: IrNodeOf<"transpose">, x: IrNode, builder: Builder): IrNode | null {
  const { permutation } = node.params;
  if (x.op === "transpose") {
    const inner = x.params.permutation;
    const both = permutation.map((axis) => inner[axis] as number);
    return builder.add("transpose", { permutation: both }, x.inputs, node.dtype, node.shape);
  }
  // Only axes of size 1 move: the elements stay as they lie.
  const real = permutation.filter((axis) => x.shape[axis] !== 1);
  return real.every((axis, i) => i === 0 || (real[i - 1] as number) < axis) ? builder.reshape(x, node.shape) : null;
}

function simplifySlice(node: IrNodeOf<"slice">, x: IrNode, builder: Builder): IrNode | null {
  const { start, limit, strides } = node.params;
  if (x.op === "slice") {
    const inner = x.params;
    const steps = strides.map((stride, axis) => stride * (inner.strides[axis] as number));
    const first = start.map((position, axis) => (inner.start[axis] as number) + position * (inner.strides[axis] as number));
    const end = node.shape.map((dim, axis) =>
      dim === 0 ? (first[axis] as number) : (first[axis] as number) + (dim - 1) * (steps[axis] as number) + 1,
    );
    return builder.add("slice", { start: first, limit: end, strides: steps }, x.inputs, node.dtype, node.shape);
  }
  if (x.op === "concat") {
    // A slice within one piece is a slice of that piece: the gradient of a concat of a split.
    const { axis } = x.params;
    let position = 0;
    for (const piece of x.inputs) {
      const length = piece.shape[axis] as number;
      const from = (start[axis] as number) - position;
      if (from >= 0 && (limit[axis] as number) - position <= length && (start[axis] as number) < (limit[axis] as number)) {
        const move = (list: readonly number[]): number[] => list.map((value, i) => (i === axis ? value - position : value));
        return builder.add("slice", { start: move(start), limit: move(limit), strides }, [piece], node.dtype, node.shape);
      }
      position += length;
    }
  }
  return null;
}

function simplifyFlip(node: IrNodeOf<"flip">, x: IrNode, builder: Builder): IrNode | null {
  const inner = x.op === "flip" ? x.params.axes : [];
  const base = x.op === "flip" ? (x.inputs[0] as IrNode) : x;
  const axes = node.shape
    .map((_, axis) => axis)
    .filter((axis) => node.params.axes.includes(axis) !== inner.includes(axis) && x.shape[axis] !== 1);
  if (axes.length === 0) return base;
  if (x.op !== "flip" && axes.length === node.params.axes.length) return null;
  return builder.add("flip", { axes }, [base], node.dtype, node.shape);
}

/** Padding by nothing, cropping (negative padding), and padding a constant with itself. */
export function simplifyPad(node: IrNodeOf<"pad">, builder: Builder): IrNode | null {
  const [x, filler] = node.inputs as [IrNode, IrNode];
  const { low, high, interior } = node.params;
  if (x.size === 0) return stretched(filler, node.shape, builder);
  const constant = constantNode(x);
  if (constant !== null && constant === filler) return stretched(constant, node.shape, builder);
  if (interior.some((gap, axis) => gap !== 0 && (x.shape[axis] as number) > 1)) return null;
  if (low.some((amount) => amount > 0) || high.some((amount) => amount > 0)) return null;
  const start = low.map((amount) => -amount);
  const limit = node.shape.map((dim, axis) => (start[axis] as number) + dim);
  return builder.add("slice", { start, limit, strides: low.map(() => 1) }, [x], node.dtype, node.shape);
}

/** Pieces without elements are left out; a concat within a concat along the same axis is one. */
export function simplifyConcat(node: IrNodeOf<"concat">, builder: Builder): IrNode | null {
  const { axis } = node.params;
  const pieces = node.inputs.flatMap((piece) => (piece.op === "concat" && piece.params.axis === axis ? piece.inputs : [piece]));
  const filled = pieces.filter((piece) => sizeOf(piece.shape) > 0);
  if (filled.length === 0) return null;
  if (filled.length === 1) return filled[0] as IrNode;
  if (filled.length === node.inputs.length) return null;
  return builder.add("concat", { axis }, filled, node.dtype, node.shape);
}
