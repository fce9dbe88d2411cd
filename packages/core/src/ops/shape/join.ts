/** Several tensors put together. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { compatibleShapes } from "../../shapes/dims.ts";
import { formatAval, formatAvals } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { axisOf } from "../support/axes.ts";
import { inputList, operands, strongPair } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { flattened } from "./reshape.ts";

function listOperands(name: string, xs: readonly TensorLike[], param = "xs"): Value[] {
  const list = inputList(name, xs, param);
  return operands(
    name,
    list,
    list.map((_, i) => `${param}[${i}]`),
  );
}

/** Values of one dtype joined along an axis; their other sizes must agree. */
function joined(name: string, values: readonly Value[], axis: number): Value {
  const first = values[0] as Value;
  if (first.shape.length === 0) throw new ShapeError(`[${name}] scalars cannot be joined: received ${formatAvals(values)}; use ops.stack`);
  const place = axisOf(name, axis, first);
  for (const value of values) {
    const fits =
      value.shape.length === first.shape.length &&
      value.shape.every((dim, i) => i === place || compatibleShapes([dim], [first.shape[i] as number]));
    if (!fits) {
      throw new ShapeError(`[${name}] sizes must agree except along axis ${place}: received ${formatAvals(values)}`);
    }
  }
  return build.concat(values, place);
}

/**
 * Tensors joined along an existing axis: [n, k] and [m, k] give [n + m, k]. The other sizes must agree. dtypes are promoted.
 *
 * @param options `axis`: default 0.
 *
 * @throws ShapeError when the other sizes or ranks differ, or for scalars; ValueError for an empty list.
 *
 * @example
 * ops.concatenate([ops.zeros([2, 3]), ops.ones([2, 1])], { axis: -1 }).shape // [2, 4]
 */
export const concatenate: Op<[xs: readonly TensorLike[], options?: { readonly axis?: number }]> = op(
  "concatenate",
  ["xs"],
  (xs: readonly TensorLike[], options: { readonly axis?: number } = {}) =>
    new Tensor(joined("concatenate", listOperands("concatenate", xs), options.axis ?? 0)),
);

/**
 * Tensors of one shape joined along a new axis: n times [...] give [n, ...].
 *
 * @param options `axis` of the result: default 0.
 *
 * @throws ShapeError when the shapes differ or the axis is out of range; ValueError for an empty list.
 *
 * @example
 * ops.stack([tensor([1, 2]), tensor([3, 4])]); // [[1, 2], [3, 4]]
 */
export const stack: Op<[x: readonly TensorLike[], options?: { readonly axis?: number }]> = op(
  "stack",
  ["x"],
  (x: readonly TensorLike[], options: { readonly axis?: number } = {}) => {
    const values = listOperands("stack", x, "x");
    const first = values[0] as Value;
    if (!values.every(({ shape }) => compatibleShapes(shape, first.shape))) {
      throw new ShapeError(`[stack] shapes must be equal: received ${formatAvals(values)}`);
    }
    const axis = axisOf("stack", options.axis ?? 0, first, "axis", 1);
    const inserted = values.map((value) => build.reshape(value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)]));
    return new Tensor(build.concat(inserted, axis));
  },
);

/**
 * Joined along the second axis, [m, a] and [m, b] giving [m, a + b]; vectors (and scalars) along their only one.
 *
 * @throws ShapeError when sizes differ along another axis; ValueError for an empty list.
 *
 * @example
 * ops.hstack([tensor([1, 2]), tensor([3, 4])]); // [1, 2, 3, 4]
 */
export const hstack: Op<[xs: readonly TensorLike[]]> = op("hstack", ["xs"], (xs: readonly TensorLike[]) => {
  const values = listOperands("hstack", xs).map((value) => (value.shape.length === 0 ? build.reshape(value, [1]) : value));
  return new Tensor(joined("hstack", values, (values[0] as Value).shape.length === 1 ? 0 : 1));
});

/**
 * Joined along the first axis, [a, n] and [b, n] giving [a + b, n]; vectors [n] count as rows [1, n].
 *
 * @throws ShapeError when sizes differ along another axis; ValueError for an empty list.
 *
 * @example
 * ops.vstack([tensor([1, 2]), tensor([3, 4])]); // [[1, 2], [3, 4]]
 */
export const vstack: Op<[xs: readonly TensorLike[]]> = op("vstack", ["xs"], (xs: readonly TensorLike[]) => {
  const values = listOperands("vstack", xs).map((value) => {
    const { shape } = value;
    return shape.length < 2 ? build.reshape(value, [1, shape[0] ?? 1]) : value;
  });
  return new Tensor(joined("vstack", values, 0));
});

/**
 * Joined along the third axis; vectors become [1, n, 1], matrices [m, n, 1].
 *
 * @throws ShapeError when sizes differ along another axis; ValueError for an empty list.
 *
 * @example
 * ops.dstack([tensor([1, 2]), tensor([3, 4])]); // [[[1, 3], [2, 4]]]
 */
export const dstack: Op<[xs: readonly TensorLike[]]> = op("dstack", ["xs"], (xs: readonly TensorLike[]) => {
  const values = listOperands("dstack", xs).map((value) => {
    const { shape } = value;
    if (shape.length > 2) return value;
    return build.reshape(value, shape.length === 2 ? [...shape, 1] : [1, shape[0] ?? 1, 1]);
  });
  return new Tensor(joined("dstack", values, 2));
});

/**
 * `x2` after `x1`: both flattened to [n + m] by default (`axis` null), else along `axis`.
 *
 * @throws ShapeError when, with an axis, the ranks or the other sizes differ.
 *
 * @example
 * ops.append(tensor([1, 2]), tensor([3])); // [1, 2, 3]
 */
export const append: Op<[x1: TensorLike, x2: TensorLike, options?: { readonly axis?: number | null }]> = op(
  "append",
  ["x1", "x2"],
  (x1: TensorLike, x2: TensorLike, options: { readonly axis?: number | null } = {}) => {
    const values = strongPair("append", x1, x2);
    const { axis } = options;
    if (axis === undefined || axis === null) return new Tensor(build.concat(values.map(flattened), 0));
    if ((values[0] as Value).shape.length !== (values[1] as Value).shape.length) {
      throw new ShapeError(`[append] ranks differ: received ${formatAval(values[0] as Value)} and ${formatAval(values[1] as Value)}`);
    }
    return new Tensor(joined("append", values, axis));
  },
);
