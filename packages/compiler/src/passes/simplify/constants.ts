import type { DType } from "@neurite/core";
import type { Builder } from "../../ir/builder.ts";
import { isBinary, isElementwise, isUnary } from "../../ir/classify.ts";
import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import { binaryNumber, castNumber, unaryNumber } from "../../numbers/scalar.ts";
import { sameNumbers } from "../../views/strides.ts";
import { stretched } from "./values.ts";

/** Dtypes whose arithmetic on the host is that of a device, up to rounding. */
const foldable: ReadonlySet<DType> = new Set<DType>(["bool", "int8", "uint8", "int32", "uint32", "float32", "float64"]);

/** Computes elementwise nodes of 0-d constants. */
export function foldConstants(node: IrNode, builder: Builder): IrNode | null {
  if (!isElementwise(node) || node.op === "check" || node.op === "bitcast" || !foldable.has(node.dtype)) return null;
  if (!node.inputs.every((input) => input.op === "constant" && foldable.has(input.dtype))) return null;
  const [a, b, c] = node.inputs.map((input) => Number((input as IrNodeOf<"constant">).params.value)) as [number, number, number];
  const dtype = (node.inputs[0] as IrNode).dtype;
  let value: number;
  if (node.op === "select") value = a !== 0 ? b : c;
  else if (node.op === "cast") value = castNumber(a, dtype, node.dtype);
  else if (isBinary(node.op)) {
    // A device reports integer division by zero when it happens.
    if ((node.op === "div" || node.op === "rem") && b === 0 && !dtype.startsWith("float")) return null;
    value = binaryNumber(node.op, a, b, dtype);
  } else if (isUnary(node.op)) value = unaryNumber(node.op, a, node.dtype);
  else return null;
  if (node.dtype === "float32") value = Math.fround(value);
  return builder.constant(node.dtype === "bool" ? value !== 0 : value, node.dtype);
}

/**
 * Broadcasts come after arithmetic, not before: what can be computed before its operands are stretched is, and an operand that
 * the others stretch anyway is taken as it is.
 */
export function broadcastLast(node: IrNode, builder: Builder): IrNode | null {
  if (!isElementwise(node) || node.op === "check" || !node.inputs.some((input) => input.op === "broadcast")) return null;
  const bare = node.inputs.map((input) => (input.op === "broadcast" ? (input.inputs[0] as IrNode) : input));
  const add = (inputs: readonly IrNode[], shape: readonly number[]): IrNode =>
    builder.add(node.op as "select", node.params as never, inputs, node.dtype, shape);
  const joint = jointShape(bare);
  if (sizeOf(joint) < node.size) return stretched(add(bare, joint), node.shape, builder);
  const keeps = (i: number): boolean =>
    node.inputs.some((input, j) => j !== i && sameNumbers(input.shape, node.shape) && (j > i || input.op !== "broadcast"));
  const inputs = node.inputs.map((input, i) => (input.op === "broadcast" && keeps(i) ? (bare[i] as IrNode) : input));
  return inputs.every((input, i) => input === node.inputs[i]) ? null : add(inputs, node.shape);
}

/** What NumPy broadcasting makes of the operands' shapes. */
export function jointShape(operands: readonly IrNode[]): number[] {
  const rank = Math.max(...operands.map((operand) => operand.shape.length));
  const shape = new Array<number>(rank).fill(1);
  for (const operand of operands) {
    const lead = rank - operand.shape.length;
    operand.shape.forEach((dim, axis) => {
      if (dim !== 1) shape[axis + lead] = dim;
    });
  }
  return shape;
}
