/** Cross-entropies, one number an example. From logits they never overflow; probabilities are clipped by 1e-7. */
import { isFloating } from "../../dtypes/dtype.ts";
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { compatibleShapes } from "../../shapes/dims.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { isTensorBase } from "../../tensor/base.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { logSumExpOf } from "../reduction/extremes.ts";
import { reduceOver } from "../reduction/sums.ts";
import { axisOf } from "../support/axes.ts";
import { input, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { softplusOf } from "./activations.ts";
import { classMask } from "./encoding.ts";
import { epsilon } from "./normalization.ts";
import { logSoftmaxOf } from "./softmax.ts";

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /** Whether `output` holds logits (any number) or (default) probabilities. */
  readonly fromLogits?: boolean;
  /** The axis of the classes. Default -1. */
  readonly axis?: number;
}

function clipped(probabilities: Value): Value {
  return build.minimum(build.maximum(probabilities, epsilon), 1 - epsilon);
}

/** Targets in the dtype of the outputs. */
function targetsLike(name: string, target: TensorLike, output: Value): Value {
  const value = build.cast(input(name, target, "target", output.dtype), output.dtype);
  if (!compatibleShapes(value.shape, output.shape)) {
    throw new ShapeError(`[${name}] target and output must have one shape: received ${formatAval(value)} and ${formatAval(output)}`);
  }
  return value;
}

/**
 * `-(target · log p + (1 - target) · log(1 - p))`, elementwise. Targets are from 0 to 1.
 *
 * `target`, `output` and the result have one shape.
 *
 * @throws ShapeError when target and output differ in shape.
 *
 * @example
 * ops.binaryCrossentropy(tensor([1, 0]), tensor([0.9, 0.4])); // [0.10536, 0.51083]
 */
export const binaryCrossentropy: Op<[target: TensorLike, output: TensorLike, options?: { readonly fromLogits?: boolean }]> = op(
  "binary_crossentropy",
  ["target", "output"],
  (target: TensorLike, output: TensorLike, options: { readonly fromLogits?: boolean } = {}) => {
    const x = realFloatInput("binary_crossentropy", output, "output");
    const t = targetsLike("binary_crossentropy", target, x);
    if (options.fromLogits === true) return new Tensor(build.sub(softplusOf(x), build.mul(x, t)));
    const p = clipped(x);
    const hit = build.mul(t, build.log(p));
    const miss = build.mul(build.sub(1, t), build.unary("log1p", build.neg(p)));
    return new Tensor(build.neg(build.add(hit, miss)));
  },
);

/**
 * `-sum(target · log p)` over the classes: [..., classes] → [...]. Probabilities are first scaled to sum to 1.
 * @throws ShapeError when target and output differ in shape.
 *
 * @example
 * ops.categoricalCrossentropy(tensor([[0, 1]]), tensor([[0.2, 0.8]])); // [0.22314]
 */
export const categoricalCrossentropy: Op<[target: TensorLike, output: TensorLike, options?: CrossentropyOptions]> = op(
  "categorical_crossentropy",
  ["target", "output"],
  (target: TensorLike, output: TensorLike, options: CrossentropyOptions = {}) => {
    const x = realFloatInput("categorical_crossentropy", output, "output");
    const t = targetsLike("categorical_crossentropy", target, x);
    const axis = axisOf("categorical_crossentropy", options.axis ?? -1, x);
    const logs =
      options.fromLogits === true ? logSoftmaxOf(x, [axis]) : build.log(clipped(build.div(x, reduceOver("sum", x, [axis], true))));
    return new Tensor(build.neg(build.sum(build.mul(t, logs), [axis])));
  },
);

/**
 * `-log p` of the class that `target` names: target [...] and output [..., classes] → [...]. Targets may be floats that are whole numbers,
 * and may have a last axis of size 1. A label outside 0 … classes - 1, or NaN, is an error when the result is read.
 * @throws ShapeError when target and output do not fit.
 *
 * @example
 * ops.sparseCategoricalCrossentropy(tensor([1], { dtype: "int32" }), tensor([[0.2, 0.8]])); // [0.22314]
 */
export const sparseCategoricalCrossentropy: Op<[target: TensorLike, output: TensorLike, options?: CrossentropyOptions]> = op(
  "sparse_categorical_crossentropy",
  ["target", "output"],
  (target: TensorLike, output: TensorLike, options: CrossentropyOptions = {}) => {
    const name = "sparse_categorical_crossentropy";
    const x = realFloatInput(name, output, "output");
    if (x.shape.length === 0) throw new ShapeError(`[${name}] output must have an axis of classes: received ${formatAval(x)}`);
    const axis = axisOf(name, options.axis ?? -1, x);
    const labels = checkedLabels(name, target, x, axis);
    const mask = classMask(labels, x.shape[axis] as number, axis);
    const ofClass = (values: Value): Value => build.sum(build.select(mask, values, 0), [axis]);
    if (options.fromLogits === true) return new Tensor(build.sub(logSumExpOf(x, [axis]), ofClass(x)));
    const p = clipped(x);
    return new Tensor(build.sub(build.log(build.sum(p, [axis])), build.log(ofClass(p))));
  },
);

/** Labels as int32 of the output's shape without its classes; the run ends with an error where one is no class. */
function checkedLabels(name: string, target: TensorLike, output: Value, axis: number): Value {
  const given = isTensorBase(target) ? target.value : input(name, target, "target");
  const expected = output.shape.filter((_, i) => i !== axis);
  const rank = given.shape.length;
  const squeezed = rank === expected.length + 1 && given.shape[rank - 1] === 1 ? build.reshape(given, given.shape.slice(0, -1)) : given;
  if (!compatibleShapes(squeezed.shape, expected)) {
    throw new ShapeError(
      `[${name}] target must have output's shape without its classes: received ${formatAval(given)} for output ${formatAval(output)}`,
    );
  }
  const classes = output.shape[axis] as number;
  const labels = build.cast(squeezed, "int32");
  if (Number.isNaN(classes)) return labels;
  const inRange = build.and(build.le(build.constant(0, "int32"), labels), build.lt(labels, classes));
  const ok = isFloating(squeezed.dtype) ? build.and(inRange, build.eq(build.unary("floor", squeezed), squeezed)) : inRange;
  return build.check(labels, ok, `a label is not a class: labels must be whole numbers from 0 to ${classes - 1}`);
}
