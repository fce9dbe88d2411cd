/** Reductions along axes, running ones, and orderings. */
import { DTypeError, ShapeError } from "../errors.ts";
import type { Aval } from "../graph/value.ts";
import { formatAval } from "../shapes/format.ts";
import { requireAxes, requireAxis, requireCount, requireDType } from "./checks.ts";
import type { ReduceOp } from "./params.ts";
import type { PrimitiveTable } from "./primitive.ts";

function checkReduceDType(op: string, reduceOp: ReduceOp, x: Aval, bool: boolean): void {
  const extreme = reduceOp === "max" || reduceOp === "min";
  if (x.dtype === "bool" && !(bool && extreme)) {
    throw new DTypeError(`[${op}] ${reduceOp} does not take bool: received ${formatAval(x)}; cast it to int32`);
  }
  if (x.dtype === "complex64" && extreme) {
    throw new DTypeError(`[${op}] complex numbers have no ${reduceOp}: received ${formatAval(x)}`);
  }
}

export const reducePrimitives: Pick<PrimitiveTable, "reduce" | "argreduce" | "cumulative" | "argsort"> = {
  reduce: {
    infer: (inputs, { op, axes }) => {
      requireCount("reduce", inputs, 1);
      const [x] = inputs;
      requireAxes("reduce", axes, x);
      checkReduceDType("reduce", op, x, true);
      return [{ dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }];
    },
    vjp: "undefined",
  },
  argreduce: {
    infer: (inputs, { axis }) => {
      requireCount("argreduce", inputs, 1);
      const [x] = inputs;
      requireAxis("argreduce", axis, x);
      requireDType("argreduce", "ordered", x);
      if (x.shape[axis] === 0) throw new ShapeError(`[argreduce] axis ${axis} is empty: received ${formatAval(x)}`);
      return [{ dtype: "int32", shape: x.shape.filter((_, i) => i !== axis) }];
    },
    vjp: "none",
  },
  cumulative: {
    infer: (inputs, { op, axis }) => {
      requireCount("cumulative", inputs, 1);
      const [x] = inputs;
      requireAxis("cumulative", axis, x);
      checkReduceDType("cumulative", op, x, false);
      return [x];
    },
    vjp: "undefined",
  },
  argsort: {
    infer: (inputs, { axis }) => {
      requireCount("argsort", inputs, 1);
      const [x] = inputs;
      requireAxis("argsort", axis, x);
      requireDType("argsort", "ordered", x);
      return [{ dtype: "int32", shape: x.shape }];
    },
    vjp: "none",
  },
};
