import type { DType } from "@neurite/core";
import type { Builder } from "../../ir/builder.ts";
import type { IrNode } from "../../ir/node.ts";
import { constantNumber, stretched } from "./values.ts";

/** Rules of and, or, xor and not on bool; integers keep theirs. */
export function simplifyLogic(node: IrNode, builder: Builder): IrNode | null {
  const [a, b] = node.inputs as [IrNode, IrNode | undefined];
  if (b === undefined) return a.op === "not" ? (a.inputs[0] as IrNode) : null;
  if (a === b && node.op !== "xor") return a;
  if (node.dtype !== "bool") return null;
  for (const [constant, other] of [
    [constantNumber(a), b],
    [constantNumber(b), a],
  ] as const) {
    if (constant === null) continue;
    if (node.op === "and") return stretched(constant === 1 ? other : builder.constant(false, "bool"), node.shape, builder);
    if (node.op === "or") return stretched(constant === 0 ? other : builder.constant(true, "bool"), node.shape, builder);
    return stretched(constant === 0 ? other : builder.add("not", {}, [other], "bool", other.shape), node.shape, builder);
  }
  return null;
}

export function simplifySelect(node: IrNode, builder: Builder): IrNode | null {
  const [condition, a, b] = node.inputs as [IrNode, IrNode, IrNode];
  const known = constantNumber(condition);
  if (known !== null) return stretched(known !== 0 ? a : b, node.shape, builder);
  if (a === b) return stretched(a, node.shape, builder);
  if (condition.op === "not") {
    return builder.add("select", {}, [condition.inputs[0] as IrNode, b, a], node.dtype, node.shape);
  }
  return null;
}

/** For each dtype, the dtypes that hold all of its values. */
const holds: Partial<Record<DType, readonly DType[]>> = {
  bool: ["int8", "uint8", "int32", "uint32", "int64", "float16", "bfloat16", "float32", "float64"],
  int8: ["int32", "int64", "float16", "float32", "float64"],
  uint8: ["int32", "uint32", "int64", "float16", "float32", "float64"],
  int32: ["int64", "float64"],
  uint32: ["int64", "float64"],
  float16: ["float32", "float64"],
  bfloat16: ["float32", "float64"],
  float32: ["float64"],
};

/** Casts to the dtype a value has, and casts through a dtype that holds every value. */
export function simplifyCast(node: IrNode, builder: Builder): IrNode | null {
  const x = node.inputs[0] as IrNode;
  if (x.dtype === node.dtype) return x;
  if (x.op !== "cast") return null;
  const source = x.inputs[0] as IrNode;
  if (holds[source.dtype]?.includes(x.dtype) !== true) return null;
  if (source.dtype === node.dtype) return source;
  return builder.add("cast", { dtype: node.dtype }, [source], node.dtype, node.shape);
}
