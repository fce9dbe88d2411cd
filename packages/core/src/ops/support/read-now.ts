/** Values that an op must know when it is called. */
import { DeviceError, TraceError } from "../../errors.ts";
import { isFloating } from "../../dtypes/dtype.ts";
import type { Value } from "../../graph/value.ts";
import { cast } from "../../primitives/build.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** True while tracing, where there is no data. */
export function isTraced({ storage, node }: Value): boolean {
  return storage === null && node !== null && (node.trace !== null || node.op === "input");
}

/**
 * The elements of `x`, on which the result's shape hangs, read now. `instead` says what a caller can do where they cannot be.
 *
 * @throws TraceError while tracing; DeviceError where the device can only be waited for.
 */
export function elementsNow(name: string, x: Value, instead: string): ArrayLike<number | bigint> {
  if (isTraced(x)) throw new TraceError(`[${name}] the result depends on data, which is not there while tracing: ${instead}`);
  const tensor = new Tensor(x).realize();
  if (tensor.device?.readSync === undefined) {
    throw new DeviceError(
      `[${name}] the result depends on data, which ${tensor.device?.description ?? "the device"} gives only to await tensor.data(): ${instead}`,
    );
  }
  return tensor.dataSync();
}

/** {@link elementsNow} of a scalar. */
export function numberNow(name: string, x: Value, instead: string): number {
  // Half precision would be read as its bits.
  const readable = isFloating(x.dtype) && x.dtype !== "float64" && x.dtype !== "float32" ? cast(x, "float32") : x;
  return Number(elementsNow(name, readable, instead)[0]);
}
