/** Evenly and geometrically spaced numbers. */
import type { DType } from "../../dtypes/dtype.ts";
import { ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { dtypeOption, numberInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";

/** Options of {@link arange}. */
export interface ArangeOptions {
  /** Where the range ends (excluded); without it, `start` is the end and the range starts at 0. */
  readonly stop?: number | null;
  /** Distance between neighbours, not 0. Default null: 1. */
  readonly step?: number | null;
  /** Default: int32 for whole numbers, else float32. */
  readonly dtype?: DType;
}

/**
 * Numbers from `start` (included) to `stop` (excluded), `step` apart: [ceil((stop - start) / step)].
 * @throws ValueError for a step of 0.
 * @example
 * ops.arange(3)                      // [0, 1, 2]
 * ops.arange(2, { stop: 10, step: 3 }) // [2, 5, 8]
 */
export const arange: Op<[start: number, options?: ArangeOptions]> = op(
  "arange",
  ["start"],
  (start: number, options: ArangeOptions = {}) => {
    const step = numberInput("arange", options.step ?? 1, "step");
    const hasStop = options.stop !== undefined && options.stop !== null;
    const from = hasStop ? numberInput("arange", start, "start") : 0;
    const to = numberInput("arange", hasStop ? options.stop : start, hasStop ? "stop" : "start");
    if (step === 0) throw new ValueError("[arange] step must not be 0");
    const count = Math.max(0, Math.ceil((to - from) / step));
    if (!Number.isFinite(count)) throw new ValueError(`[arange] the range is endless: received start ${from}, stop ${to}, step ${step}`);
    const whole = [from, to, step].every(Number.isInteger);
    const dtype = dtypeOption("arange", options.dtype, whole ? "int32" : "float32");
    return new Tensor(steps(count, from, step, dtype));
  },
);

/** from + step·[0, 1, … count - 1] as `dtype`; computed in float32 where the numbers are not whole. */
function steps(count: number, from: number, step: number, dtype: DType): Value {
  const whole = Number.isInteger(from) && Number.isInteger(step);
  const work: DType = whole ? "int32" : dtype === "float64" ? "float64" : "float32";
  let x = build.iota([count], 0, work);
  if (step !== 1) x = build.mul(x, step);
  if (from !== 0) x = build.add(x, from);
  return build.cast(x, dtype);
}
