/** Elementwise primitives of one operand. */
import type { Aval } from "../graph/value.ts";
import { type DTypeClass, requireCount, requireDType } from "./checks.ts";
import type { NoParams, UnaryName } from "./params.ts";
import type { PrimitiveTable } from "./primitive.ts";

function inferUnary(op: UnaryName, family: DTypeClass): (inputs: readonly Aval[], params: NoParams) => readonly Aval[] {
  return (inputs) => {
    requireCount(op, inputs, 1);
    requireDType(op, family, inputs[0]);
    return [inputs[0]];
  };
}

/** For complex operands of which a real number is taken. */
function inferComplexPart(op: UnaryName, family: DTypeClass): (inputs: readonly Aval[], params: NoParams) => readonly Aval[] {
  return (inputs) => {
    requireCount(op, inputs, 1);
    requireDType(op, family, inputs[0]);
    const { dtype, shape } = inputs[0];
    return [{ dtype: dtype === "complex64" ? "float32" : dtype, shape }];
  };
}

export const unaryPrimitives: Pick<PrimitiveTable, UnaryName> = {
  neg: { infer: inferUnary("neg", "number"), vjp: "undefined" },
  abs: { infer: inferComplexPart("abs", "number"), vjp: "undefined" },
  sign: { infer: inferUnary("sign", "real"), vjp: "none" },
  floor: { infer: inferUnary("floor", "floating"), vjp: "none" },
  ceil: { infer: inferUnary("ceil", "floating"), vjp: "none" },
  round: { infer: inferUnary("round", "floating"), vjp: "none" },
  exp: { infer: inferUnary("exp", "inexact"), vjp: "undefined" },
  expm1: { infer: inferUnary("expm1", "inexact"), vjp: "undefined" },
  log: { infer: inferUnary("log", "inexact"), vjp: "undefined" },
  log1p: { infer: inferUnary("log1p", "inexact"), vjp: "undefined" },
  sin: { infer: inferUnary("sin", "inexact"), vjp: "undefined" },
  cos: { infer: inferUnary("cos", "inexact"), vjp: "undefined" },
  tanh: { infer: inferUnary("tanh", "inexact"), vjp: "undefined" },
  sqrt: { infer: inferUnary("sqrt", "inexact"), vjp: "undefined" },
  rsqrt: { infer: inferUnary("rsqrt", "inexact"), vjp: "undefined" },
  erf: { infer: inferUnary("erf", "floating"), vjp: "undefined" },
  not: { infer: inferUnary("not", "bits"), vjp: "none" },
  real: { infer: inferComplexPart("real", "complex"), vjp: "undefined" },
  imag: { infer: inferComplexPart("imag", "complex"), vjp: "undefined" },
};
