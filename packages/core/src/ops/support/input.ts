/** How ops take their operands: kinds checked, numbers adapted, dtypes promoted. */
export { describe } from "../../describe.ts";
import { describe } from "../../describe.ts";
import { type DType, dtypes, isComplex, isDType, isFloating, isInexact, isInteger } from "../../dtypes/dtype.ts";
import { promoteTypes, weakTypeOf, type WeakType } from "../../dtypes/promotion.ts";
import { DTypeError, ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import { cast, maximum, minimum } from "../../primitives/build.ts";
import { renamed } from "../../renamed.ts";
import { isTensorBase } from "../../tensor/base.ts";
import { literalOf, type TensorLike, toValue } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** True for the kinds of things that have a dtype of their own (tensors, arrays) or none (plain numbers). */
function isPlain(x: unknown): x is number | boolean | bigint {
  return typeof x === "number" || typeof x === "boolean" || typeof x === "bigint";
}

/** The value of an operand. Plain numbers become `dtype`, by default int32 or float32 by their own look. */
export function input(op: string, x: TensorLike, name = "x", dtype?: DType): Value {
  if (isTensorBase(x)) return x.value;
  if (!isPlain(x) && !Array.isArray(x) && !ArrayBuffer.isView(x)) {
    throw new ValueError(`[${op}] ${name} must be a tensor, a number, or an array of numbers: received ${describe(x)}`);
  }
  if (Array.isArray(x) && x.some(isTensorBase)) {
    throw new ValueError(`[${op}] ${name} is an array with tensors in it: received ${describe(x)}; stack them first, ops.stack([...])`);
  }
  try {
    return toValue(x, dtype);
  } catch (error) {
    throw renamed(error, op);
  }
}

function typeOf(x: Value | number | boolean | bigint): DType | WeakType {
  return isPlain(x) ? weakTypeOf(x) : x.dtype;
}

/** Operands brought to one dtype by the promotion lattice. Plain numbers adapt to the tensors. */
export function operands(op: string, xs: readonly TensorLike[], names?: readonly string[]): Value[] {
  const parts = xs.map((x, i) => (isPlain(x) ? x : input(op, x, names?.[i] ?? `x${i + 1}`)));
  const dtype = promoteTypes(...parts.map(typeOf));
  return parts.map((part) => (isPlain(part) ? literalOf(part, dtype) : cast(part, dtype)));
}

/** {@link operands} for two. */
export function pair(op: string, a: TensorLike, b: TensorLike): [Value, Value] {
  if (isTensorBase(a) && isTensorBase(b) && a.dtype === b.dtype) return [a.value, b.value];
  return operands(op, [a, b]) as [Value, Value];
}

/** {@link pair} where plain numbers are tensors first, as in Keras: int32 or float32 by their own look, they do not adapt. */
export function strongPair(op: string, a: TensorLike, b: TensorLike): [Value, Value] {
  return pair(op, strong(op, a, "x1"), strong(op, b, "x2"));
}

/** A plain number as a tensor, int32 or float32 by its own look; anything else as it is. */
export function strong(op: string, x: TensorLike, name = "x"): TensorLike {
  return isPlain(x) ? new Tensor(input(op, x, name)) : x;
}

/** {@link pair} for ops that compute in floating point: integers and bool become float32. */
export function floatPair(op: string, a: TensorLike, b: TensorLike): [Value, Value] {
  const [x, y] = pair(op, a, b);
  return [toFloat(x), toFloat(y)];
}

/** int64 as float64, which Keras computes some functions of it in; other integers and bool as float32. */
export function toWideFloat(x: Value): Value {
  return x.dtype === "int64" ? cast(x, "float64") : toFloat(x);
}

/** Integers and bool as float32; floating and complex values as they are. */
export function toFloat(x: Value): Value {
  return isInexact(x.dtype) ? x : cast(x, "float32");
}

/** An operand of an op that computes in floating point: integers and bool become float32. */
export function floatInput(op: string, x: TensorLike, name = "x"): Value {
  return toFloat(input(op, x, name));
}

/** {@link floatInput} that refuses complex numbers. */
export function realFloatInput(op: string, x: TensorLike, name = "x"): Value {
  const value = floatInput(op, x, name);
  if (isComplex(value.dtype)) throw new DTypeError(`[${op}] ${name} must be real: received ${value.dtype}`);
  return value;
}

/** Anything as bool: what is not 0 is true. */
export function boolInput(op: string, x: TensorLike, name = "x"): Value {
  return cast(input(op, x, name), "bool");
}

/** Indices or labels: integers as int32; whole numbers given as plain numbers or arrays too. */
export function indexInput(op: string, x: TensorLike, name = "indices"): Value {
  const value = isTensorBase(x) ? x.value : input(op, x, name, wholeNumbers(x) ? "int32" : undefined);
  if (isInexact(value.dtype) || value.dtype === "bool") {
    throw new DTypeError(`[${op}] ${name} must be integers: received ${value.dtype}; cast them first`);
  }
  return narrowed(value);
}

/** Integers as int32; what does not fit becomes the nearest that does, which is out of any range, too. */
function narrowed(value: Value): Value {
  const most = 2 ** 31 - 1;
  if (value.dtype === "uint32") return cast(minimum(value, most), "int32");
  return cast(value.dtype === "int64" ? maximum(minimum(value, most), -most) : value, "int32");
}

/** {@link indexInput} that takes bool and floats, too, dropping their fractions: classes, as Keras takes them. */
export function classInput(op: string, x: TensorLike, name: string): Value {
  if (!isTensorBase(x) || isInteger(x.value.dtype)) return indexInput(op, x, name);
  if (isComplex(x.value.dtype)) throw new DTypeError(`[${op}] ${name} must be real: received ${x.value.dtype}`);
  return cast(x.value, "int32");
}

function wholeNumbers(x: TensorLike): boolean {
  return typeof x === "number" || Array.isArray(x);
}

/** A dtype option, or `fallback`. */
export function dtypeOption(op: string, dtype: unknown, fallback: DType): DType {
  if (dtype === undefined || dtype === null) return fallback;
  if (!isDType(dtype)) throw new DTypeError(`[${op}] unknown dtype ${describe(dtype)}: one of ${dtypes.join(", ")}`);
  return dtype;
}

/** A list of tensor-like things, at least one. */
export function inputList(op: string, xs: readonly TensorLike[], name = "xs"): readonly TensorLike[] {
  if (isTensorBase(xs)) {
    const tensor = xs as { shape: readonly number[] };
    throw new ValueError(`[${op}] ${name} must be an array of tensors: received one tensor of shape [${tensor.shape.join(",")}]`);
  }
  if (!Array.isArray(xs)) throw new ValueError(`[${op}] ${name} must be an array of tensors: received ${describe(xs)}`);
  if (xs.length === 0) throw new ValueError(`[${op}] ${name} must hold at least one tensor: received an empty array`);
  return xs as readonly TensorLike[];
}

/** A shape as a user gives it: integers of at least 0 (or NaN where unknown while shapes are inferred); a number is a 1-d shape. */
export function shapeInput(op: string, shape: number | readonly number[], name = "shape"): readonly number[] {
  const list = typeof shape === "number" ? [shape] : shape;
  if (!Array.isArray(list)) throw new ShapeError(`[${op}] ${name} must be an array of sizes: received ${describe(shape)}`);
  for (const dim of list as readonly unknown[]) {
    if (typeof dim !== "number" || (!Number.isNaN(dim) && (!Number.isInteger(dim) || dim < 0))) {
      throw new ShapeError(
        `[${op}] ${name} must hold non-negative integers: received [${(list as readonly unknown[]).map(describe).join(", ")}]`,
      );
    }
  }
  return list as readonly number[];
}

/** A plain number. */
export function numberInput(op: string, x: unknown, name: string): number {
  if (typeof x !== "number") throw new ValueError(`[${op}] ${name} must be a number: received ${describe(x)}`);
  return x;
}

/** A plain whole number of at least `least`. */
export function integerInput(op: string, x: unknown, name: string, least: number = -Infinity): number {
  if (typeof x !== "number" || !Number.isInteger(x) || x < least) {
    throw new ValueError(
      `[${op}] ${name} must be an integer${least === -Infinity ? "" : ` of at least ${least}`}: received ${describe(x)}`,
    );
  }
  return x;
}

/** Half precision is computed in float32 where sums or steep functions would lose too much; the result is half again. */
export function inFloat32(x: Value, body: (x: Value) => Value): Value {
  const { dtype } = x;
  if (!isFloating(dtype) || dtype === "float32" || dtype === "float64") return body(x);
  return cast(body(cast(x, "float32")), dtype);
}
