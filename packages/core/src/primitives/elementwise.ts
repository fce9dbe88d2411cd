/** Elementwise primitives beyond those of `unary.ts` and `binary.ts`. */
import { bytesPerElement } from "../dtypes/dtype.ts";
import { DTypeError } from "../errors.ts";
import { broadcastShapes } from "../shapes/broadcast.ts";
import { formatAval } from "../shapes/format.ts";
import { requireCount, requireDType, requireSameDType } from "./checks.ts";
import type { PrimitiveTable } from "./primitive.ts";

export const elementwisePrimitives: Pick<PrimitiveTable, "select" | "cast" | "bitcast" | "check" | "stop_gradient" | "barrier"> = {
  select: {
    infer: (inputs) => {
      requireCount("select", inputs, 3);
      const [condition, a, b] = inputs;
      if (condition.dtype !== "bool") throw new DTypeError(`[select] condition must be bool: received ${formatAval(condition)}`);
      requireSameDType("select", a, b);
      return [{ dtype: a.dtype, shape: broadcastShapes("select", condition.shape, a.shape, b.shape) }];
    },
    vjp: "undefined",
  },
  cast: {
    infer: (inputs, { dtype }) => {
      requireCount("cast", inputs, 1);
      return [{ dtype, shape: inputs[0].shape }];
    },
    vjp: "undefined",
  },
  bitcast: {
    infer: (inputs, { dtype }) => {
      requireCount("bitcast", inputs, 1);
      const [x] = inputs;
      if (bytesPerElement(x.dtype) !== bytesPerElement(dtype) || (dtype === "bool" && x.dtype !== "bool")) {
        throw new DTypeError(`[bitcast] dtypes must have one width, and bits are no bool: received ${formatAval(x)} to ${dtype}`);
      }
      return [{ dtype, shape: x.shape }];
    },
    vjp: "none",
  },
  check: {
    infer: (inputs) => {
      requireCount("check", inputs, 2);
      const [x, ok] = inputs;
      requireDType("check", "bool", ok);
      return [{ dtype: x.dtype, shape: broadcastShapes("check", x.shape, ok.shape) }];
    },
    vjp: "undefined",
  },
  stop_gradient: {
    infer: (inputs) => {
      requireCount("stop_gradient", inputs, 1);
      return [inputs[0]];
    },
    vjp: "none",
  },
  barrier: {
    infer: (inputs) => {
      requireCount("barrier", inputs, 1);
      return [inputs[0]];
    },
    vjp: "undefined",
  },
};
