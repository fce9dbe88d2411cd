/** Elementwise primitives of two operands. */
import type { DType } from "../dtypes/dtype.ts";
import { DTypeError } from "../errors.ts";
import type { Aval } from "../graph/value.ts";
import { broadcastShapes } from "../shapes/broadcast.ts";
import { formatAvals } from "../shapes/format.ts";
import { type DTypeClass, requireCount, requireDType, requireSameDType } from "./checks.ts";
import type { BinaryName, NoParams } from "./params.ts";
import type { PrimitiveTable } from "./primitive.ts";

function inferBinary(op: BinaryName, family: DTypeClass, result?: DType): (inputs: readonly Aval[], params: NoParams) => readonly Aval[] {
  return (inputs) => {
    requireCount(op, inputs, 2);
    const [a, b] = inputs;
    requireSameDType(op, a, b);
    requireDType(op, family, a);
    return [{ dtype: result ?? a.dtype, shape: broadcastShapes(op, a.shape, b.shape) }];
  };
}

export const binaryPrimitives: Pick<PrimitiveTable, BinaryName> = {
  add: { infer: inferBinary("add", "number"), vjp: "undefined" },
  sub: { infer: inferBinary("sub", "number"), vjp: "undefined" },
  mul: { infer: inferBinary("mul", "number"), vjp: "undefined" },
  div: { infer: inferBinary("div", "number"), vjp: "undefined" },
  rem: { infer: inferBinary("rem", "real"), vjp: "undefined" },
  pow: { infer: inferBinary("pow", "number"), vjp: "undefined" },
  max: { infer: inferBinary("max", "real"), vjp: "undefined" },
  min: { infer: inferBinary("min", "real"), vjp: "undefined" },
  atan2: { infer: inferBinary("atan2", "floating"), vjp: "undefined" },
  eq: { infer: inferBinary("eq", "any", "bool"), vjp: "none" },
  lt: { infer: inferBinary("lt", "ordered", "bool"), vjp: "none" },
  le: { infer: inferBinary("le", "ordered", "bool"), vjp: "none" },
  and: { infer: inferBinary("and", "bits"), vjp: "none" },
  or: { infer: inferBinary("or", "bits"), vjp: "none" },
  xor: { infer: inferBinary("xor", "bits"), vjp: "none" },
  shl: { infer: inferBinary("shl", "integer"), vjp: "none" },
  shr: { infer: inferBinary("shr", "integer"), vjp: "none" },
  complex: {
    infer: (inputs) => {
      requireCount("complex", inputs, 2);
      const [re, im] = inputs;
      if (re.dtype !== "float32" || im.dtype !== "float32") {
        throw new DTypeError(`[complex] both parts must be float32: received ${formatAvals(inputs)}`);
      }
      return [{ dtype: "complex64", shape: broadcastShapes("complex", re.shape, im.shape) }];
    },
    vjp: "undefined",
  },
};
