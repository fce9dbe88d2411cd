/** What `infer` rules check, with one wording for all of them. */
import { type DType, isComplex, isFloating, isInexact, isInteger } from "../dtypes/dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import type { Aval, Shape } from "../graph/value.ts";
import { compatibleShapes } from "../shapes/dims.ts";
import { formatAval, formatAvals } from "../shapes/format.ts";

/** Families of dtypes that primitives take. */
export type DTypeClass =
  | "any"
  | "number"
  | "real"
  | "ordered"
  | "floating"
  | "inexact"
  | "integer"
  | "bits"
  | "complex"
  | "bool"
  | "linalg";

const dtypeClasses: Record<DTypeClass, { readonly has: (dtype: DType) => boolean; readonly words: string }> = {
  any: { has: () => true, words: "any dtype" },
  number: { has: (dtype) => dtype !== "bool", words: "a number (not bool)" },
  real: { has: (dtype) => dtype !== "bool" && !isComplex(dtype), words: "a real number" },
  ordered: { has: (dtype) => !isComplex(dtype), words: "a real number or bool" },
  floating: { has: isFloating, words: "floating" },
  inexact: { has: isInexact, words: "floating or complex" },
  integer: { has: isInteger, words: "an integer" },
  bits: { has: (dtype) => dtype === "bool" || isInteger(dtype), words: "bool or an integer" },
  complex: { has: isComplex, words: "complex64" },
  bool: { has: (dtype) => dtype === "bool", words: "bool" },
  /** What factorizations and solvers compute in. */
  linalg: { has: (dtype) => dtype === "float32" || dtype === "float64", words: "float32 or float64" },
};

/** Throws unless there are `count` operands. */
export function requireCount(op: string, inputs: readonly Aval[], count: number): void {
  if (inputs.length !== count) throw new ShapeError(`[${op}] takes ${count} operands: received ${inputs.length}`);
}

/** Throws unless each operand's dtype is in the family. */
export function requireDType(op: string, family: DTypeClass, ...avals: readonly Aval[]): void {
  const { has, words } = dtypeClasses[family];
  for (const aval of avals) {
    if (!has(aval.dtype)) {
      const hint = family === "floating" || family === "inexact" || family === "linalg" ? "; cast it first" : "";
      throw new DTypeError(`[${op}] dtype must be ${words}: received ${formatAval(aval)}${hint}`);
    }
  }
}

/** Throws unless the operands have one dtype. */
export function requireSameDType(op: string, ...avals: readonly Aval[]): void {
  if (avals.some((aval) => aval.dtype !== avals[0].dtype)) {
    throw new DTypeError(`[${op}] operands must have one dtype: received ${formatAvals(avals)}; cast one of them`);
  }
}

/** Throws unless `axis` is an axis of the operand. */
export function requireAxis(op: string, axis: number, aval: Aval): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= aval.shape.length) {
    throw new ShapeError(`[${op}] axis is out of range: ${axis} for ${formatAval(aval)}`);
  }
}

/** Throws unless `axes` are axes of the operand, each given once. */
export function requireAxes(op: string, axes: readonly number[], aval: Aval): void {
  for (const axis of axes) requireAxis(op, axis, aval);
  if (new Set(axes).size !== axes.length) throw new ShapeError(`[${op}] an axis is given twice: [${axes.join(",")}]`);
}

/** Throws unless `list` has one entry for each axis (of `what`). */
export function requireLength(op: string, name: string, list: readonly unknown[], length: number): void {
  if (list.length !== length) throw new ShapeError(`[${op}] ${name} must have ${length} entries: received ${list.length}`);
}

/** Throws unless each entry is an integer of at least `least`. Unknown (NaN) entries pass when `unknown` is true. */
export function requireIntegers(op: string, name: string, list: readonly number[], least: number, unknown = false): void {
  for (const entry of list) {
    if (unknown && Number.isNaN(entry)) continue;
    if (!Number.isInteger(entry) || entry < least) {
      const bound = least === -Infinity ? "integers" : `integers of at least ${least}`;
      throw new ShapeError(`[${op}] ${name} must be ${bound}: received [${list.join(",")}]`);
    }
  }
}

/** Throws unless `shape` is a list of non-negative integers and unknown dimensions. */
export function requireShape(op: string, shape: Shape): void {
  requireIntegers(op, "shape", shape, 0, true);
}

/** Throws unless the operand has at least `rank` axes. */
export function requireRank(op: string, aval: Aval, rank: number): void {
  if (aval.shape.length < rank) {
    throw new ShapeError(`[${op}] operand must have at least ${rank} axes: received ${formatAval(aval)}`);
  }
}

/** Throws unless the two avals may stand for the same thing; `what` completes the message. */
export function requireMatch(op: string, what: string, received: Aval, expected: Aval): void {
  if (received.dtype !== expected.dtype) {
    throw new DTypeError(`[${op}] ${what}: received ${formatAval(received)}, expected ${formatAval(expected)}`);
  }
  if (!compatibleShapes(received.shape, expected.shape)) {
    throw new ShapeError(`[${op}] ${what}: received ${formatAval(received)}, expected ${formatAval(expected)}`);
  }
}
