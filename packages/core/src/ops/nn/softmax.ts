/** Distributions over axes. */
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { compositeOf } from "../composite.ts";
import { shiftOf } from "../reduction/extremes.ts";
import { reduceOver } from "../reduction/sums.ts";
import { type Axes, axesOf } from "../support/axes.ts";
import { realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Along which axes the probabilities sum to 1. */
export interface SoftmaxOptions {
  /** One axis, several, or null for all. Default -1. */
  readonly axis?: Axes;
}

const softmaxComposite = compositeOf<{ readonly axes: readonly number[] }>(
  "softmax",
  ([x], { axes }) => {
    const exponentials = build.exp(build.sub(x as Value, shiftOf(x as Value, axes)));
    return [build.div(exponentials, reduceOver("sum", exponentials, axes, true))];
  },
  ({ outputs: [y], cotangents: [ct] }, { axes }) => {
    const weighted = build.mul(ct as Value, y as Value);
    return [build.sub(weighted, build.mul(y as Value, reduceOver("sum", weighted, axes, true)))];
  },
);

const logSoftmaxComposite = compositeOf<{ readonly axes: readonly number[] }>(
  "log_softmax",
  ([x], { axes }) => {
    const shifted = build.sub(x as Value, shiftOf(x as Value, axes));
    return [build.sub(shifted, build.log(reduceOver("sum", build.exp(shifted), axes, true)))];
  },
  ({ outputs: [y], cotangents: [ct] }, { axes }) => [
    build.sub(ct as Value, build.mul(build.exp(y as Value), reduceOver("sum", ct as Value, axes, true))),
  ],
);

/** exp(x) / Σ exp(x) along axes. Its gradient is told by the result alone. */
export function softmaxOf(x: Value, axes: readonly number[]): Value {
  return softmaxComposite([x], { axes })[0] as Value;
}

/** x - log Σ exp(x) along axes. Its gradient is told by the result alone. */
export function logSoftmaxOf(x: Value, axes: readonly number[]): Value {
  return logSoftmaxComposite([x], { axes })[0] as Value;
}

function softmaxAxes(name: string, x: Value, options: SoftmaxOptions): number[] {
  return axesOf(name, options.axis === undefined ? -1 : options.axis, x);
}

/**
 * Probabilities from logits: `exp(x) / sum(exp(x))` along `axis` (default -1), without overflow.
 *
 * `x` has any shape, the result the same.
 *
 * @throws ShapeError when the axis is out of range.
 *
 * @example
 * ops.softmax(tensor([0, 1])); // [0.26894, 0.73106]
 */
export const softmax: Op<[x: TensorLike, options?: SoftmaxOptions]> = op(
  "softmax",
  ["x"],
  (x: TensorLike, options: SoftmaxOptions = {}) => {
    const value = realFloatInput("softmax", x);
    return new Tensor(softmaxOf(value, softmaxAxes("softmax", value, options)));
  },
);

/**
 * `log(softmax(x))`, without underflow.
 *
 * `x` has any shape, the result the same.
 *
 * @example
 * ops.logSoftmax(tensor([0, 1])); // [-1.3133, -0.31326]
 */
export const logSoftmax: Op<[x: TensorLike, options?: SoftmaxOptions]> = op(
  "log_softmax",
  ["x"],
  (x: TensorLike, options: SoftmaxOptions = {}) => {
    const value = realFloatInput("log_softmax", x);
    return new Tensor(logSoftmaxOf(value, softmaxAxes("log_softmax", value, options)));
  },
);
