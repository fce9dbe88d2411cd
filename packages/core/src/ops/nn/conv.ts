/** Convolutions over 1 to 3 spatial axes. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { sameDim } from "../../shapes/dims.ts";
import { formatAval } from "../../shapes/format.ts";
import { dilatedSize } from "../../shapes/window.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { operands } from "../support/input.ts";
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

/** Options of {@link conv} and its relatives. */
export interface ConvOptions {
  /** Distance between windows: one number, or one for each spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** "valid" (default), "same", or for one spatial axis "causal": no result depends on later inputs. */
  readonly padding?: Padding | "causal";
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the elements of a window: one number, or one for each spatial axis. Default 1. */
  readonly dilationRate?: number | readonly number[];
}

interface ConvSetting {
  readonly x: Value;
  readonly format: DataFormat;
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
}

/** Checks arguments; `kernel` has its window on the leading axes. */
function convSetting(name: string, inputs: Value, kernel: Value, options: ConvOptions): ConvSetting {
  const spatial = spatialRank(name, inputs);
  if (kernel.shape.length !== spatial + 2) {
    throw new ShapeError(
      `[${name}] the kernel must have ${spatial} window axes and two for channels: received ${formatAval(kernel)} for inputs ${formatAval(inputs)}`,
    );
  }
  const format = dataFormatOf(name, options.dataFormat);
  const x = toChannelsLast(inputs, format);
  const strides = perAxis(name, "strides", options.strides ?? 1, spatial);
  const dilation = perAxis(name, "dilationRate", options.dilationRate ?? 1, spatial);
  const kind = choice(name, "padding", options.padding ?? "valid", ["valid", "same", "causal"]);
  if (kind === "causal" && spatial !== 1) throw new ValueError(`[${name}] padding "causal" needs one spatial axis: received ${spatial}`);
  // Keras, too, refuses both but for depthwise convolutions.
  if (name !== "depthwise_conv" && strides.some((stride) => stride > 1) && dilation.some((rate) => rate > 1)) {
    throw new ValueError(
      `[${name}] strides and dilationRate cannot both be above 1: received [${strides.join(",")}] and [${dilation.join(",")}]`,
    );
  }
  const padding = strides.map((stride, i): [number, number] => {
    const [window, rate] = [kernel.shape[i] as number, dilation[i] as number];
    if (kind === "valid") return [0, 0];
    return kind === "same" ? samePadding(x.shape[i + 1] as number, window, stride, rate) : [dilatedSize(window, rate) - 1, 0];
  });
  return { x, format, strides, padding, dilation };
}

/** [N, ...spatial, C] * [...window, C, O] → [N, ...out, O] */
function plainConv(x: Value, kernel: Value, { strides, padding, dilation }: ConvSetting, lhsDilation: readonly number[]): Value {
  const result = build.conv(build.reshape(x, [1, ...x.shape]), build.reshape(kernel, [1, ...kernel.shape]), {
    strides,
    padding,
    lhsDilation,
    rhsDilation: dilation,
  });
  return build.reshape(result, result.shape.slice(1));
}

/** [N, ...spatial, G·C] * [G, ...window, C, O] → [N, ...out, G·O] */
function groupedConv(x: Value, kernel: Value, { strides, padding, dilation }: ConvSetting): Value {
  const groups = kernel.shape[0] as number;
  const rank = x.shape.length;
  const perGroup = (x.shape[rank - 1] as number) / groups;
  const split = build.reshape(x, [...x.shape.slice(0, -1), groups, perGroup]);
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const grouped = build.transpose(split, [rank - 1, ...axes, rank]);
  const result = build.conv(grouped, kernel, { strides, padding, lhsDilation: strides.map(() => 1), rhsDilation: dilation });
  const joined = build.transpose(result, [...axes.map((axis) => axis + 1), 0, rank]);
  return build.reshape(joined, [...joined.shape.slice(0, -2), groups * (joined.shape[rank] as number)]);
}

