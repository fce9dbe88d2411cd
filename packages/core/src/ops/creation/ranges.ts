/** Evenly and geometrically spaced numbers. */
import { type DType, isComplex } from "../../dtypes/dtype.ts";
import { promoteTypes, weakTypeOf } from "../../dtypes/promotion.ts";
import { DTypeError, ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import { type AnyTensor, isTensorBase } from "../../tensor/base.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { dtypeOption, numberInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { numberNow } from "../support/read-now.ts";

/** Options of {@link arange}. */
export interface ArangeOptions {
  /** Where the range ends (excluded); without it, `start` is the end and the range starts at 0. */
  readonly stop?: number | AnyTensor | null;
  /** Distance between neighbours, not 0. Default null: 1. */
  readonly step?: number | AnyTensor | null;
  /** Default: what start, stop and step promote to, which is int32 for whole numbers, float32 for others. */
  readonly dtype?: DType;
}

/** A bound or a step as a number: the shape of the result hangs on it, so tensors are read. */
function bound(x: number | AnyTensor, name: string): number {
  if (!isTensorBase(x)) return numberInput("arange", x, name);
  const { value } = x;
  if (value.shape.length !== 0) throw new ShapeError(`[arange] ${name} must be a scalar: received ${formatAval(value)}`);
  if (isComplex(value.dtype)) throw new DTypeError(`[arange] ${name} must be real: received ${value.dtype}`);
  return numberNow("arange", value, `give ${name} as a number`);
}

/**
 * Numbers from `start` (included) to `stop` (excluded), `step` apart: [ceil((stop - start) / step)]. Scalar tensors are read at the call.
 * @throws ValueError for a step of 0; ShapeError for tensors that are no scalars; DTypeError for complex numbers; TraceError for tensors
 * while tracing.
 * @example
 * ops.arange(3)                      // [0, 1, 2]
 * ops.arange(2, { stop: 10, step: 3 }) // [2, 5, 8]
 */
export const arange: Op<[start: number | AnyTensor, options?: ArangeOptions]> = op(
  "arange",
  ["start"],
  (start: number | AnyTensor, options: ArangeOptions = {}) => {
    const { stop, step } = options;
    const hasStop = stop !== undefined && stop !== null;
    const by = bound(step ?? 1, "step");
    const from = hasStop ? bound(start, "start") : 0;
    const to = hasStop ? bound(stop, "stop") : bound(start, "start");
    if (by === 0) throw new ValueError("[arange] step must not be 0");
    const count = Math.max(0, Math.ceil((to - from) / by));
    if (!Number.isFinite(count)) throw new ValueError(`[arange] the range is endless: received start ${from}, stop ${to}, step ${by}`);
    const types = [start, stop ?? 0, step ?? 1].map((x) => (isTensorBase(x) ? x.value.dtype : weakTypeOf(x)));
    return new Tensor(steps(count, from, by, dtypeOption("arange", options.dtype, promoteTypes(...types))));
  },
);

/** from + step·[0, 1, … count - 1] as `dtype`; computed in it where it has 64 bits, else in int32, or float32 where numbers are not whole. */
function steps(count: number, from: number, step: number, dtype: DType): Value {
  const whole = Number.isInteger(from) && Number.isInteger(step);
  const wide = dtype === "float64" || (dtype === "int64" && whole);
  const work: DType = wide ? dtype : whole ? "int32" : "float32";
  let x = build.iota([count], 0, work);
  if (step !== 1) x = build.mul(x, step);
  if (from !== 0) x = build.add(x, from);
  return build.cast(x, dtype);
}
