/** Rewrites primitives on dtypes that a backend's structured kernels do not know into those that they do. */
import type { DType, PrimitiveName } from "@neurite/core";
import type { Builder } from "../ir/builder.ts";
import type { IrNode, IrNodeOf } from "../ir/node.ts";
import { lowerComplexArithmetic } from "./complex/lower-complex.ts";

/**
 * Families of dtypes that structured primitives (products, windows, running reductions, sorting, scatters) are rewritten for:
 * - `half`: float16 and bfloat16 are computed in float32 and rounded once, at the end;
 * - `byte`: int8 and uint8 are computed in int32, of which the low bits are what 8-bit arithmetic would give;
 * - `complex products in float64`: complex64 is computed on its real and imaginary parts, where the primitive allows that, and products of those
 *   parts are float64 until they are done;
 * - `complex`: the same, products in float32, and elementwise primitives and Fourier transforms too. Left are running products and scatters, which
 *   must know how complex numbers are added and multiplied.
 *
 * Other elementwise primitives, views, and what only moves elements stay as they are.
 */
export type DTypeLowering = "half" | "byte" | "complex" | "complex products in float64";

const halves: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  "dot",
  "conv",
  "reduce_window",
  "window_gather",
  "window_scatter",
  "cumulative",
  "argreduce",
  "argsort",
  "scatter",
]);

/** Index reductions, sorting and scatters of bytes need no wider arithmetic. */
const bytes: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  "dot",
  "conv",
  "reduce_window",
  "window_gather",
  "window_scatter",
  "cumulative",
]);

/** The dtype that a family's primitives are computed in. */
const wider: Partial<Record<DType, { readonly family: DTypeLowering; readonly dtype: DType; readonly ops: ReadonlySet<string> }>> = {
  float16: { family: "half", dtype: "float32", ops: halves },
  bfloat16: { family: "half", dtype: "float32", ops: halves },
  int8: { family: "byte", dtype: "int32", ops: bytes },
  uint8: { family: "byte", dtype: "int32", ops: bytes },
};

/** The same value by way of other dtypes, or null where `node` may stay. */
export function lowerDType(node: IrNode, lowering: ReadonlySet<DTypeLowering>, builder: Builder): IrNode | null {
  const dtype = node.inputs[0]?.dtype;
  if (dtype === "complex64") {
    if (lowering.has("complex")) return lowerComplexArithmetic(node, builder) ?? lowerComplex(node, "float32", builder);
    return lowering.has("complex products in float64") ? lowerComplex(node, "float64", builder) : null;
  }
  const wide = dtype === undefined ? undefined : wider[dtype];
  if (wide === undefined || !lowering.has(wide.family) || !wide.ops.has(node.op)) return null;
  // Replacing elements moves bits.
  if (node.op === "scatter" && node.params.op === "set") return null;
  const inputs = node.inputs.map((input) => (input.dtype === dtype ? cast(input, wide.dtype, builder) : input));
  const result = node.dtype === dtype ? wide.dtype : node.dtype;
  const computed = builder.add(node.op, node.params as never, inputs, result, node.shape);
  return result === node.dtype ? computed : cast(computed, node.dtype, builder);
}

function cast(x: IrNode, dtype: DType, builder: Builder): IrNode {
  return builder.add("cast", { dtype }, [x], dtype, x.shape);
}

/** `productType`: of the products of parts. */
function lowerComplex(node: IrNode, productType: DType, builder: Builder): IrNode | null {
  const part = (op: "real" | "imag", i: number): IrNode => {
    const x = node.inputs[i] as IrNode;
    return builder.add(op, {}, [x], "float32", x.shape);
  };
  /** `node` on real operands. */
  const same = (inputs: readonly IrNode[]): IrNode => builder.add(node.op, node.params as never, inputs, "float32", node.shape);
  const join = (re: IrNode, im: IrNode): IrNode => builder.add("complex", {}, [re, im], "complex64", node.shape);
  switch (node.op) {
    case "dot":
    case "conv": {
      const wide = (op: "real" | "imag", i: number): IrNode => {
        const narrow = part(op, i);
        return productType === "float32" ? narrow : cast(narrow, productType, builder);
      };
      const [a, b, c, d] = [wide("real", 0), wide("imag", 0), wide("real", 1), wide("imag", 1)] as const;
      const product = (x: IrNode, y: IrNode): IrNode => builder.add(node.op, node.params as never, [x, y], productType, node.shape);
      const combine = (op: "add" | "sub", x: IrNode, y: IrNode): IrNode => {
        const sum = builder.add(op, {}, [x, y], productType, node.shape);
        return productType === "float32" ? sum : cast(sum, "float32", builder);
      };
      return join(combine("sub", product(a, c), product(b, d)), combine("add", product(a, d), product(b, c)));
    }
    case "reduce":
      return node.params.op === "sum" ? join(same([part("real", 0)]), same([part("imag", 0)])) : runningProduct(node, builder);
    case "cumulative":
      return node.params.op === "sum" ? join(same([part("real", 0)]), same([part("imag", 0)])) : null;
    case "reduce_window":
      return join(same([part("real", 0)]), same([part("imag", 0)]));
    default:
      return null;
  }
}

/** A product of complex numbers along axes: the last of the running products along each. */
function runningProduct(node: IrNodeOf<"reduce">, builder: Builder): IrNode | null {
  let x = node.inputs[0] as IrNode;
  if (x.size === 0) return null;
  for (const axis of node.params.axes) {
    const last = (x.shape[axis] as number) - 1;
    if (last === 0) continue;
    const products = builder.add("cumulative", { op: "prod", axis, reverse: false }, [x], x.dtype, x.shape);
    const start = x.shape.map((_, i) => (i === axis ? last : 0));
    const shape = x.shape.map((dim, i) => (i === axis ? 1 : dim));
    x = builder.add("slice", { start, limit: x.shape, strides: shape.map(() => 1) }, [products], x.dtype, shape);
  }
  return builder.reshape(x, node.shape);
}
