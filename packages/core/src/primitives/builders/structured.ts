/** Builders of reductions, products, windows and what works by indices; and of whole bodies. */
import { bind, bindOne } from "../../graph/bind.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Value } from "../../graph/value.ts";
import type { NoParams, PrimitiveParams, ReduceOp, ScatterOp, WindowParams } from "../params.ts";
import { reshape } from "./arrays.ts";

const none: NoParams = {};

/**
 * `x` reduced by `op` over `axes`, which are dropped.
 *
 * @example
 * new Tensor(build.reduce("max", tensor([[1, 2], [3, 4]]).value, [1])); // [2, 4]
 */
export function reduce(op: ReduceOp, x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : bindOne("reduce", [x], { op, axes });
}

/**
 * The sum over `axes`, which are dropped.
 *
 * @example
 * new Tensor(build.sum(tensor([[1, 2], [3, 4]]).value, [0])); // [4, 6]
 */
export const sum = (x: Value, axes: readonly number[]): Value => reduce("sum", x, axes);

/**
 * {@link reduce} that keeps the reduced axes with size 1.
 *
 * @example
 * new Tensor(build.reduceKeep("sum", tensor([[1, 2], [3, 4]]).value, [1])); // [[3], [7]]
 */
export function reduceKeep(op: ReduceOp, x: Value, axes: readonly number[]): Value {
  return reshape(
    reduce(op, x, axes),
    x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
  );
}

/**
 * Where along `axis`, which is dropped, the first largest or smallest element is: int32.
 *
 * @throws ShapeError for an axis of size 0; DTypeError for complex values.
 *
 * @example
 * new Tensor(build.argreduce("max", tensor([3, 9, 5]).value, 0)); // 1
 */
export function argreduce(op: "max" | "min", x: Value, axis: number): Value {
  return bindOne("argreduce", [x], { op, axis });
}

/**
 * The matrix product of the last two axes, those before them batches.
 *
 * @example
 * new Tensor(build.dot(tensor([[1, 2]]).value, tensor([[3], [4]]).value)); // [[11]]
 */
export function dot(lhs: Value, rhs: Value): Value {
  return bindOne("dot", [lhs, rhs], none);
}

/**
 * Convolution of `lhs` [groups, batch, ...spatial, channels] with kernels `rhs` [groups, ...window, channels, features]: [groups, batch,
 * ...out, features].
 *
 * @example
 * const x = tensor([1, 2, 3]).reshape([1, 1, 3, 1]).value;
 * const kernel = tensor([1, 1]).reshape([1, 2, 1, 1]).value;
 * const params = { strides: [1], padding: [[0, 0]], lhsDilation: [1], rhsDilation: [1] } as const;
 * new Tensor(build.conv(x, kernel, params)); // [[[[3], [5]]]]
 */
export function conv(lhs: Value, rhs: Value, params: PrimitiveParams["conv"]): Value {
  return bindOne("conv", [lhs, rhs], params);
}

/**
 * `x` reduced by `op` over windows that slide over it.
 *
 * @example
 * const window = { window: [2], strides: [2], padding: [[0, 0]], dilation: [1] } as const;
 * new Tensor(build.reduceWindow("sum", tensor([1, 2, 3, 4]).value, window)); // [3, 7]
 */
export function reduceWindow(op: "sum" | "max" | "min", x: Value, window: WindowParams): Value {
  return bindOne("reduce_window", [x], { ...window, op });
}

/**
 * The element of `y` at the place of the first largest or smallest element of `x` in each window; `y` of the shape of `x`.
 *
 * @throws ShapeError when `y` has another shape than `x`.
 *
 * @example
 * const window = { window: [2], strides: [2], padding: [[0, 0]], dilation: [1] } as const;
 * const [x, y] = [tensor([1, 2, 4, 3]).value, tensor([10, 20, 30, 40]).value];
 * new Tensor(build.windowGather("max", x, y, window)); // [20, 30]
 */
export function windowGather(op: "max" | "min", x: Value, y: Value, window: WindowParams): Value {
  return bindOne("window_gather", [x, y], { ...window, op });
}

/**
 * Zeros of the shape of `x`, with each element of `y` added at the place of the first largest or smallest element of `x` in its window.
 *
 * @throws ShapeError when `y` has not an element for each window.
 *
 * @example
 * const window = { window: [2], strides: [2], padding: [[0, 0]], dilation: [1] } as const;
 * const [x, y] = [tensor([1, 2, 4, 3]).value, tensor([5, 6]).value];
 * new Tensor(build.windowScatter("max", x, y, window)); // [0, 5, 6, 0]
 */
export function windowScatter(op: "max" | "min", x: Value, y: Value, window: WindowParams): Value {
  return bindOne("window_scatter", [x, y], { ...window, op });
}

/**
 * The slices of `x` along `axis` that `indices` name.
 *
 * @example
 * new Tensor(build.gather(tensor([10, 20, 30]).value, tensor(new Int32Array([2, 0])).value, 0)); // [30, 10]
 */
export function gather(x: Value, indices: Value, axis: number): Value {
  return bindOne("gather", [x, indices], { axis });
}

/**
 * `x` with `updates` brought in by `op` at `indices` along `axis`.
 *
 * @example
 * const [x, indices] = [ops.zeros([3]).value, tensor(new Int32Array([0, 2, 2])).value];
 * new Tensor(build.scatter("add", x, indices, tensor([1, 2, 3]).value, 0)); // [1, 0, 5]
 */
export function scatter(op: ScatterOp, x: Value, indices: Value, updates: Value, axis: number): Value {
  return bindOne("scatter", [x, indices, updates], { axis, op });
}

/**
 * Running reduction by `op` along `axis`, from its end with `reverse`.
 *
 * @example
 * new Tensor(build.cumulative("sum", tensor([1, 2, 3]).value, 0)); // [1, 3, 6]
 */
export function cumulative(op: ReduceOp, x: Value, axis: number, reverse = false): Value {
  return bindOne("cumulative", [x], { op, axis, reverse });
}

/**
 * The indices that sort `x` along `axis`.
 *
 * @example
 * new Tensor(build.argsort(tensor([3, 1, 2]).value, 0)); // [1, 2, 0]
 */
export function argsort(x: Value, axis: number, descending = false): Value {
  return bindOne("argsort", [x], { axis, descending });
}

/**
 * Puts the nodes of `body` into the current graph, its inputs replaced by `inputs`.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [2] }], ([x]) => [build.mul(x, 2)]);
 * build.inline(graph, [tensor([1, 2]).value]).map((x) => new Tensor(x)); // [[2, 4]]
 */
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
