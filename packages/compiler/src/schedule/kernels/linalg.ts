/** Factorizations and solvers of matrices. */
import type { Aval } from "@neurite/core";
import type { IrNode, IrNodeOf } from "../../ir/node.ts";
import { sizeOf } from "../../ir/node.ts";
import type { LinalgKernel, LinalgName, View } from "../../plan/plan.ts";
import { type LoweringContext, groupedView } from "./body.ts";

type LinalgNode = { [Op in LinalgName]: IrNodeOf<Op> }[LinalgName];

/** Shapes and dtypes of all outputs, as core infers them. */
export function linalgOutputs(node: LinalgNode): readonly Aval[] {
  const x = node.inputs[0] as IrNode;
  const batch = x.shape.slice(0, -2);
  const [m, n] = x.shape.slice(-2) as [number, number];
  const k = Math.min(m, n);
  const aval = (dtype: Aval["dtype"], ...shape: number[]): Aval => ({ dtype, shape: [...batch, ...shape] });
  switch (node.op) {
    case "cholesky":
    case "triangular_solve":
      return [{ dtype: node.dtype, shape: node.shape }];
    case "lu":
      return [aval(x.dtype, m, n), aval("int32", k), aval("int32", m)];
    case "qr": {
      const rank = node.params.full ? m : k;
      return [aval(x.dtype, m, rank), aval(x.dtype, rank, n)];
    }
    case "svd": {
      const { full } = node.params;
      return [aval(x.dtype, m, full ? m : k), aval(x.dtype, k), aval(x.dtype, full ? n : k, n)];
    }
    case "eigh":
      return [aval(x.dtype, n), aval(x.dtype, n, n)];
    case "eig":
      return [aval("complex64", n), aval("complex64", n, n)];
  }
}

/** `outputs`: slots that receive all outputs, each row-major. */
export function linalgKernel(node: LinalgNode, outputs: readonly number[], context: LoweringContext): LinalgKernel {
  const x = node.inputs[0] as IrNode;
  const rank = x.shape.length;
  const batch = sizeOf(x.shape.slice(0, -2));
  const [m, n] = x.shape.slice(-2) as [number, number];
  const flags = { lower: false, transpose: false, unitDiagonal: false, full: false };
  const avals = linalgOutputs(node);
  return {
    kind: "linalg",
    op: node.op,
    dtype: x.dtype,
    batch,
    m,
    n,
    columns: node.op === "triangular_solve" ? (node.shape[rank - 1] as number) : 0,
    ...flags,
    ...node.params,
    inputs: node.inputs.map((input) => groupedView(context, input, [rank - 2, 1, 1])),
    outputs: outputs.map((slot, i): View => {
      const shape = (avals[i] as Aval).shape.slice(rank - 2);
      const [rows, columns] = shape as [number, number | undefined];
      const strides = columns === undefined ? [rows, 1] : [rows * columns, columns, 1];
      return { buffer: slot, offset: 0, strides };
    }),
  };
}