/** {@link conv} of values of one dtype. */
function convOf(name: string, inputs: Value, kernel: Value, options: ConvOptions): Value {
  const setting = convSetting(name, inputs, kernel, options);
  const { x, format } = setting;
  const [perGroup, features] = kernel.shape.slice(-2) as [number, number];
  const channels = x.shape[x.shape.length - 1] as number;
  if (sameDim(channels, perGroup))
    return fromChannelsLast(
      plainConv(
        x,
        kernel,
        setting,
        setting.strides.map(() => 1),
      ),
      format,
    );
  const groups = channels / perGroup;
  if (!Number.isInteger(groups) || features % groups !== 0) {
    throw new ShapeError(
      `[${name}] channels do not fit: inputs ${formatAval(inputs)} have ${channels}, the kernel ${formatAval(kernel)} takes ${perGroup} ` +
        `and gives ${features}; with groups both must be multiples of the number of groups`,
    );
  }
  const window = kernel.shape.slice(0, -2);
  const split = build.reshape(kernel, [...window, perGroup, groups, features / groups]);
  const axes = window.map((_, axis) => axis);
  const grouped = build.transpose(split, [window.length + 1, ...axes, window.length, window.length + 2]);
  return fromChannelsLast(groupedConv(x, grouped, setting), format);
}

/**
 * Convolution (cross-correlation): inputs [batch, ...spatial, channels] * kernel [...window, channels / groups, features] →
 * [batch, ...out, features], for 1 to 3 spatial axes. Fewer kernel channels than inputs' make groups.
 * @throws ShapeError when channels do not fit or the window is larger than the padded inputs; ValueError for strides and dilation together.
 *
 * @example
 * ops.conv(ops.ones([1, 5, 1]), ops.ones([3, 1, 1])); // [[[3], [3], [3]]]
 */
export const conv: Op<[inputs: TensorLike, kernel: TensorLike, options?: ConvOptions]> = op(
  "conv",
  ["inputs", "kernel"],
  (inputs: TensorLike, kernel: TensorLike, options: ConvOptions = {}) => {
    const [x, w] = operands("conv", [inputs, kernel], ["inputs", "kernel"]) as [Value, Value];
    return new Tensor(convOf("conv", x, w, options));
  },
);

/** {@link depthwiseConv} of values of one dtype. */
function depthwiseOf(name: string, inputs: Value, kernel: Value, options: ConvOptions): Value {
  const setting = convSetting(name, inputs, kernel, options);
  const { x, format } = setting;
  const rank = kernel.shape.length;
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  const given = x.shape[x.shape.length - 1] as number;
  if (!sameDim(given, channels)) {
    throw new ShapeError(`[${name}] channels differ: inputs ${formatAval(inputs)}, kernel ${formatAval(kernel)} (${given} ≠ ${channels})`);
  }
  const window = kernel.shape.slice(0, -2);
  const moved = build.transpose(kernel, [rank - 2, ...window.map((_, axis) => axis), rank - 1]);
  const grouped = build.reshape(moved, [channels, ...window, 1, multiplier]);
  return fromChannelsLast(groupedConv(x, grouped, setting), format);
}

/**
 * Each channel convolved with its own kernels: [batch, ...spatial, channels] * [...window, channels, multiplier] → [..., channels · multiplier].
 *
 * @throws ShapeError when the kernel's rank or channels differ from those of the inputs; ValueError for a padding, stride or data format
 * that does not exist.
 *
 * @example
 * ops.depthwiseConv(ops.ones([1, 5, 5, 2]), ops.ones([3, 3, 2, 1])).shape; // [1, 3, 3, 2]
 */
export const depthwiseConv: Op<[inputs: TensorLike, kernel: TensorLike, options?: ConvOptions]> = op(
  "depthwise_conv",
  ["inputs", "kernel"],
  (inputs: TensorLike, kernel: TensorLike, options: ConvOptions = {}) => {
    const [x, w] = operands("depthwise_conv", [inputs, kernel], ["inputs", "kernel"]) as [Value, Value];
    return new Tensor(depthwiseOf("depthwise_conv", x, w, options));
  },
);

/**
 * {@link depthwiseConv} followed by a convolution with windows of 1: pointwise kernel [1, ..., channels · multiplier, features].
 *
 * @throws ShapeError when a kernel's rank or channels do not fit; ValueError for a padding, stride or data format that does not exist.
 *
 * @example
 * ops.separableConv(ops.ones([1, 5, 5, 2]), ops.ones([3, 3, 2, 1]), ops.ones([1, 1, 2, 4])).shape; // [1, 3, 3, 4]
 */
