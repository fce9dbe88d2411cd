/** Logic on truth values (anything that is not 0 is true) and on the bits of integers. */
import { isInteger } from "../../dtypes/dtype.ts";
import { DTypeError } from "../../errors.ts";
import * as build from "../../primitives/build.ts";
import type { BinaryName } from "../../primitives/params.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { boolInput, pair, strong, strongPair } from "../support/input.ts";
import { op } from "../support/op.ts";
import { type BinaryOp, unaryOp, type UnaryOp } from "./factories.ts";

/* @__NO_SIDE_EFFECTS__ */
function logicalOp(name: string, primitive: "and" | "or" | "xor"): BinaryOp {
  return op(
    name,
    ["x1", "x2"],
    (x1: TensorLike, x2: TensorLike) => new Tensor(build.binary(primitive, boolInput(name, x1, "x1"), boolInput(name, x2, "x2"))),
  );
}

/**
 * True where both are.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.logicalAnd(tensor([true, false]), true); // [true, false]
 */
export const logicalAnd: BinaryOp = logicalOp("logical_and", "and");

/**
 * True where one or both are.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.logicalOr(tensor([true, false]), false); // [true, false]
 */
export const logicalOr: BinaryOp = logicalOp("logical_or", "or");

/**
 * True where exactly one is.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.logicalXor(tensor([true, false]), true); // [false, true]
 */
export const logicalXor: BinaryOp = logicalOp("logical_xor", "xor");

/**
 * True where `x` is 0 or false.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.logicalNot(tensor([true, false])); // [false, true]
 */
export const logicalNot: UnaryOp = unaryOp("logical_not", (x) => build.not(build.cast(x, "bool")));

/* @__NO_SIDE_EFFECTS__ */
function bitwiseOp(name: string, primitive: BinaryName, isShift = false): BinaryOp {
  return op(name, ["x", "y"], (x: TensorLike, y: TensorLike) => {
    // As in Keras, a plain number adapts only where it says how far to shift.
    const [a, b] = isShift ? pair(name, strong(name, x), y) : strongPair(name, x, y);
    if (!isInteger(a.dtype) && (isShift || a.dtype !== "bool")) {
      throw new DTypeError(`[${name}] takes integers${isShift ? "" : " or bool"}: received ${a.dtype}`);
    }
    return new Tensor(build.binary(primitive, a, b));
  });
}

/**
 * Bitwise and of integers (or bool).
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError for floating or complex numbers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.bitwiseAnd(tensor([6, 5], { dtype: "int32" }), 3); // [2, 1]
 */
export const bitwiseAnd: BinaryOp = bitwiseOp("bitwise_and", "and");

/**
 * Bitwise or of integers (or bool).
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError for floating or complex numbers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.bitwiseOr(tensor([6, 5], { dtype: "int32" }), 3); // [7, 7]
 */
export const bitwiseOr: BinaryOp = bitwiseOp("bitwise_or", "or");

/**
 * Bitwise exclusive or of integers (or bool).
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError for floating or complex numbers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.bitwiseXor(tensor([6, 5], { dtype: "int32" }), 3); // [5, 6]
 */
export const bitwiseXor: BinaryOp = bitwiseOp("bitwise_xor", "xor");

/**
 * Bits shifted left, zeros shifted in.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError unless both are integers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.bitwiseLeftShift(tensor([1, 3], { dtype: "int32" }), 2); // [4, 12]
 */
export const bitwiseLeftShift: BinaryOp = bitwiseOp("bitwise_left_shift", "shl", true);

/**
 * {@link bitwiseLeftShift}.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError unless both are integers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.leftShift(tensor([1, 3], { dtype: "int32" }), 2); // [4, 12]
 */
export const leftShift: BinaryOp = bitwiseOp("left_shift", "shl", true);

/**
 * Bits shifted right: the sign bit is kept on signed integers, zeros come in on unsigned ones.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError unless both are integers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.bitwiseRightShift(tensor([8, 5], { dtype: "int32" }), 1); // [4, 2]
 */
export const bitwiseRightShift: BinaryOp = bitwiseOp("bitwise_right_shift", "shr", true);

/**
 * {@link bitwiseRightShift}.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @throws DTypeError unless both are integers; ShapeError when the shapes do not broadcast.
 *
 * @example
 * ops.rightShift(tensor([8, 5], { dtype: "int32" }), 1); // [4, 2]
 */
export const rightShift: BinaryOp = bitwiseOp("right_shift", "shr", true);

/* @__NO_SIDE_EFFECTS__ */
function invert(name: string): UnaryOp {
  return unaryOp(name, (x) => {
    if (!isInteger(x.dtype) && x.dtype !== "bool") throw new DTypeError(`[${name}] takes integers or bool: received ${x.dtype}`);
    return build.not(x);
  });
}

/**
 * All bits inverted.
 *
 * `x` has any shape, the result the same.
 *
 * @throws DTypeError for floating or complex numbers.
 *
 * @example
 * ops.bitwiseNot(tensor([0, 5], { dtype: "int32" })); // [-1, -6]
 */
export const bitwiseNot: UnaryOp = invert("bitwise_not");

/**
 * {@link bitwiseNot}.
 *
 * `x` has any shape, the result the same.
 *
 * @throws DTypeError for floating or complex numbers.
 *
 * @example
 * ops.bitwiseInvert(tensor([0, 5], { dtype: "int32" })); // [-1, -6]
 */
export const bitwiseInvert: UnaryOp = invert("bitwise_invert");
