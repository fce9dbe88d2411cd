/** concat and pad: loops that store into parts of the result. */
import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import { contiguousStrides } from "../../views/strides.ts";

/** `value` goes to the given place within the result. */
export interface Piece {
  readonly value: IrNode;
  readonly place: { readonly offset: number; readonly strides: readonly number[] };
}

export function concatPieces(node: IrNodeOf<"concat">): Piece[] {
  const strides = contiguousStrides(node.shape);
  const { axis } = node.params;
  let start = 0;
  return node.inputs.map((value) => {
    const offset = start * (strides[axis] as number);
    start += value.shape[axis] as number;
    return { value, place: { offset, strides } };
  });
}

/** A view node that no pass has seen: made for a kernel that needs it. */
function view<Op extends "broadcast" | "slice">(op: Op, params: IrNodeOf<Op>["params"], of: IrNode, shape: readonly number[]): IrNode {
  const { dtype, scope, epoch, id } = of;
  return { id, op, params, inputs: [of], dtype, shape, size: sizeOf(shape), scope, epoch } as unknown as IrNode;
}

/** First the padding value everywhere (where any is to be seen), then what is left of x after negative padding crops it. */
export function padPieces(node: IrNodeOf<"pad">): Piece[] {
  const [x, filler] = node.inputs as [IrNode, IrNode];
  const { low, interior } = node.params;
  const strides = contiguousStrides(node.shape);
  const start: number[] = [];
  const limit: number[] = [];
  let offset = 0;
  node.shape.forEach((dim, axis) => {
    const step = (interior[axis] as number) + 1;
    const before = low[axis] as number;
    const first = before < 0 ? Math.ceil(-before / step) : 0;
    const last = Math.min((x.shape[axis] as number) - 1, Math.floor((dim - 1 - before) / step));
    start.push(first);
    limit.push(Math.max(first, last + 1));
    offset += (before + first * step) * (strides[axis] as number);
  });
  const kept = start.map((first, axis) => (limit[axis] as number) - first);
  const whole = kept.every((dim, axis) => dim === x.shape[axis]);
  const visible = whole ? x : view("slice", { start, limit, strides: start.map(() => 1) }, x, kept);
  const inner: Piece = {
    value: visible,
    place: { offset, strides: strides.map((stride, axis) => stride * ((interior[axis] as number) + 1)) },
  };
  if (visible.size === node.size) return [inner];
  return [{ value: view("broadcast", { shape: node.shape }, filler, node.shape), place: { offset: 0, strides } }, inner];
}
