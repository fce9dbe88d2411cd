/** Reductions over sliding windows, and the two that pick the extreme's place in each window. */
import { ShapeError } from "../errors.ts";
import type { Aval, Shape } from "../graph/value.ts";
import { formatAval } from "../shapes/format.ts";
import { dilatedSize, windowCount } from "../shapes/window.ts";
import { requireCount, requireDType, requireIntegers, requireLength, requireMatch, requireSameDType } from "./checks.ts";
import type { WindowParams } from "./params.ts";
import type { PrimitiveTable } from "./primitive.ts";

/** Shape of the windows' results. */
function windowShape(op: string, x: Aval, { window, strides, padding, dilation }: WindowParams): Shape {
  const rank = x.shape.length;
  requireLength(op, "window", window, rank);
  requireLength(op, "strides", strides, rank);
  requireLength(op, "padding", padding, rank);
  requireLength(op, "dilation", dilation, rank);
  requireIntegers(op, "window", window, 1);
  requireIntegers(op, "strides", strides, 1);
  requireIntegers(op, "dilation", dilation, 1);
  requireIntegers(op, "padding", padding.flat(), 0, true);
  return x.shape.map((dim, i) => {
    const count = windowCount(dim, padding[i], window[i], dilation[i], strides[i]);
    if (count < 1 && dim !== 0) {
      const padded = dim + padding[i][0] + padding[i][1];
      throw new ShapeError(
        `[${op}] the window is larger than the padded input: ${dilatedSize(window[i], dilation[i])} > ${padded} at axis ${i} of ${formatAval(x)}`,
      );
    }
    return Math.max(count, 0);
  });
}

export const windowPrimitives: Pick<PrimitiveTable, "reduce_window" | "window_gather" | "window_scatter"> = {
  reduce_window: {
    infer: (inputs, params) => {
      requireCount("reduce_window", inputs, 1);
      const [x] = inputs;
      requireDType("reduce_window", params.op === "sum" ? "number" : "real", x);
      return [{ dtype: x.dtype, shape: windowShape("reduce_window", x, params) }];
    },
    vjp: "undefined",
  },
  window_gather: {
    infer: (inputs, params) => {
      requireCount("window_gather", inputs, 2);
      const [x, y] = inputs;
      requireSameDType("window_gather", x, y);
      requireDType("window_gather", "real", x);
      requireMatch("window_gather", "the second operand must have the first one's shape", y, x);
      return [{ dtype: x.dtype, shape: windowShape("window_gather", x, params) }];
    },
    vjp: "undefined",
  },
  window_scatter: {
    infer: (inputs, params) => {
      requireCount("window_scatter", inputs, 2);
      const [x, y] = inputs;
      requireSameDType("window_scatter", x, y);
      requireDType("window_scatter", "real", x);
      const shape = windowShape("window_scatter", x, params);
      requireMatch("window_scatter", "the second operand must have the windows' shape", y, { dtype: x.dtype, shape });
      return [x];
    },
    vjp: "undefined",
  },
};
