/** Pixels to channels and back; sliding blocks; quality of pictures. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { floatPair, input, integerInput, numberInput, toFloat } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { type DataFormat, dataFormatOf, fromChannelsLast, perAxis, toChannelsLast } from "./windows.ts";

/** Where the channels are. */
export interface BlockOptions {
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

function picture(name: string, x: TensorLike, format: DataFormat): Value {
  const value = input(name, x);
  if (value.shape.length !== 4)
    throw new ShapeError(`[${name}] x must be [batch, height, width, channels] (or channels first): received ${formatAval(value)}`);
  return toChannelsLast(value, format);
}

/**
 * Channels spread over blocks of pixels: [batch, h, w, c · b²] → [batch, h · b, w · b, c].
 *
 * @throws ShapeError unless `x` has four axes and the channels are a multiple of `blockSize`²; ValueError when `blockSize` is no integer
 * of at least 1.
 *
 * @example
 * ops.depthToSpace(ops.ones([1, 2, 2, 4]), 2).shape; // [1, 4, 4, 1]
 */
export const depthToSpace: Op<[x: TensorLike, blockSize: number, options?: BlockOptions]> = op(
  "depth_to_space",
  ["x", "blockSize"],
  (x: TensorLike, blockSize: number, options: BlockOptions = {}) => {
    const format = dataFormatOf("depth_to_space", options.dataFormat);
    const value = picture("depth_to_space", x, format);
    const b = integerInput("depth_to_space", blockSize, "blockSize", 1);
    const [n, h, w, c] = value.shape as readonly [number, number, number, number];
    const channels = c / (b * b);
    if (!Number.isInteger(channels))
      throw new ShapeError(`[depth_to_space] channels must be a multiple of blockSize²: received ${formatAval(value)} and ${b}`);
    const spread = build.transpose(build.reshape(value, [n, h, w, b, b, channels]), [0, 1, 3, 2, 4, 5]);
    return new Tensor(fromChannelsLast(build.reshape(spread, [n, h * b, w * b, channels]), format));
  },
);

/**
 * Blocks of pixels put into channels: [batch, h · b, w · b, c] → [batch, h, w, c · b²].
 *
 * @throws ShapeError unless `x` has four axes and height and width are multiples of `blockSize`; ValueError when that is no integer of at
 * least 1.
 *
 * @example
 * ops.spaceToDepth(ops.ones([1, 4, 4, 1]), 2).shape; // [1, 2, 2, 4]
 */
export const spaceToDepth: Op<[x: TensorLike, blockSize: number, options?: BlockOptions]> = op(
  "space_to_depth",
  ["x", "blockSize"],
  (x: TensorLike, blockSize: number, options: BlockOptions = {}) => {
    const format = dataFormatOf("space_to_depth", options.dataFormat);
    const value = picture("space_to_depth", x, format);
    const b = integerInput("space_to_depth", blockSize, "blockSize", 1);
    const [n, h, w, c] = value.shape as readonly [number, number, number, number];
    if (h % b > 0 || w % b > 0)
      throw new ShapeError(`[space_to_depth] height and width must be multiples of blockSize: received ${formatAval(value)} and ${b}`);
    const blocks = build.transpose(build.reshape(value, [n, h / b, b, w / b, b, c]), [0, 1, 3, 2, 4, 5]);
    return new Tensor(fromChannelsLast(build.reshape(blocks, [n, h / b, w / b, c * b * b]), format));
  },
);

/** Options of {@link unfold} and {@link fold}; one number, or one for height and one for width. */
export interface UnfoldOptions {
  /** Distance between elements of a block. Default 1. */
  readonly dilation?: number | readonly number[];
  /** Zeros around. Default 0. */
  readonly padding?: number | readonly number[];
  /** Distance between blocks. Default 1. */
  readonly stride?: number | readonly number[];
}

interface BlockSetting {
  readonly kernel: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly stride: readonly number[];
}

function blockSetting(name: string, kernelSize: number | readonly number[], options: UnfoldOptions): BlockSetting {
  const padding = options.padding ?? 0;
  return {
    kernel: perAxis(name, "kernelSize", kernelSize, 2),
    dilation: perAxis(name, "dilation", options.dilation ?? 1, 2),
    padding: (typeof padding === "number" ? [padding, padding] : padding).map((p) => integerInput(name, p, "padding", 0)),
    stride: perAxis(name, "stride", options.stride ?? 1, 2),
  };
}

/** How many blocks fit along an axis. */
function blockCount(size: number, i: number, { kernel, dilation, padding, stride }: BlockSetting): number {
  return (
    Math.floor((size + 2 * (padding[i] as number) - (dilation[i] as number) * ((kernel[i] as number) - 1) - 1) / (stride[i] as number)) + 1
  );
}

/** The indices of blocks' elements along a padded axis: [kernel, blocks]. */
function blockIndices(count: number, i: number, { kernel, dilation, stride }: BlockSetting): Value {
  const shape = [kernel[i] as number, count];
  return build.add(build.mul(build.iota(shape, 0), dilation[i] as number), build.mul(build.iota(shape, 1), stride[i] as number));
}

/**
 * Sliding blocks as columns: [batch, channels, height, width] → [batch, channels · kernel size, blocks], as torch's unfold.
 *
 * @throws ShapeError unless `x` has four axes; ValueError for sizes that are no positive integers.
 *
 * @example
 * const x = ops.reshape(tensor([1, 2, 3, 4, 5, 6]), [1, 1, 2, 3]);
 * ops.unfold(x, 2); // [[[1, 2], [2, 3], [4, 5], [5, 6]]]
 */
export const unfold: Op<[x: TensorLike, kernelSize: number | readonly number[], options?: UnfoldOptions]> = op(
  "unfold",
  ["x", "kernelSize"],
  (x: TensorLike, kernelSize: number | readonly number[], options: UnfoldOptions = {}) => {
    const value = input("unfold", x);
    if (value.shape.length !== 4)
      throw new ShapeError(`[unfold] x must be [batch, channels, height, width]: received ${formatAval(value)}`);
    const setting = blockSetting("unfold", kernelSize, options);
    const [n, c, h, w] = value.shape as readonly [number, number, number, number];
    const [rows, columns] = [blockCount(h, 0, setting), blockCount(w, 1, setting)];
    const [ph, pw] = setting.padding as [number, number];
    const padded = build.pad(value, [0, 0, ph, pw], [0, 0, ph, pw]);
    const byRow = build.gather(padded, blockIndices(rows, 0, setting), 2); // [n, c, kh, rows, w]
    const blocks = build.gather(byRow, blockIndices(columns, 1, setting), 4); // [n, c, kh, rows, kw, columns]
    const [kh, kw] = setting.kernel as [number, number];
    return new Tensor(build.reshape(build.transpose(blocks, [0, 1, 2, 4, 3, 5]), [n, c * kh * kw, rows * columns]));
  },
);

/**
 * The transpose of {@link unfold}: blocks added up at their places: [batch, channels · kernel size, blocks] → [batch, channels, ...outputSize].
 *
 * @throws ShapeError when `x` has not as many channels and blocks as the sizes ask for; ValueError for sizes that are no positive
 * integers.
 *
 * @example
 * // Each element of the middle column lies in two blocks.
 * const columns = ops.unfold(ops.ones([1, 1, 2, 3]), 2);
 * ops.fold(columns, [2, 3], 2); // [[[[1, 2, 1], [1, 2, 1]]]]
 */
export const fold: Op<
  [x: TensorLike, outputSize: number | readonly number[], kernelSize: number | readonly number[], options?: UnfoldOptions]
> = op(
  "fold",
  ["x", "outputSize", "kernelSize"],
  (x: TensorLike, outputSize: number | readonly number[], kernelSize: number | readonly number[], options: UnfoldOptions = {}) => {
    const value = input("fold", x);
    const setting = blockSetting("fold", kernelSize, options);
    const [h, w] = perAxis("fold", "outputSize", outputSize, 2) as [number, number];
    const [kh, kw] = setting.kernel as [number, number];
    const [ph, pw] = setting.padding as [number, number];
    const [rows, columns] = [blockCount(h, 0, setting), blockCount(w, 1, setting)];
    const channels = (value.shape[1] as number) / (kh * kw);
    if (value.shape.length !== 3 || !Number.isInteger(channels) || value.shape[2] !== rows * columns) {
      throw new ShapeError(
        `[fold] x must be [batch, channels · ${kh * kw}, ${rows * columns}] for these blocks: received ${formatAval(value)}`,
      );
    }
    const n = value.shape[0] as number;
    const blocks = build.transpose(build.reshape(value, [n, channels, kh, kw, rows, columns]), [0, 1, 2, 4, 3, 5]);
    const wide = build.full([n, channels, kh, rows, w + 2 * pw], 0, value.dtype);
    const byRow = build.scatter("add", wide, blockIndices(columns, 1, setting), blocks, 4);
    const tall = build.full([n, channels, h + 2 * ph, w + 2 * pw], 0, value.dtype);
    const summed = build.scatter("add", tall, blockIndices(rows, 0, setting), byRow, 2);
    return new Tensor(build.slice(summed, [0, 0, ph, pw], [n, channels, ph + h, pw + w]));
  },
);

/**
 * The peak signal-to-noise ratio in dB of two pictures of which `maxVal` is the largest possible value: a scalar.
 *
 * @example
 * ops.psnr(tensor([1, 2]), tensor([1, 3]), 10); // 23.01
 */
export const psnr: Op<[x1: TensorLike, x2: TensorLike, maxVal: number]> = op(
  "psnr",
  ["x1", "x2", "maxVal"],
  (x1: TensorLike, x2: TensorLike, maxVal: number) => {
    const [a, b] = floatPair("psnr", x1, x2);
    const difference = build.sub(a, b);
    const squares = toFloat(build.mul(difference, difference));
    const axes = squares.shape.map((_, axis) => axis);
    const mse = build.div(
      build.sum(squares, axes),
      squares.shape.reduce((size, dim) => size * dim, 1),
    );
    const decibels = build.mul(build.log(mse), 10 * Math.LOG10E);
    return new Tensor(build.sub(20 * Math.log10(numberInput("psnr", maxVal, "maxVal")), decibels));
  },
);
