/** Matrix multiplication. */
import { ShapeError } from "../errors.ts";
import { compatibleShapes, mergeShapes, sameDim } from "../shapes/dims.ts";
import { formatAval } from "../shapes/format.ts";
import { conj, dot, matrixTranspose } from "./build.ts";
import { requireCount, requireDType, requireRank, requireSameDType } from "./checks.ts";
import type { PrimitiveTable } from "./primitive.ts";

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
  },
};