export const separableConv: Op<[inputs: TensorLike, depthwiseKernel: TensorLike, pointwiseKernel: TensorLike, options?: ConvOptions]> = op(
  "separable_conv",
  ["inputs", "depthwiseKernel", "pointwiseKernel"],
  (inputs: TensorLike, depthwiseKernel: TensorLike, pointwiseKernel: TensorLike, options: ConvOptions = {}) => {
    const names = ["inputs", "depthwiseKernel", "pointwiseKernel"];
    const [x, depthwise, pointwise] = operands("separable_conv", [inputs, depthwiseKernel, pointwiseKernel], names) as [
      Value,
      Value,
      Value,
    ];
    const middle = depthwiseOf("separable_conv", x, depthwise, options);
    return new Tensor(convOf("separable_conv", middle, pointwise, { dataFormat: options.dataFormat, padding: "valid" }));
  },
);

/** Options of {@link convTranspose}. */
export interface ConvTransposeOptions extends Omit<ConvOptions, "padding"> {
  /** "valid" (default) or "same". */
  readonly padding?: Padding;
  /** Extra size of the result along each spatial axis; by default as much as the strides allow. */
  readonly outputPadding?: number | readonly (number | null)[] | null;
}

/**
 * The gradient of a convolution with respect to its inputs, used forward to enlarge: inputs [batch, ...spatial, channels] with kernel
 * [...window, features, channels] → [batch, ...out, features]. With padding "same" out is size · stride.
 *
 * @throws ShapeError when the kernel's rank or last axis does not fit the inputs; ValueError for a padding, stride or data format that
 * does not exist.
 *
 * @example
 * ops.convTranspose(ops.ones([1, 3, 1]), ops.ones([2, 1, 1]), { strides: 2 }).shape; // [1, 6, 1]
 */
export const convTranspose: Op<[inputs: TensorLike, kernel: TensorLike, options?: ConvTransposeOptions]> = op(
  "conv_transpose",
  ["inputs", "kernel"],
  (inputs: TensorLike, kernel: TensorLike, options: ConvTransposeOptions = {}) => {
    const [given, w] = operands("conv_transpose", [inputs, kernel], ["inputs", "kernel"]) as [Value, Value];
    const spatial = spatialRank("conv_transpose", given);
    const kind = choice("conv_transpose", "padding", options.padding ?? "valid", ["valid", "same"]);
    const { x, format, dilation } = convSetting("conv_transpose", given, w, {
      dilationRate: options.dilationRate,
      dataFormat: options.dataFormat,
    });
    const strides = perAxis("conv_transpose", "strides", options.strides ?? 1, spatial);
    const channels = x.shape[x.shape.length - 1] as number;
    if (!sameDim(channels, w.shape[spatial + 1] as number)) {
      throw new ShapeError(
        `[conv_transpose] channels differ: inputs ${formatAval(given)}, kernel ${formatAval(w)} (${channels} ≠ ${w.shape[spatial + 1]})`,
      );
    }
    const extra = outputPaddings(options.outputPadding, spatial);
    const padding = strides.map((stride, i) =>
      transposePadding(dilatedSize(w.shape[i] as number, dilation[i] as number), stride, kind, extra[i] as number | null),
    );
    const windowAxes = strides.map((_, i) => i);
    const swapped = build.transpose(build.flip(w, windowAxes), [...windowAxes, spatial + 1, spatial]);
    const setting = { x, format, strides: strides.map(() => 1), padding, dilation };
    return new Tensor(fromChannelsLast(plainConv(x, swapped, setting, strides), format));
  },
);

function outputPaddings(given: number | readonly (number | null)[] | null | undefined, count: number): readonly (number | null)[] {
  if (given === null || given === undefined) return new Array<null>(count).fill(null);
  return typeof given === "number" ? new Array<number>(count).fill(given) : given;
}

/** Padding of the spread inputs so that the result is what TensorFlow's gradient of a convolution gives. `reach`: size of the dilated window. */
function transposePadding(reach: number, stride: number, kind: Padding, outputPadding: number | null): [number, number] {
  // How much larger the result is than the spread inputs, and what the forward convolution would have been padded with.
  let excess: number;
  let forward = 0;
  if (kind === "valid") {
    excess = reach - 1 + (outputPadding ?? Math.max(reach, stride) - reach);
  } else {
    excess = outputPadding === null ? stride - 1 : (reach % 2) + outputPadding - 1;
    forward = Math.floor(Math.max(reach - 1 - excess, 0) / 2);
  }
  const low = reach - 1 - forward;
  return [low, excess + reach - 1 - low];
}
