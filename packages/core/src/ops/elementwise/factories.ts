/** What most elementwise ops have in common. */
import { type DType, isComplex } from "../../dtypes/dtype.ts";
import { DTypeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { floatInput, floatPair, input, pair, realFloatInput, strongPair, toFloat, toWideFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** An elementwise op of one operand. */
export type UnaryOp = Op<[x: TensorLike]>;

/** An elementwise op of two operands, which broadcast. */
export type BinaryOp = Op<[x1: TensorLike, x2: TensorLike]>;

/** Any dtype, kept as it is. */
/* @__NO_SIDE_EFFECTS__ */
export function unaryOp(name: string, body: (x: Value) => Value): UnaryOp {
  return op(name, ["x"], (x: TensorLike) => new Tensor(body(input(name, x))));
}

/** Integers and bool become float32. */
/* @__NO_SIDE_EFFECTS__ */
export function floatOp(name: string, body: (x: Value) => Value): UnaryOp {
  return op(name, ["x"], (x: TensorLike) => new Tensor(body(floatInput(name, x))));
}

/** int64 becomes float64, other integers and bool float32; complex numbers are refused. */
/* @__NO_SIDE_EFFECTS__ */
export function wideFloatOp(name: string, body: (x: Value) => Value): UnaryOp {
  return op(name, ["x"], (x: TensorLike) => {
    const value = toWideFloat(input(name, x));
    if (isComplex(value.dtype)) throw new DTypeError(`[${name}] x must be real: received ${value.dtype}`);
    return new Tensor(body(value));
  });
}

/** Integers and bool become float32; complex numbers are refused. */
/* @__NO_SIDE_EFFECTS__ */
export function realFloatOp(name: string, body: (x: Value) => Value): UnaryOp {
  return op(name, ["x"], (x: TensorLike) => new Tensor(body(realFloatInput(name, x))));
}

/** Operands promoted to one dtype. */
/* @__NO_SIDE_EFFECTS__ */
export function binaryOp(name: string, body: (a: Value, b: Value) => Value, params: readonly string[] = ["x1", "x2"]): BinaryOp {
  return op(name, params, (a: TensorLike, b: TensorLike) => new Tensor(body(...pair(name, a, b))));
}

/** Operands promoted to one dtype, in which plain numbers are int32 or float32. */
/* @__NO_SIDE_EFFECTS__ */
export function strongBinaryOp(name: string, body: (a: Value, b: Value) => Value): BinaryOp {
  return op(name, ["x1", "x2"], (a: TensorLike, b: TensorLike) => new Tensor(body(...strongPair(name, a, b))));
}

/** {@link strongBinaryOp} that computes in floating point. */
/* @__NO_SIDE_EFFECTS__ */
export function strongFloatBinaryOp(name: string, body: (a: Value, b: Value) => Value): BinaryOp {
  return strongBinaryOp(name, (a, b) => body(toFloat(a), toFloat(b)));
}

/** Operands promoted to one floating (or complex) dtype. */
/* @__NO_SIDE_EFFECTS__ */
export function floatBinaryOp(name: string, body: (a: Value, b: Value) => Value): BinaryOp {
  return op(name, ["x1", "x2"], (a: TensorLike, b: TensorLike) => new Tensor(body(...floatPair(name, a, b))));
}

/** Throws for complex numbers, which have no order. */
export function refuseComplex(op: string, dtype: DType): void {
  if (isComplex(dtype)) throw new DTypeError(`[${op}] complex numbers have no order: received ${dtype}`);
}

/** Throws for bool. */
export function refuseBool(op: string, dtype: DType): void {
  if (dtype === "bool") throw new DTypeError(`[${op}] does not take bool: cast it to a number, or use logicalXor or logicalNot`);
}
