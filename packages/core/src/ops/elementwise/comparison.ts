/** Comparisons. Operands broadcast and are promoted to one dtype; the result is bool. */
import { isFloating } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { floatPair } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { binaryOp, type BinaryOp } from "./factories.ts";

/**
 * True where `x1` equals `x2`. NaN equals nothing.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.equal(tensor([1, 2]), tensor([1, 3])); // [true, false]
 */
export const equal: BinaryOp = binaryOp("equal", build.eq);

/**
 * True where `x1` differs from `x2`. NaN differs from everything.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.notEqual(tensor([1, 2]), tensor([1, 3])); // [false, true]
 */
export const notEqual: BinaryOp = binaryOp("not_equal", (a, b) => build.not(build.eq(a, b)));

/**
 * True where `x1 < x2`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.less(tensor([1, 2]), 2); // [true, false]
 */
export const less: BinaryOp = binaryOp("less", build.lt);

/**
 * True where `x1 ≤ x2`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.lessEqual(tensor([1, 2]), 2); // [true, true]
 */
export const lessEqual: BinaryOp = binaryOp("less_equal", build.le);

/**
 * True where `x1 > x2`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.greater(tensor([1, 2]), 1); // [false, true]
 */
export const greater: BinaryOp = binaryOp("greater", (a, b) => build.lt(b, a));

/**
 * True where `x1 ≥ x2`.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.greaterEqual(tensor([1, 2]), 1); // [true, true]
 */
export const greaterEqual: BinaryOp = binaryOp("greater_equal", (a, b) => build.le(b, a));

/** Tolerances of {@link isclose}. */
export interface CloseOptions {
  /** Relative to `x2`. Default 1e-5. */
  readonly rtol?: number;
  /** Absolute. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
}

function close(name: string, x1: TensorLike, x2: TensorLike, { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions): Value {
  const [a, b] = floatPair(name, x1, x2);
  const size = build.abs(b);
  const finite = build.lt(size, Infinity);
  const near = build.le(build.abs(build.sub(a, b)), build.add(build.mul(size, rtol), atol));
  const result = build.or(build.eq(a, b), build.and(near, finite));
  if (!equalNan || !isFloating(a.dtype)) return result;
  return build.or(result, build.and(build.not(build.eq(a, a)), build.not(build.eq(b, b))));
}

/**
 * True where `|x1 - x2| ≤ atol + rtol · |x2|`; infinities are close to themselves.
 *
 * The shapes of `x1` and `x2` broadcast.
 *
 * @example
 * ops.isclose(tensor([1, 2]), tensor([1, 2.1])); // [true, false]
 */
export const isclose: Op<[x1: TensorLike, x2: TensorLike, options?: CloseOptions]> = op(
  "isclose",
  ["x1", "x2"],
  (x1: TensorLike, x2: TensorLike, options: CloseOptions = {}) => new Tensor(close("isclose", x1, x2, options)),
);

/**
 * Whether all elements are close, as {@link isclose} says; bool scalar.
 *
 * @example
 * ops.allclose(tensor([1, 2]), tensor([1, 2.000001])); // true
 */
export const allclose: Op<[x1: TensorLike, x2: TensorLike, options?: CloseOptions]> = op(
  "allclose",
  ["x1", "x2"],
  (x1: TensorLike, x2: TensorLike, options: CloseOptions = {}) => {
    const result = close("allclose", x1, x2, options);
    return new Tensor(
      build.reduce(
        "min",
        result,
        result.shape.map((_, axis) => axis),
      ),
    );
  },
);
