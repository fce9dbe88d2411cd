/** Convolution. */
import { ShapeError } from "../errors.ts";
import { mergeDims, sameDim } from "../shapes/dims.ts";
import { formatAval } from "../shapes/format.ts";
import { dilatedSize, windowCount } from "../shapes/window.ts";
import { requireCount, requireDType, requireIntegers, requireLength, requireSameDType } from "./checks.ts";
import type { PrimitiveTable } from "./primitive.ts";

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
        throw new ShapeError(`[conv] operands must be [G,N,...spatial,C] and [G,...window,C,O] with 1 to 3 spatial axes: received ${operands}`);
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
    vjp: "undefined",
  },
};
