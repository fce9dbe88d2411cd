import { isFloating } from "@neurite/core";
import type { Builder } from "../../ir/builder.ts";
import type { IrNode } from "../../ir/node.ts";
import { constantNumber, number, stretched } from "./values.ts";

/** Rules of binary arithmetic and comparisons. */
export function simplifyBinary(node: IrNode, builder: Builder): IrNode | null {
  const [a, b] = node.inputs as [IrNode, IrNode];
  const left = constantNumber(a);
  const right = constantNumber(b);
  const floating = isFloating(a.dtype);
  switch (node.op) {
    case "add":
      // x + 0 is not x for x = -0.
      if (right !== null && (floating ? Object.is(right, -0) : right === 0)) return stretched(a, node.shape, builder);
      if (left !== null && (floating ? Object.is(left, -0) : left === 0)) return stretched(b, node.shape, builder);
      if (b.op === "neg") return instead(node, "sub", a, b.inputs[0] as IrNode, builder);
      if (a.op === "neg") return instead(node, "sub", b, a.inputs[0] as IrNode, builder);
      return null;
    case "sub":
      if (right !== null && (floating ? Object.is(right, 0) : right === 0)) return stretched(a, node.shape, builder);
      if (left !== null && (floating ? Object.is(left, -0) : left === 0)) return negated(node, b, builder);
      if (b.op === "neg") return instead(node, "add", a, b.inputs[0] as IrNode, builder);
      return null;
    case "mul":
      if (right === 1) return stretched(a, node.shape, builder);
      if (left === 1) return stretched(b, node.shape, builder);
      if (right === -1) return negated(node, a, builder);
      if (left === -1) return negated(node, b, builder);
      if (a.op === "neg" && b.op === "neg") return instead(node, "mul", a.inputs[0] as IrNode, b.inputs[0] as IrNode, builder);
      return null;
    case "div":
      if (right === 1) return stretched(a, node.shape, builder);
      if (right === -1) return negated(node, a, builder);
      if (right !== null && floating && isPowerOfTwo(right)) return instead(node, "mul", a, number(1 / right, b, builder), builder);
      return null;
    case "pow":
      return right === null ? null : power(node, a, right, builder);
    case "max":
    case "min":
      return a === b ? a : null;
    case "lt":
    case "le":
      return compareClamped(node, a, b, builder);
    default:
      return null;
  }
}

/** Another binary op in the place of `node`. */
function instead(node: IrNode, op: "add" | "sub" | "mul", x: IrNode, y: IrNode, builder: Builder): IrNode {
  return builder.add(op, {}, [x, y], node.dtype, node.shape);
}

/** `-x` in the place of `node`. */
function negated(node: IrNode, x: IrNode, builder: Builder): IrNode {
  return stretched(builder.add("neg", {}, [x], x.dtype, x.shape), node.shape, builder);
}

/** Powers whose reciprocal is exact in every floating dtype. */
function isPowerOfTwo(x: number): boolean {
  const exponent = Math.log2(Math.abs(x));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 14;
}

/** Small whole exponents by multiplication. */
function power(node: IrNode, x: IrNode, exponent: number, builder: Builder): IrNode | null {
  const times = (a: IrNode, b: IrNode): IrNode => builder.add("mul", {}, [a, b], node.dtype, x.shape);
  switch (exponent) {
    case 0:
      return stretched(number(1, x, builder), node.shape, builder);
    case 1:
      return stretched(x, node.shape, builder);
    case 2:
      return stretched(times(x, x), node.shape, builder);
    case 3:
      return stretched(times(times(x, x), x), node.shape, builder);
    case 4: {
      const square = times(x, x);
      return stretched(times(square, square), node.shape, builder);
    }
    case -1:
      if (!isFloating(x.dtype)) return null;
      return stretched(builder.add("div", {}, [number(1, x, builder), x], x.dtype, x.shape), node.shape, builder);
    default:
      return null;
  }
}

/**
 * Which side of a bound x lies on can be seen on x clamped to that bound as well: x <= 0 where max(x, 0) <= 0. The clamped value
 * is kept for other reasons (it is what a relu gives), so that x itself need not be: a relu's gradient reads its result.
 */
function compareClamped(node: IrNode, a: IrNode, b: IrNode, builder: Builder): IrNode | null {
  // With the bound on the left, x <= bound reads bound < x, and the other way around.
  const bound = constantNumber(a) !== null ? a : constantNumber(b) !== null ? b : null;
  if (bound === null || bound.size !== 1) return null;
  const x = bound === a ? b : a;
  // lt(c, x) and le(x, c) tell above from not above; lt(x, c) and le(c, x) below from not below.
  const op = (node.op === "lt") === (bound === a) ? "max" : "min";
  const clamped = builder.find(op, x, bound) ?? builder.find(op, bound, x);
  if (clamped === null) return null;
  return builder.add(node.op as "lt", {}, bound === a ? [bound, clamped] : [clamped, bound], node.dtype, node.shape);
}
