/** Convolution. */
import { ShapeError } from "../errors.ts";
import type { Value } from "../graph/value.ts";
import { mergeDims, sameDim } from "../shapes/dims.ts";
import { formatAval } from "../shapes/format.ts";
import { dilatedSize, windowCount } from "../shapes/window.ts";
import { allBatched, canFold, foldInto, unfoldFrom } from "./batching.ts";
import { conj, conv, flip, reshape, transpose, zerosLike } from "./build.ts";
import { requireCount, requireDType, requireIntegers, requireLength, requireSameDType } from "./checks.ts";
import type { PrimitiveParams } from "./params.ts";
import type { BatchContext, PrimitiveTable } from "./primitive.ts";

type ConvParams = PrimitiveParams["conv"];

/**
 * d/dlhs: each cotangent, spread over the window that it came from. A convolution of the cotangent, dilated by the strides,
 * with the flipped window; strides and lhsDilation change places. Where windows do not tile lhs, the high padding makes up for it
 * (and crops, being negative, what lhs's own padding added).
 */
function convLhsGradient(ct: Value, lhs: Value, rhs: Value, { strides, padding, lhsDilation, rhsDilation }: ConvParams): Value {
  const windowAxes = strides.map((_, i) => i + 1);
  if (windowAxes.some((axis) => lhs.shape[axis + 1] === 0)) return zerosLike(lhs);
  const rank = rhs.shape.length;
  const swapped = transpose(conj(flip(rhs, windowAxes)), [0, ...windowAxes, rank - 1, rank - 2]);
  const back = strides.map((stride, i): readonly [number, number] => {
    const window = dilatedSize(rhs.shape[i + 1], rhsDilation[i]);
    const low = window - 1 - padding[i][0];
    const reach = dilatedSize(lhs.shape[i + 2], lhsDilation[i]) + window - 1;
    return [low, reach - dilatedSize(ct.shape[i + 2], stride) - low];
  });
  return conv(ct, swapped, { strides: lhsDilation, padding: back, lhsDilation: strides, rhsDilation });
}

/**
 * d/drhs: lhs correlated with the cotangent. The batch is summed over, so it takes the channels' place; lhs's channels are the batch,
 * the cotangent is the window; strides and rhsDilation change places.
 */
function convRhsGradient(ct: Value, lhs: Value, rhs: Value, { strides, padding, lhsDilation, rhsDilation }: ConvParams): Value {
  const spatialAxes = strides.map((_, i) => i + 2);
  if (spatialAxes.some((axis) => lhs.shape[axis] === 0)) return zerosLike(rhs);
  const rank = lhs.shape.length;
  const around = padding.map(([low], i): readonly [number, number] => {
    const reach = dilatedSize(rhs.shape[i + 1], rhsDilation[i]) + dilatedSize(ct.shape[i + 2], strides[i]) - 1;
    return [low, reach - dilatedSize(lhs.shape[i + 2], lhsDilation[i]) - low];
  });
  const result = conv(
    transpose(conj(lhs), [0, rank - 1, ...spatialAxes, 1]), // [G, C, ...spatial, N]
    transpose(ct, [0, ...spatialAxes, 1, rank - 1]), // [G, ...out, N, O]
    { strides: rhsDilation, padding: around, lhsDilation, rhsDilation: strides },
  );
  return transpose(result, [0, ...spatialAxes, 1, rank - 1]); // [G, C, ...window, O] → [G, ...window, C, O]
}

/** Examples with windows of their own are more groups; with windows in common, more of the batch; windows alone, more features. */
function batchedConv(context: BatchContext<"conv">): readonly Value[] {
  const [lhs, rhs] = context.inputs;
  const { batched, size, params } = context;
  if (!canFold(size)) {
    const [x, w] = allBatched(context);
    const grouped = (y: Value): Value => reshape(y, [y.shape[0] * y.shape[1], ...y.shape.slice(2)]);
    const out = conv(grouped(x), grouped(w), params);
    return [reshape(out, [size, x.shape[1], ...out.shape.slice(1)])];
  }
  if (batched[0] && batched[1]) return [unfoldFrom(conv(foldInto(lhs, 0), foldInto(rhs, 0), params), 0, size)];
  if (batched[0]) return [unfoldFrom(conv(foldInto(lhs, 1), rhs, params), 1, size)];
  const last = lhs.shape.length - 1;
  return [unfoldFrom(conv(lhs, foldInto(rhs, last), params), last, size)];
}

export const convPrimitives: Pick<PrimitiveTable, "conv"> = {
  conv: {
    infer: (inputs, { strides, padding, lhsDilation, rhsDilation }) => {
      requireCount("conv", inputs, 2);
      const [lhs, rhs] = inputs;
      const operands = `${formatAval(lhs)} * ${formatAval(rhs)}`;
      requireSameDType("conv", lhs, rhs);
      requireDType("conv", "number", lhs);
      const spatial = lhs.shape.length - 3;
      if (spatial < 1 || spatial > 3 || rhs.shape.length !== lhs.shape.length) {
        throw new ShapeError(
          `[conv] operands must be [G,N,...spatial,C] and [G,...window,C,O] with 1 to 3 spatial axes: received ${operands}`,
        );
      }
      requireLength("conv", "strides", strides, spatial);
      requireLength("conv", "padding", padding, spatial);
      requireLength("conv", "lhsDilation", lhsDilation, spatial);
      requireLength("conv", "rhsDilation", rhsDilation, spatial);
      requireIntegers("conv", "strides", strides, 1);
      requireIntegers("conv", "lhsDilation", lhsDilation, 1);
      requireIntegers("conv", "rhsDilation", rhsDilation, 1);
      requireIntegers("conv", "padding", padding.flat(), -Infinity, true);
      const [groups, channels] = [lhs.shape[0], lhs.shape[spatial + 2]];
      const [rhsGroups, rhsChannels, features] = [rhs.shape[0], rhs.shape[spatial + 1], rhs.shape[spatial + 2]];
      if (!sameDim(groups, rhsGroups)) throw new ShapeError(`[conv] groups differ: ${operands} (${groups} ≠ ${rhsGroups})`);
      if (!sameDim(channels, rhsChannels)) throw new ShapeError(`[conv] channels differ: ${operands} (${channels} ≠ ${rhsChannels})`);
      const out = strides.map((stride, i) => {
        const window = rhs.shape[i + 1];
        const size = dilatedSize(lhs.shape[i + 2], lhsDilation[i]);
        if (window === 0) throw new ShapeError(`[conv] the window is empty: ${operands}`);
        const count = windowCount(size, padding[i], window, rhsDilation[i], stride);
        if (count < 1) {
          const padded = size + padding[i][0] + padding[i][1];
          throw new ShapeError(
            `[conv] the window is larger than the padded input: ${dilatedSize(window, rhsDilation[i])} > ${padded} ` +
              `at spatial axis ${i} of ${operands}`,
          );
        }
        return count;
      });
      return [{ dtype: lhs.dtype, shape: [mergeDims(groups, rhsGroups), lhs.shape[1], ...out, features] }];
    },
    vjp: ({ inputs: [lhs, rhs], cotangents: [ct], params, needs }) => [
      needs[0] && ct !== null ? convLhsGradient(ct, lhs, rhs, params) : null,
      needs[1] && ct !== null ? convRhsGradient(ct, lhs, rhs, params) : null,
    ],
    batch: batchedConv,
  },
};
