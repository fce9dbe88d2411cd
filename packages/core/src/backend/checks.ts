/** What backends check before they touch a device, so that every one refuses the same things in the same words. Shapes are of any rank. */
import { bytesPerElement } from "../dtypes/dtype.ts";
import { DeviceError, ValueError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Aval } from "../graph/value.ts";
import { formatAval } from "../shapes/format.ts";
import type { Storage } from "./backend.ts";

/**
 * Bytes of a storage that holds `aval`.
 *
 * @example
 * byteLengthOf({ dtype: "float32", shape: [2, 3] }); // 24
 */
export function byteLengthOf(aval: Aval): number {
  return aval.shape.reduce((product, dim) => product * dim, bytesPerElement(aval.dtype));
}

/**
 * Checks what `alloc` is asked for.
 *
 * @throws ValueError for a negative number of bytes, or a part of one.
 * @example
 * requireBytes(-1); // throws
 */
export function requireBytes(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 0) throw new ValueError(`[alloc] bytes must be a whole number: received ${bytes}`);
}

/**
 * Checks what of a storage is read or written.
 *
 * @throws ValueError for bytes outside of `storage`.
 * @example
 * requireRange("read", storage, 4, storage.bytes); // throws: the last 4 are missing
 */
export function requireRange(op: string, storage: Storage, byteOffset: number, bytes: number): void {
  if (byteOffset >= 0 && bytes >= 0 && byteOffset + bytes <= storage.bytes) return;
  throw new ValueError(`[${op}] range is outside the storage: ${bytes} bytes from ${byteOffset} on, of ${storage.bytes}`);
}

/**
 * Checks the storages that `bind` is given: one for each piece of `graph`'s state, and no two the same.
 *
 * @throws ValueError where it is not so.
 * @example
 * requireState(executable.graph, state);
 */
export function requireState({ state }: Graph, storages: readonly Storage[]): void {
  if (storages.length !== state.length) {
    throw new ValueError(`[bind] the graph has ${state.length} pieces of state: received ${storages.length} storages`);
  }
  if (new Set(storages).size !== storages.length) {
    throw new ValueError("[bind] two pieces of state share a storage: each needs its own");
  }
}

/**
 * Checks what `run` is given: as many inputs and scalars as `graph` takes, and repeated runs only where there are no outputs.
 *
 * @throws ValueError where it is not so.
 * @example
 * requireOperands(program.executable.graph, inputs, scalars, repeat);
 */
export function requireOperands(graph: Graph, inputs: readonly Storage[], scalars: readonly number[], repeat: number): void {
  if (inputs.length !== graph.inputs.length || scalars.length !== graph.scalars.length) {
    throw new ValueError(
      `[run] the graph takes ${graph.inputs.length} inputs and ${graph.scalars.length} scalars: received ${inputs.length} and ${scalars.length}`,
    );
  }
  if (repeat === 1) return;
  if (!Number.isInteger(repeat) || repeat < 0 || repeat > 0x7fffffff) {
    throw new ValueError(`[run] repeat must be a whole number: received ${repeat}`);
  }
  if (graph.outputs.length > 0) throw new ValueError(`[run] only graphs without outputs may be repeated: received repeat ${repeat}`);
}

/**
 * Checks that storages are large enough for what they stand for; `role` says what that is: "input", "state".
 *
 * @throws ValueError for one that is too small.
 * @example
 * requireSizes("run", "input", graph.inputs, inputs);
 */
export function requireSizes(op: string, role: string, avals: readonly Aval[], storages: readonly Storage[]): void {
  avals.forEach((aval, i) => {
    const [needed, bytes] = [byteLengthOf(aval), storages[i]?.bytes ?? 0];
    if (bytes >= needed) return;
    throw new ValueError(`[${op}] ${role} ${i} is ${formatAval(aval)} and needs ${needed} bytes: received a storage of ${bytes}`);
  });
}

/**
 * The error for a storage, executable or program of another backend.
 *
 * @example
 * if (!(storage instanceof MyStorage) || storage.owner !== this) throw strangerError("read", "storage");
 */
export function strangerError(op: string, thing: "storage" | "executable" | "program"): DeviceError {
  return new DeviceError(`[${op}] the ${thing} belongs to another backend`);
}

/**
 * The error for a storage, executable or program that was let go of.
 *
 * @example
 * if (storage.handle === null) throw releasedError("read", "storage");
 */
export function releasedError(op: string, thing: "storage" | "executable" | "program"): DeviceError {
  return new DeviceError(`[${op}] the ${thing} was ${thing === "storage" ? "freed" : "released"}: nothing may use it any more`);
}

/**
 * The error for a backend that is used after `dispose`.
 *
 * @example
 * if (device === null) throw disposedError("alloc", "cpu");
 */
export function disposedError(op: string, backend: string): DeviceError {
  return new DeviceError(`[${op}] the ${backend} backend was disposed of`);
}
