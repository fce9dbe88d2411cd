/** Reductions over sliding windows, and the two that pick the extreme's place in each window. */
import { ShapeError } from "../errors.ts";
import type { Aval, Shape, Value } from "../graph/value.ts";
import { formatAval } from "../shapes/format.ts";
import { dilatedSize, windowCount } from "../shapes/window.ts";
import { allBatched } from "./batching.ts";
import { pad, reduceWindow, windowGather, windowScatter, zerosLike } from "./build.ts";
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

/** d/dx of windowed sums: each element sums the cotangents of the windows it is in, which is a windowed sum again. */
function windowSumGradient(ct: Value, x: Value, { window, strides, padding, dilation }: WindowParams): Value {
  if (x.shape.includes(0) || ct.shape.includes(0)) return zerosLike(x);
  const low = window.map((size, i) => dilatedSize(size, dilation[i]) - 1 - padding[i][0]);
  const high = window.map((size, i) => {
    const reach = x.shape[i] + dilatedSize(size, dilation[i]) - 1;
    return reach - dilatedSize(ct.shape[i], strides[i]) - low[i];
  });
  const spread = pad(
    ct,
    low,
    high,
    strides.map((stride) => stride - 1),
  );
  return reduceWindow("sum", spread, { window, strides: strides.map(() => 1), padding: strides.map(() => [0, 0]), dilation });
}

/** Windows that span one example each. */
function batchedWindow({ window, strides, padding, dilation }: WindowParams): WindowParams {
  return { window: [1, ...window], strides: [1, ...strides], padding: [[0, 0], ...padding], dilation: [1, ...dilation] };
}

export const windowPrimitives: Pick<PrimitiveTable, "reduce_window" | "window_gather" | "window_scatter"> = {
  reduce_window: {
    infer: (inputs, params) => {
      requireCount("reduce_window", inputs, 1);
      const [x] = inputs;
      requireDType("reduce_window", params.op === "sum" ? "number" : "real", x);
      return [{ dtype: x.dtype, shape: windowShape("reduce_window", x, params) }];
    },
    vjp: ({ inputs: [x], cotangents: [ct], params }) => {
      if (ct === null) return [null];
      const { op } = params;
      return [op === "sum" ? windowSumGradient(ct, x, params) : windowScatter(op, x, ct, params)];
    },
    batch: ({ inputs: [x], params }) => [reduceWindow(params.op, x, batchedWindow(params))],
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
    vjp: ({ inputs: [x], cotangents: [ct], params }) => [null, ct && windowScatter(params.op, x, ct, params)],
    batch: (context) => [windowGather(context.params.op, ...(allBatched(context) as [Value, Value]), batchedWindow(context.params))],
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
    vjp: ({ inputs: [x], cotangents: [ct], params }) => [null, ct && windowGather(params.op, x, ct, params)],
    batch: (context) => [windowScatter(context.params.op, ...(allBatched(context) as [Value, Value]), batchedWindow(context.params))],
  },
};
