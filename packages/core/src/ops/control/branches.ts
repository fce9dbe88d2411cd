/** Choices between functions by data. */
import { ShapeError, ValueError } from "../../errors.ts";
import { bind } from "../../graph/bind.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { flattenTree } from "../../tree.ts";
import { describe, indexInput, input } from "../support/input.ts";
import { requireFunction, shareCaptures, traceBody, treeOf } from "./bodies.ts";
import { keysOfOne } from "./draws.ts";

function branch(op: string, predicate: Value, trueFn: () => unknown, falseFn: () => unknown): unknown {
  const then = traceBody(op, [], trueFn);
  const otherwise = traceBody(op, [], falseFn);
  if (flattenTree(then.result).length !== flattenTree(otherwise.result).length) {
    throw new ValueError(
      `[${op}] both functions must return the same structure: received ${flattenTree(then.result).length} and ${flattenTree(otherwise.result).length} tensors`,
    );
  }
  const { graphs, captures } = shareCaptures([then, otherwise], [0, 0]);
  const [first, second] = graphs as [(typeof graphs)[0], (typeof graphs)[0]];
  const keys = keysOfOne([...then.draws, ...otherwise.draws]);
  const operands = captures.map((capture) => keys.get(capture) ?? capture);
  return treeOf(then.result, bind("cond", [predicate, ...operands], { then: first, otherwise: second }));
}

/**
 * The results of `trueFn` if `pred` holds, else of `falseFn`: only one of them is computed. Both return the same structure of tensors of the
 * same shapes and dtypes. A plain boolean chooses at once.
 *
 * `pred` has one element, of any shape; the results have the shapes that the functions give.
 *
 * @param pred A scalar; what is not 0 is true.
 *
 * @throws ShapeError when `pred` has more than one element; ValueError when one of the branches is no function, or they return different
 * structures.
 *
 * @example
 * const x = tensor([1, 2]);
 * ops.cond(x.sum().less(5), () => x.mul(10), () => x); // [10, 20]
 */
export function cond<R>(pred: TensorLike, trueFn: () => R, falseFn: () => R): R {
  requireFunction("cond", trueFn, "trueFn");
  requireFunction("cond", falseFn, "falseFn");
  if (typeof pred === "boolean" || typeof pred === "number") return pred ? trueFn() : falseFn();
  const value = input("cond", pred, "pred");
  if (value.shape.some((dim) => dim !== 1))
    throw new ShapeError(`[cond] pred must be a scalar: received ${formatAval(value)}; reduce it with ops.any or ops.all`);
  return branch("cond", build.reshape(build.cast(value, "bool"), []), trueFn, falseFn) as R;
}

/**
 * The results of the `index`-th of `branches`, called with the operands; an index outside is moved to the nearest one.
 *
 * @param index An integer scalar.
 *
 * @example
 * ops.switch(1, [() => tensor([1]), () => tensor([2])]); // [2]
 */
export function switchCase<R>(
  index: TensorLike,
  branches: readonly ((...operands: readonly TensorLike[]) => R)[],
  ...operands: readonly TensorLike[]
): R {
  if (!Array.isArray(branches) || branches.length === 0)
    throw new ValueError(`[switch] branches must be an array of functions: received ${describe(branches)}`);
  branches.forEach((fn, i) => requireFunction("switch", fn, `branches[${i}]`));
  const call = (i: number): R => (branches[i] as (...operands: readonly TensorLike[]) => R)(...operands);
  if (typeof index === "number") return call(Math.min(Math.max(index, 0), branches.length - 1));
  const place = indexInput("switch", index, "index");
  const from = (i: number): R =>
    i === branches.length - 1
      ? call(i)
      : (branch(
          "switch",
          build.le(place, i),
          () => call(i),
          () => from(i + 1),
        ) as R);
  return from(0);
}
