/** Matrix multiplication. */
import { ShapeError } from "../errors.ts";
import { compatibleShapes, mergeShapes, sameDim } from "../shapes/dims.ts";
import { formatAval } from "../shapes/format.ts";
import type { Value } from "../graph/value.ts";
import { allBatched, canFold, foldInto, unfoldFrom } from "./batching.ts";
import { conj, dot, matrixTranspose } from "./build.ts";
import { requireCount, requireDType, requireRank, requireSameDType } from "./checks.ts";
import type { BatchContext, PrimitiveTable } from "./primitive.ts";

/** One operand for all examples: the others' examples are more rows (or columns) of one product. */
function batchedDot(context: BatchContext<"dot">): readonly Value[] {
  const [lhs, rhs] = context.inputs;
  const { batched, size } = context;
  if (batched[0] === batched[1] || !canFold(size)) return [dot(...(allBatched(context) as [Value, Value]))];
  const rows = (batched[0] ? rhs : lhs).shape.length - 2;
  if (batched[0]) return [unfoldFrom(dot(foldInto(lhs, rows), rhs), rows, size)];
  return [unfoldFrom(dot(lhs, foldInto(rhs, rows + 1)), rows + 1, size)];
}

export const dotPrimitives: Pick<PrimitiveTable, "dot"> = {
  dot: {
    infer: (inputs) => {
      requireCount("dot", inputs, 2);
      const [lhs, rhs] = inputs;
      requireSameDType("dot", lhs, rhs);
      requireDType("dot", "number", lhs);
      requireRank("dot", lhs, 2);
      requireRank("dot", rhs, 2);
      const operands = `${formatAval(lhs)} · ${formatAval(rhs)}`;
      const inner = lhs.shape[lhs.shape.length - 1];
      const [rhsInner, columns] = rhs.shape.slice(-2);
      if (!sameDim(inner, rhsInner)) {
        throw new ShapeError(`[dot] inner dimensions differ: ${operands} (${inner} ≠ ${rhsInner})`);
      }
      const batch = lhs.shape.slice(0, -2);
      const rhsBatch = rhs.shape.slice(0, -2);
      if (!compatibleShapes(batch, rhsBatch)) throw new ShapeError(`[dot] batch dimensions differ: ${operands}`);
      return [{ dtype: lhs.dtype, shape: [...mergeShapes(batch, rhsBatch), lhs.shape[lhs.shape.length - 2], columns] }];
    },
    vjp: ({ inputs: [lhs, rhs], cotangents: [ct], needs }) => [
      needs[0] && ct !== null ? dot(ct, conj(matrixTranspose(rhs))) : null,
      needs[1] && ct !== null ? dot(conj(matrixTranspose(lhs)), ct) : null,
    ],
    batch: batchedDot,
  },
};
