/** Reading and writing at computed indices. */
import { DTypeError } from "../errors.ts";
import type { Aval, Shape } from "../graph/value.ts";
import { formatAval } from "../shapes/format.ts";
import { requireAxis, requireCount, requireMatch, requireSameDType } from "./checks.ts";
import type { PrimitiveTable } from "./primitive.ts";

/** [...a, K, ...b] with K replaced by the indices' shape. */
function gatheredShape(op: string, x: Aval, indices: Aval, axis: number): Shape {
  requireAxis(op, axis, x);
  if (indices.dtype !== "int32") throw new DTypeError(`[${op}] indices must be int32: received ${formatAval(indices)}`);
  return [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
}

export const indexingPrimitives: Pick<PrimitiveTable, "gather" | "scatter"> = {
  gather: {
    infer: (inputs, { axis }) => {
      requireCount("gather", inputs, 2);
      const [x, indices] = inputs;
      return [{ dtype: x.dtype, shape: gatheredShape("gather", x, indices, axis) }];
    },
    vjp: "undefined",
  },
  scatter: {
    infer: (inputs, { axis, op }) => {
      requireCount("scatter", inputs, 3);
      const [x, indices, updates] = inputs;
      requireSameDType("scatter", x, updates);
      if ((x.dtype === "bool" && op !== "set") || (x.dtype === "complex64" && (op === "max" || op === "min"))) {
        throw new DTypeError(`[scatter] ${op} does not take ${x.dtype}: received ${formatAval(x)}`);
      }
      const expected = { dtype: x.dtype, shape: gatheredShape("scatter", x, indices, axis) };
      requireMatch("scatter", "updates must have the shape of what is gathered", updates, expected);
      return [x];
    },
    vjp: "undefined",
  },
};
