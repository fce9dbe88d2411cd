/** Builders of reductions, products, windows and what works by indices; and of whole bodies. */
import { bind, bindOne } from "../../graph/bind.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Value } from "../../graph/value.ts";
import type { NoParams, PrimitiveParams, ReduceOp, ScatterOp, WindowParams } from "../params.ts";
import { reshape } from "./arrays.ts";

const none: NoParams = {};

/** `x` reduced by `op` over `axes`, which are dropped. */
export function reduce(op: ReduceOp, x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : bindOne("reduce", [x], { op, axes });
}

/** The sum over `axes`, which are dropped. */
export const sum = (x: Value, axes: readonly number[]): Value => reduce("sum", x, axes);

/** {@link reduce} that keeps the reduced axes with size 1. */
export function reduceKeep(op: ReduceOp, x: Value, axes: readonly number[]): Value {
  return reshape(
    reduce(op, x, axes),
    x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
  );
}

/** Where along `axis` the largest or smallest element is. */
export function argreduce(op: "max" | "min", x: Value, axis: number): Value {
  return bindOne("argreduce", [x], { op, axis });
}

/** The matrix product of the last two axes, those before them batches. */
export function dot(lhs: Value, rhs: Value): Value {
  return bindOne("dot", [lhs, rhs], none);
}

/** Convolution of `lhs` with the kernel `rhs`. */
export function conv(lhs: Value, rhs: Value, params: PrimitiveParams["conv"]): Value {
  return bindOne("conv", [lhs, rhs], params);
}

/** `x` reduced by `op` over windows that slide over it. */
export function reduceWindow(op: "sum" | "max" | "min", x: Value, window: WindowParams): Value {
  return bindOne("reduce_window", [x], { ...window, op });
}

/** The element of `y` at the place of the first largest or smallest element of `x` in each window; `y` of the shape of `x`. */
export function windowGather(op: "max" | "min", x: Value, y: Value, window: WindowParams): Value {
  return bindOne("window_gather", [x, y], { ...window, op });
}

/** Zeros of the shape of `x`, with each element of `y` added at the place of the first largest or smallest element of `x` in its window. */
export function windowScatter(op: "max" | "min", x: Value, y: Value, window: WindowParams): Value {
  return bindOne("window_scatter", [x, y], { ...window, op });
}

/** The slices of `x` along `axis` that `indices` name. */
export function gather(x: Value, indices: Value, axis: number): Value {
  return bindOne("gather", [x, indices], { axis });
}

/** `x` with `updates` brought in by `op` at `indices` along `axis`. */
export function scatter(op: ScatterOp, x: Value, indices: Value, updates: Value, axis: number): Value {
  return bindOne("scatter", [x, indices, updates], { axis, op });
}

/** Running reduction by `op` along `axis`, from its end with `reverse`. */
export function cumulative(op: ReduceOp, x: Value, axis: number, reverse = false): Value {
  return bindOne("cumulative", [x], { op, axis, reverse });
}

/** The indices that sort `x` along `axis`. */
export function argsort(x: Value, axis: number, descending = false): Value {
  return bindOne("argsort", [x], { axis, descending });
}

/** Puts the nodes of `body` into the current graph, its inputs replaced by `inputs`. */
export function inline(body: Graph, inputs: readonly Value[]): readonly Value[] {
  const map = new Map<Value, Value>();
  body.inputs.forEach((placeholder, i) => map.set(placeholder, inputs[i] as Value));
  const at = (value: Value): Value => map.get(value) as Value;
  for (const node of body.nodes) {
    const outputs = bind(node.op, node.inputs.map(at), node.params as never);
    node.outputs.forEach((output, i) => map.set(output, outputs[i] as Value));
  }
  return body.outputs.map(at);
}
