/** Elementwise primitives beyond those of `unary.ts` and `binary.ts`. */
import { bytesPerElement, isInexact } from "../dtypes/dtype.ts";
import { DTypeError } from "../errors.ts";
import { broadcastShapes } from "../shapes/broadcast.ts";
import { formatAval } from "../shapes/format.ts";
import { aligned, asIs } from "./batching.ts";
import { cast, real, select } from "./build.ts";
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
    vjp: ({ inputs: [condition], cotangents: [ct], needs }) => [
      null,
      needs[1] && ct !== null ? select(condition, ct, 0) : null,
      needs[2] && ct !== null ? select(condition, 0, ct) : null,
    ],
    batch: aligned,
  },
  cast: {
    infer: (inputs, { dtype }) => {
      requireCount("cast", inputs, 1);
      return [{ dtype, shape: inputs[0].shape }];
    },
    vjp: ({ inputs: [x], cotangents: [ct] }) => {
      // Integers and bool are steps: no gradient passes through them.
      if (ct === null || !isInexact(x.dtype) || !isInexact(ct.dtype)) return [null];
      return [cast(ct.dtype === "complex64" && x.dtype !== "complex64" ? real(ct) : ct, x.dtype)];
    },
    batch: asIs,
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
    batch: asIs,
  },
  check: {
    infer: (inputs) => {
      requireCount("check", inputs, 2);
      const [x, ok] = inputs;
      requireDType("check", "bool", ok);
      return [{ dtype: x.dtype, shape: broadcastShapes("check", x.shape, ok.shape) }];
    },
    vjp: ({ cotangents: [ct] }) => [ct, null],
    batch: aligned,
  },
  stop_gradient: {
    infer: (inputs) => {
      requireCount("stop_gradient", inputs, 1);
      return [inputs[0]];
    },
    vjp: "none",
    batch: asIs,
  },
  barrier: {
    infer: (inputs) => {
      requireCount("barrier", inputs, 1);
      return [inputs[0]];
    },
    vjp: ({ cotangents: [ct] }) => [ct],
    batch: asIs,
  },
};
