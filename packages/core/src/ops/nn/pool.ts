/** Pools: extremes and means over sliding windows of 1 to 3 spatial axes. */
import { isFloating } from "../../dtypes/dtype.ts";
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import type { WindowParams } from "../../primitives/params.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { formatAval } from "../../shapes/format.ts";
import { inFloat32, input, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import {
  choice,
  type DataFormat,
  dataFormatOf,
  fromChannelsLast,
  type Padding,
  perAxis,
  samePadding,
  spatialRank,
  toChannelsLast,
} from "./windows.ts";

/** Options of {@link maxPool} and {@link averagePool}. */
export interface PoolOptions {
  /** Distance between windows: one number, or one for each spatial axis. Default: the window's size. */
  readonly strides?: number | readonly number[] | null;
  /** "valid" (default) or "same". */
  readonly padding?: Padding;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

interface PoolSetting {
  readonly x: Value;
  readonly format: DataFormat;
  readonly params: WindowParams;
  readonly padded: boolean;
}

function poolSetting(name: string, inputs: Value, poolSize: number | readonly number[], options: PoolOptions): PoolSetting {
  const spatial = spatialRank(name, inputs);
  const format = dataFormatOf(name, options.dataFormat);
  const x = toChannelsLast(inputs, format);
  const window = perAxis(name, "poolSize", poolSize, spatial);
  const strides = perAxis(name, "strides", options.strides ?? window, spatial);
  const padded = choice(name, "padding", options.padding ?? "valid", ["valid", "same"]) === "same";
  const padding = window.map((size, i): [number, number] =>
    padded ? samePadding(x.shape[i + 1] as number, size, strides[i] as number, 1) : [0, 0],
  );
  const params: WindowParams = {
    window: [1, ...window, 1],
    strides: [1, ...strides, 1],
    padding: [[0, 0], ...padding, [0, 0]],
    dilation: x.shape.map(() => 1),
  };
  return { x, format, params, padded };
}

type Pool = Op<[inputs: TensorLike, poolSize: number | readonly number[], options?: PoolOptions]>;

/**
 * The largest element of each window: [batch, ...spatial, channels] → [batch, ...out, channels]. Its gradient goes to the first such element.
 * @throws ShapeError when a window is larger than the padded inputs.
 *
 * @example
 * ops.maxPool(ops.reshape(tensor([1, 3, 5, 7]), [1, 4, 1]), 2, { strides: 2 }); // [[[3], [7]]]
 */
export const maxPool: Pool = op(
  "max_pool",
  ["inputs", "poolSize"],
  (inputs: TensorLike, poolSize: number | readonly number[], options: PoolOptions = {}) => {
    const { x, format, params } = poolSetting("max_pool", input("max_pool", inputs, "inputs"), poolSize, options);
    return new Tensor(fromChannelsLast(build.reduceWindow("max", x, params), format));
  },
);

/**
 * The mean of each window; with padding "same" of the elements that are there. Integers give float32.
 *
 * [batch, ...spatial, channels] gives [batch, ...out, channels], or channels first.
 *
 * @example
 * ops.averagePool(ops.reshape(tensor([1, 3, 5, 7]), [1, 4, 1]), 2, { strides: 2 }); // [[[2], [6]]]
 */
export const averagePool: Pool = op(
  "average_pool",
  ["inputs", "poolSize"],
  (inputs: TensorLike, poolSize: number | readonly number[], options: PoolOptions = {}) => {
    const setting = poolSetting("average_pool", toFloat(input("average_pool", inputs, "inputs")), poolSize, options);
    const { format, params, padded } = setting;
    const mean = inFloat32(setting.x, (x) => {
      const sums = build.reduceWindow("sum", x, params);
      if (!padded)
        return build.div(
          sums,
          params.window.reduce((size, dim) => size * dim, 1),
        );
      return build.div(sums, windowCounts(x, sums, params));
    });
    return new Tensor(fromChannelsLast(mean, format));
  },
);

/** How many elements of each window are not padding: a product of one factor for each axis. */
function windowCounts(x: Value, sums: Value, { window, strides, padding }: WindowParams): Value {
  let counts: Value | null = null;
  for (let axis = 1; axis < x.shape.length - 1; axis++) {
    const shape = sums.shape.map((dim, i) => (i === axis ? dim : 1));
    const start = build.sub(
      build.mul(build.iota(shape, axis, x.dtype), strides[axis] as number),
      (padding[axis] as readonly [number, number])[0],
    );
    const end = build.minimum(build.add(start, window[axis] as number), x.shape[axis] as number);
    const count = build.sub(end, build.maximum(start, 0));
    counts = counts === null ? count : build.mul(counts, count);
  }
  return counts as Value;
}

/** First and last element (exclusive) of output `i` of `count` over `size` elements. */
function adaptiveWindow(i: number, count: number, size: number): [number, number] {
  return [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
}

type AdaptivePool = Op<[inputs: TensorLike, outputSize: number | readonly number[], options?: { readonly dataFormat?: DataFormat | null }]>;

/* @__NO_SIDE_EFFECTS__ */
function adaptivePool(
  name: string,
  alongAxis: (x: Value, axis: number, count: number) => Value,
  prepare: (x: Value) => Value = (x) => x,
): AdaptivePool {
  return op(
    name,
    ["inputs", "outputSize"],
    (inputs: TensorLike, outputSize: number | readonly number[], options: { readonly dataFormat?: DataFormat | null } = {}) => {
      const given = prepare(input(name, inputs, "inputs"));
      const format = dataFormatOf(name, options.dataFormat);
      const sizes = perAxis(name, "outputSize", outputSize, spatialRank(name, given));
      let x = toChannelsLast(given, format);
      sizes.forEach((count, i) => {
        if (x.shape[i + 1] !== count) x = alongAxis(x, i + 1, count);
      });
      return new Tensor(fromChannelsLast(x, format));
    },
  );
}

function knownSize(name: string, x: Value, axis: number): number {
  const size = x.shape[axis] as number;
  if (Number.isNaN(size)) throw new ShapeError(`[${name}] spatial sizes must be known: received ${formatAval(x)}`);
  return size;
}

/**
 * Means over `outputSize` windows along each spatial axis, as equal as possible; the windows overlap where sizes do not divide.
 *
 * [batch, ...spatial, channels] gives [batch, ...outputSize, channels], or channels first. Integers give float32.
 *
 * @throws ShapeError for a rank other than 3 to 5, or sizes that are not known; ValueError for an output size or data format that does
 * not exist.
 *
 * @example
 * ops.adaptiveAveragePool(ops.ones([1, 6, 2]), 3).shape; // [1, 3, 2]
 */
export const adaptiveAveragePool: AdaptivePool = adaptivePool(
  "adaptive_average_pool",
  (x, axis, count) => {
    const size = knownSize("adaptive_average_pool", x, axis);
    const index = (shape: readonly number[], along: number): Value => build.iota(shape, along, "int32");
    const output = index([count, size], 0);
    const element = index([count, size], 1);
    const start = build.div(build.mul(output, size), count);
    const end = build.div(build.add(build.mul(build.add(output, 1), size), count - 1), count);
    const inside = build.and(build.le(start, element), build.lt(element, end));
    const dtype = isFloating(x.dtype) ? x.dtype : "float32";
    const weights = build.select(inside, build.div(1, build.cast(build.sub(end, start), dtype)), 0);
    // [..., size, ...rest] → [..., rest, size] · [size, count]
    const rank = x.shape.length;
    const order = [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis];
    const moved = build.transpose(x, order);
    const flat = build.reshape(moved, [moved.shape.slice(0, -1).reduce((product, dim) => product * dim, 1), size]);
    const product = build.reshape(build.dot(flat, build.matrixTranspose(weights)), [...moved.shape.slice(0, -1), count]);
    const back = Array.from({ length: rank }, (_, i) => order.indexOf(i));
    return build.transpose(product, back);
  },
  toFloat,
);

/**
 * Largest elements of `outputSize` windows along each spatial axis, as equal as possible.
 *
 * [batch, ...spatial, channels] gives [batch, ...outputSize, channels], or channels first.
 *
 * @throws ShapeError for a rank other than 3 to 5, or sizes that are not known; ValueError for an output size or data format that does
 * not exist.
 *
 * @example
 * ops.adaptiveMaxPool(ops.ones([1, 6, 2]), 3).shape; // [1, 3, 2]
 */
export const adaptiveMaxPool: AdaptivePool = adaptivePool("adaptive_max_pool", (x, axis, count) => {
  const size = knownSize("adaptive_max_pool", x, axis);
  const windows = Array.from({ length: count }, (_, i) => adaptiveWindow(i, count, size));
  const widest = Math.max(...windows.map(([start, end]) => end - start));
  const output = build.iota([count, widest], 0);
  const start = build.div(build.mul(output, size), count);
  const last = build.sub(build.div(build.add(build.mul(build.add(output, 1), size), count - 1), count), 1);
  const indices = build.minimum(build.add(start, build.iota([count, widest], 1)), last);
  return build.reduce("max", build.gather(x, indices, axis), [axis + 1]);
});
