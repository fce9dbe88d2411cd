/** To whole numbers. Integers stay as they are, except where Keras gives float32. */
import { isFloating } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { input, integerInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { realFloatOp, refuseComplex, unaryOp, type UnaryOp } from "./factories.ts";

/**
 * The largest whole number not above x. Integers give float32.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.floor(tensor([1.2, -1.2])); // [1, -2]
 */
export const floor: UnaryOp = realFloatOp("floor", (x) => build.unary("floor", x));

/**
 * The smallest whole number not below x. Integers give float32.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.ceil(tensor([1.2, -1.2])); // [2, -1]
 */
export const ceil: UnaryOp = realFloatOp("ceil", (x) => build.unary("ceil", x));

/**
 * Toward 0.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.trunc(tensor([1.7, -1.7])); // [1, -1]
 */
export const trunc: UnaryOp = unaryOp("trunc", (x) => {
  refuseComplex("trunc", x.dtype);
  return isFloating(x.dtype) ? build.select(build.lt(x, 0), build.unary("ceil", x), build.unary("floor", x)) : x;
});

/**
 * To the nearest number with so many decimals; halves go to the even neighbour.
 *
 * `x` has any shape, the result the same.
 *
 * @param options `decimals`: default 0; negative ones round to tens, hundreds...
 *
 * @example
 * ops.round(tensor([0.5, 1.5, 2.4])); // [0, 2, 2]
 */
export const round: Op<[x: TensorLike, options?: { readonly decimals?: number }]> = op(
  "round",
  ["x"],
  (x: TensorLike, options: { readonly decimals?: number } = {}) => new Tensor(rounded(input("round", x), options.decimals ?? 0)),
);

function rounded(x: Value, decimals: number): Value {
  refuseComplex("round", x.dtype);
  integerInput("round", decimals, "decimals");
  const { dtype } = x;
  if (dtype === "bool" || (!isFloating(dtype) && decimals >= 0)) return x;
  if (decimals === 0) return build.round(x);
  const y = isFloating(dtype) ? x : build.cast(x, "float32");
  const factor = 10 ** Math.abs(decimals);
  const scaled = decimals > 0 ? build.div(build.round(build.mul(y, factor)), factor) : build.mul(build.round(build.div(y, factor)), factor);
  return build.cast(scaled, dtype);
}
