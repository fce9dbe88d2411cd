/** Numbers spaced evenly between two ends, on a linear or a logarithmic scale. */
import { type DType, isFloating } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { broadcastShapes } from "../../shapes/broadcast.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { movedAxes } from "../shape/reshape.ts";
import { axisOf } from "../support/axes.ts";
import { dtypeOption, integerInput, operands, realFloatInput, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Options of {@link linspace}, {@link logspace} and {@link geomspace}. */
export interface SpaceOptions {
  /** How many numbers. Default 50. */
  readonly num?: number;
  /** Whether `stop` is the last of them. Default true. */
  readonly endpoint?: boolean;
  /** Default: that of start and stop, at least float32. */
  readonly dtype?: DType | null;
  /** Where the new axis goes in the result when start or stop are tensors. Default 0. */
  readonly axis?: number;
}

interface Ends {
  readonly start: Value;
  readonly stop: Value;
  readonly dtype: DType;
}

function endsOf(name: string, start: TensorLike, stop: TensorLike, options: SpaceOptions): Ends {
  const [a, b] = operands(name, [start, stop], ["start", "stop"]).map(toFloat) as [Value, Value];
  return { start: a, stop: b, dtype: dtypeOption(name, options.dtype, a.dtype) };
}

/** Evenly spaced numbers along a new axis, in the dtype of the ends; both ends are exact. */
function spaced(name: string, { start, stop }: Ends, options: SpaceOptions): { numbers: Value; step: Value } {
  const num = integerInput(name, options.num ?? 50, "num", 0);
  const intervals = options.endpoint === false ? num : num - 1;
  const step = build.div(build.sub(stop, start), intervals > 0 ? intervals : NaN);
  const shape = broadcastShapes(name, start.shape, stop.shape);
  const index = build.iota([num, ...shape.map(() => 1)], 0, start.dtype);
  let numbers = intervals > 0 ? build.add(build.mul(index, step), start) : build.broadcast(start, [num, ...shape]);
  if (options.endpoint !== false && num > 1) numbers = build.select(build.eq(index, num - 1), stop, numbers);
  const wide = build.broadcast(numbers, [num, ...shape]);
  const axis = axisOf(name, options.axis ?? 0, { dtype: "float32", shape }, "axis", 1);
  return { numbers: build.transpose(wide, movedAxes(shape.length + 1, [0], [axis])), step };
}

/** As `dtype`; integers are floored, as NumPy does. */
function finish(x: Value, dtype: DType): Tensor {
  return new Tensor(build.cast(isFloating(dtype) ? x : build.unary("floor", x), dtype));
}

/** {@link linspace} with the distance between the numbers beside them. */
type LinspaceOptions = SpaceOptions & { readonly retstep?: boolean };

/**
 * `num` numbers from `start` to `stop`, evenly spaced: [num], or with tensors as ends [num, ...shape].
 *
 * @param options `retstep: true` gives [numbers, distance between them].
 * @example
 * ops.linspace(0, 1, { num: 5 }) // [0, 0.25, 0.5, 0.75, 1]
 */
export const linspace: LinspaceOp = op(
  "linspace",
  ["start", "stop"],
  (start: TensorLike, stop: TensorLike, options: LinspaceOptions = {}) => {
    const ends = endsOf("linspace", start, stop, options);
    const { numbers, step } = spaced("linspace", ends, options);
    const result = finish(numbers, ends.dtype);
    return options.retstep === true ? [result, new Tensor(step)] : result;
  },
) as unknown as LinspaceOp;

/** The type of {@link linspace}. */
export interface LinspaceOp extends Op<[start: TensorLike, stop: TensorLike, options?: SpaceOptions & { readonly retstep?: false }]> {
  (start: TensorLike, stop: TensorLike, options: SpaceOptions & { readonly retstep: true }): [Tensor, Tensor];
}

/**
 * Numbers whose logarithms to `base` (default 10) are evenly spaced: base^start … base^stop.
 *
 * Ends of shape [...] (they broadcast) give [num, ...].
 *
 * @throws ValueError when `num` is no integer of at least 0; ShapeError when the ends do not broadcast.
 *
 * @example
 * ops.logspace(0, 2, { num: 3 }); // [1, 10, 100]
 */
export const logspace: Op<[start: TensorLike, stop: TensorLike, options?: SpaceOptions & { readonly base?: number }]> = op(
  "logspace",
  ["start", "stop"],
  (start: TensorLike, stop: TensorLike, options: SpaceOptions & { readonly base?: number } = {}) => {
    const ends = endsOf("logspace", start, stop, options);
    const { numbers } = spaced("logspace", ends, options);
    return finish(build.pow(options.base ?? 10, numbers), ends.dtype);
  },
);

/**
 * Numbers from `start` to `stop` of which each is the one before times the same factor. The ends have one sign.
 *
 * Ends of shape [...] (they broadcast) give [num, ...].
 *
 * @throws ValueError when `num` is no integer of at least 0; ShapeError when the ends do not broadcast.
 *
 * @example
 * ops.geomspace(1, 8, { num: 4 }); // [1, 2, 4, 8]
 */
export const geomspace: Op<[start: TensorLike, stop: TensorLike, options?: SpaceOptions]> = op(
  "geomspace",
  ["start", "stop"],
  (start: TensorLike, stop: TensorLike, options: SpaceOptions = {}) => {
    // As in Keras, what it is computed in is float32 unless asked for another dtype.
    const dtype = dtypeOption("geomspace", options.dtype, "float32");
    const wide = (end: TensorLike, what: string): Tensor =>
      new Tensor(build.cast(realFloatInput("geomspace", end, what), isFloating(dtype) ? dtype : "float32"));
    const ends = endsOf("geomspace", wide(start, "start"), wide(stop, "stop"), { ...options, dtype });
    const sign = build.sign(ends.start);
    const logs = { ...ends, start: build.log(build.abs(ends.start)), stop: build.log(build.abs(ends.stop)) };
    const { numbers } = spaced("geomspace", logs, options);
    const axis = axisOf("geomspace", options.axis ?? 0, sign, "axis", 1);
    const signs = build.reshape(sign, [...sign.shape.slice(0, axis), 1, ...sign.shape.slice(axis)]);
    return finish(build.mul(build.exp(numbers), signs), ends.dtype);
  },
);
