/** Elementwise primitives of one operand. */
import type { Aval, Value } from "../graph/value.ts";
import { abs, add, complex, conj, cos, div, eq, exp, imag, mul, neg, real, select, sign, sin, sub, zerosLike } from "./build.ts";
import { asIs } from "./batching.ts";
import { type DTypeClass, requireCount, requireDType } from "./checks.ts";
import type { NoParams, UnaryName } from "./params.ts";
import type { PrimitiveTable, VjpContext } from "./primitive.ts";

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

/** The rule of a function with one operand and one output, from what `ct` becomes. */
function rule(
  pull: (ct: Value, x: Value, y: Value) => Value,
): (context: Pick<VjpContext<UnaryName>, "inputs" | "outputs" | "cotangents">) => readonly Value[] {
  return ({ inputs, outputs, cotangents }) => [pull(cotangents[0] as Value, inputs[0], outputs[0])];
}

/** For a holomorphic function: the cotangent times the conjugate of the derivative, so that real losses descend along it. */
function holomorphic(derivative: (x: Value, y: Value) => Value): ReturnType<typeof rule> {
  return rule((ct, x, y) => mul(ct, conj(derivative(x, y))));
}

/** x / |x|, and 0 at 0. */
function direction(x: Value): Value {
  if (x.dtype !== "complex64") return sign(x);
  const size = abs(x);
  const safe = select(eq(size, 0), 1, size);
  return complex(div(real(x), safe), div(imag(x), safe));
}

/** A real cotangent as one of x's dtype. */
function likeOperand(ct: Value, x: Value): Value {
  return x.dtype === "complex64" ? complex(ct, zerosLike(ct)) : ct;
}

/** erf'(0). */
const erfSlope = 2 / Math.sqrt(Math.PI);

export const unaryPrimitives: Pick<PrimitiveTable, UnaryName> = {
  neg: { infer: inferUnary("neg", "number"), vjp: rule((ct) => neg(ct)), batch: asIs },
  abs: { infer: inferComplexPart("abs", "number"), vjp: rule((ct, x) => mul(likeOperand(ct, x), direction(x))), batch: asIs },
  sign: { infer: inferUnary("sign", "real"), vjp: "none", batch: asIs },
  floor: { infer: inferUnary("floor", "floating"), vjp: "none", batch: asIs },
  ceil: { infer: inferUnary("ceil", "floating"), vjp: "none", batch: asIs },
  round: { infer: inferUnary("round", "floating"), vjp: "none", batch: asIs },
  exp: { infer: inferUnary("exp", "inexact"), vjp: holomorphic((_, y) => y), batch: asIs },
  expm1: { infer: inferUnary("expm1", "inexact"), vjp: holomorphic((_, y) => add(y, 1)), batch: asIs },
  log: { infer: inferUnary("log", "inexact"), vjp: rule((ct, x) => div(ct, conj(x))), batch: asIs },
  log1p: { infer: inferUnary("log1p", "inexact"), vjp: rule((ct, x) => div(ct, conj(add(x, 1)))), batch: asIs },
  sin: { infer: inferUnary("sin", "inexact"), vjp: holomorphic((x) => cos(x)), batch: asIs },
  cos: { infer: inferUnary("cos", "inexact"), vjp: holomorphic((x) => neg(sin(x))), batch: asIs },
  tanh: { infer: inferUnary("tanh", "inexact"), vjp: holomorphic((_, y) => sub(1, mul(y, y))), batch: asIs },
  sqrt: { infer: inferUnary("sqrt", "inexact"), vjp: rule((ct, _, y) => div(mul(ct, 0.5), conj(y))), batch: asIs },
  rsqrt: { infer: inferUnary("rsqrt", "inexact"), vjp: holomorphic((_, y) => mul(mul(y, mul(y, y)), -0.5)), batch: asIs },
  erf: { infer: inferUnary("erf", "floating"), vjp: rule((ct, x) => mul(ct, mul(exp(neg(mul(x, x))), erfSlope))), batch: asIs },
  not: { infer: inferUnary("not", "bits"), vjp: "none", batch: asIs },
  real: { infer: inferComplexPart("real", "complex"), vjp: rule((ct) => complex(ct, zerosLike(ct))), batch: asIs },
  imag: { infer: inferComplexPart("imag", "complex"), vjp: rule((ct) => complex(zerosLike(ct), ct)), batch: asIs },
};
