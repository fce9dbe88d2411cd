/** Elementwise primitives of two operands. */
import type { DType } from "../dtypes/dtype.ts";
import { DTypeError } from "../errors.ts";
import type { Aval, Value } from "../graph/value.ts";
import { broadcastShapes } from "../shapes/broadcast.ts";
import { formatAvals } from "../shapes/format.ts";
import { add, conj, constant, div, eq, imag, le, log, lt, mul, neg, not, pow, real, round, select, sub } from "./build.ts";
import { aligned } from "./batching.ts";
import { type DTypeClass, requireCount, requireDType, requireSameDType } from "./checks.ts";
import type { BinaryName, NoParams } from "./params.ts";
import type { PrimitiveTable, VjpContext } from "./primitive.ts";

function inferBinary(op: BinaryName, family: DTypeClass, result?: DType): (inputs: readonly Aval[], params: NoParams) => readonly Aval[] {
  return (inputs) => {
    requireCount(op, inputs, 2);
    const [a, b] = inputs;
    requireSameDType(op, a, b);
    requireDType(op, family, a);
    return [{ dtype: result ?? a.dtype, shape: broadcastShapes(op, a.shape, b.shape) }];
  };
}

type Rule = (context: Pick<VjpContext<BinaryName>, "inputs" | "outputs" | "cotangents" | "needs">) => readonly (Value | null)[];

/** The rule of a function from what each operand's cotangent is; built only where it is wanted. */
function rule(pullA: (ct: Value, a: Value, b: Value, y: Value) => Value, pullB: (ct: Value, a: Value, b: Value, y: Value) => Value): Rule {
  return ({ inputs: [a, b], outputs: [y], cotangents, needs }) => {
    const ct = cotangents[0] as Value;
    return [needs[0] ? pullA(ct, a, b, y) : null, needs[1] ? pullB(ct, a, b, y) : null];
  };
}

/** The whole cotangent to the extreme; to the first operand when they are equal. */
function chosen(wins: (a: Value, b: Value) => Value): Rule {
  return rule(
    (ct, a, b) => select(wins(a, b), ct, 0),
    (ct, a, b) => select(wins(a, b), 0, ct),
  );
}

/** d(a^b)/da = b·a^(b-1), which is 0 for b = 0 even where a^(-1) is infinite. */
function powBase(a: Value, b: Value): Value {
  const isZero = eq(b, 0);
  return select(isZero, 0, mul(b, pow(a, select(isZero, 1, sub(b, 1)))));
}

/** d(a^b)/db = a^b·log(a); 0 at a = 0 (its limit) and for negative bases, where only whole exponents are defined. */
function powExponent(a: Value, y: Value): Value {
  const ok = a.dtype === "complex64" ? not(eq(a, 0)) : lt(constant(0, a.dtype), a);
  return mul(y, select(ok, log(select(ok, a, 1)), 0));
}

export const binaryPrimitives: Pick<PrimitiveTable, BinaryName> = {
  add: {
    infer: inferBinary("add", "number"),
    vjp: rule(
      (ct) => ct,
      (ct) => ct,
    ),
    batch: aligned,
  },
  sub: {
    infer: inferBinary("sub", "number"),
    vjp: rule(
      (ct) => ct,
      (ct) => neg(ct),
    ),
    batch: aligned,
  },
  mul: {
    infer: inferBinary("mul", "number"),
    vjp: rule(
      (ct, _, b) => mul(ct, conj(b)),
      (ct, a) => mul(ct, conj(a)),
    ),
    batch: aligned,
  },
  div: {
    infer: inferBinary("div", "number"),
    vjp: rule(
      (ct, _, b) => div(ct, conj(b)),
      (ct, _, b, y) => neg(mul(ct, conj(div(y, b)))),
    ),
    batch: aligned,
  },
  rem: {
    infer: inferBinary("rem", "real"),
    // a rem b = a - b·q with q a whole number, constant between the jumps.
    vjp: rule(
      (ct) => ct,
      (ct, a, b, y) => neg(mul(ct, round(div(sub(a, y), b)))),
    ),
    batch: aligned,
  },
  pow: {
    infer: inferBinary("pow", "number"),
    vjp: rule(
      (ct, a, b) => mul(ct, conj(powBase(a, b))),
      (ct, a, _, y) => mul(ct, conj(powExponent(a, y))),
    ),
    batch: aligned,
  },
  max: { infer: inferBinary("max", "real"), vjp: chosen((a, b) => le(b, a)), batch: aligned },
  min: { infer: inferBinary("min", "real"), vjp: chosen((a, b) => le(a, b)), batch: aligned },
  atan2: {
    infer: inferBinary("atan2", "floating"),
    vjp: rule(
      (ct, y, x) => mul(ct, div(x, add(mul(x, x), mul(y, y)))),
      (ct, y, x) => neg(mul(ct, div(y, add(mul(x, x), mul(y, y))))),
    ),
    batch: aligned,
  },
  eq: { infer: inferBinary("eq", "any", "bool"), vjp: "none", batch: aligned },
  lt: { infer: inferBinary("lt", "ordered", "bool"), vjp: "none", batch: aligned },
  le: { infer: inferBinary("le", "ordered", "bool"), vjp: "none", batch: aligned },
  and: { infer: inferBinary("and", "bits"), vjp: "none", batch: aligned },
  or: { infer: inferBinary("or", "bits"), vjp: "none", batch: aligned },
  xor: { infer: inferBinary("xor", "bits"), vjp: "none", batch: aligned },
  shl: { infer: inferBinary("shl", "integer"), vjp: "none", batch: aligned },
  shr: { infer: inferBinary("shr", "integer"), vjp: "none", batch: aligned },
  complex: {
    infer: (inputs) => {
      requireCount("complex", inputs, 2);
      const [re, im] = inputs;
      if (re.dtype !== "float32" || im.dtype !== "float32") {
        throw new DTypeError(`[complex] both parts must be float32: received ${formatAvals(inputs)}`);
      }
      return [{ dtype: "complex64", shape: broadcastShapes("complex", re.shape, im.shape) }];
    },
    vjp: rule(
      (ct) => real(ct),
      (ct) => imag(ct),
    ),
    batch: aligned,
  },
};
