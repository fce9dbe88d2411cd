import { isFloating } from "@neurite/core";
import type { Builder } from "../../ir/builder.ts";
import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { number, stretched } from "./values.ts";

export function simplifyReduce(node: IrNodeOf<"reduce">, builder: Builder): IrNode | null {
  const x = node.inputs[0] as IrNode;
  const { op, axes } = node.params;
  if (x.op === "reduce" && x.params.op === op) {
    // The axes of the inner reduction, and of the outer one counted in the same shape.
    const kept = (x.inputs[0] as IrNode).shape.map((_, axis) => axis).filter((axis) => !x.params.axes.includes(axis));
    const all = [...x.params.axes, ...axes.map((axis) => kept[axis] as number)].sort((a, b) => a - b);
    return builder.add("reduce", { op, axes: all }, x.inputs, node.dtype, node.shape);
  }
  if (x.op === "broadcast") return reduceStretched(node, x, builder);
  if (x.op === "reshape" && op !== "prod") return reduceReshaped(node, x, builder);
  return null;
}

/** Along axes that a broadcast stretched all elements are the same: their sum is a product, their extreme one of them. */
function reduceStretched(node: IrNodeOf<"reduce">, x: IrNodeOf<"broadcast">, builder: Builder): IrNode | null {
  const { op, axes } = node.params;
  if (op === "prod" || (op === "sum" && !isFloating(node.dtype))) return null;
  const base = x.inputs[0] as IrNode;
  const lead = x.shape.length - base.shape.length;
  const stretchedAxes = axes.filter((axis) => axis < lead || ((base.shape[axis - lead] as number) === 1 && x.shape[axis] !== 1));
  if (stretchedAxes.length === 0) return null;
  const count = stretchedAxes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  // The same axes with size 1, dropped by a reshape; the others are reduced as before.
  const rest = axes.filter((axis) => !stretchedAxes.includes(axis));
  const keptAxes = x.shape.map((_, axis) => axis).filter((axis) => !stretchedAxes.includes(axis));
  const inner = builder.reshape(
    base,
    keptAxes.map((axis) => (axis < lead ? 1 : (base.shape[axis - lead] as number))),
  );
  let result = stretched(
    inner,
    keptAxes.map((axis) => x.shape[axis] as number),
    builder,
  );
  if (rest.length > 0) {
    const shape = node.shape;
    result = builder.add("reduce", { op, axes: rest.map((axis) => keptAxes.indexOf(axis)) }, [result], node.dtype, shape);
  }
  if (op !== "sum") return result;
  return builder.add("mul", {}, [result, number(count, node, builder)], node.dtype, node.shape);
}

/** Axes of size 1 that a reshape added are reduced by dropping them: less to see through for fusion. */
function reduceReshaped(node: IrNodeOf<"reduce">, x: IrNodeOf<"reshape">, builder: Builder): IrNode | null {
  const base = x.inputs[0] as IrNode;
  const { axes, op } = node.params;
  const real = x.shape.map((_, axis) => axis).filter((axis) => x.shape[axis] !== 1);
  const baseReal = base.shape.map((_, axis) => axis).filter((axis) => base.shape[axis] !== 1);
  if (real.length !== baseReal.length || real.some((axis, i) => x.shape[axis] !== base.shape[baseReal[i] as number])) return null;
  const baseAxes = real.flatMap((axis, i) => (axes.includes(axis) ? [baseReal[i] as number] : []));
  const shape = base.shape.filter((_, axis) => !baseAxes.includes(axis));
  const reduced = builder.add("reduce", { op, axes: baseAxes }, [base], node.dtype, shape);
  return builder.reshape(reduced, node.shape);
}
