import type { Backend, KernelRecording } from "../backend/backend.ts";
import { describe } from "../describe.ts";
import { context } from "../engine/context.ts";
import { getDefaultDevice } from "../engine/device.ts";
import { realizeAll } from "../engine/state.ts";
import { requireFunction } from "../engine/user-function.ts";
import { DeviceError, TraceError, ValueError } from "../errors.ts";
import { type AnyTensor, isTensorBase, TensorBase } from "../tensor/base.ts";
import { flattenTree } from "../tree.ts";
import { Profile } from "./report.ts";

/** Browsers and Node have it; the types of neither are used here. */
declare const performance: { now(): number };

/** How {@link profile} measures. */
export interface ProfileOptions {
  /** Whose kernels are measured. Default: the default device. The function itself chooses what it computes on, as ever. */
  readonly device?: Backend;
  /** How many calls of kernels the timeline keeps, the last ones, up to 1 000 000; times and counts include all. Default 100 000. */
  readonly maxEvents?: number;
}

/** What a function returned, and where its time went. */
export interface Profiled<T> {
  readonly result: T;
  readonly profile: Profile;
}

/** The timeline is kept in memory, and has to be read by somebody. */
const mostEvents = 1_000_000;

/** Devices that are being measured. */
const measured = new WeakSet<Backend>();

/**
 * Runs `fn` and measures every kernel that the device runs meanwhile: how often, how long, for which layer. `fn` may be async; it starts
 * at once. What it leaves to be computed (assignments, tensors in its result) is computed before the measurement ends; what was begun
 * before is not part of it. Whatever else the device runs while an async `fn` waits is. Nothing is measured, and nothing costs anything,
 * at other times.
 *
 * @throws DeviceError where the device cannot measure or is being measured already (by an outer `profile`, or one that runs at the same
 * time); ValueError for options out of range; TraceError while a function is being compiled; whatever `fn` throws, and the first error of its
 * runs. The measurement ends in every case.
 * @example
 * const { result: history, profile: report } = await profile(() => model.fit(x, y, { epochs: 2 }));
 * console.log(report.toString()); // where the time went, by layer and by kernel
 * await writeFile("trace.json", report.chromeTrace()); // open in https://ui.perfetto.dev or chrome://tracing
 */
export async function profile<T>(fn: () => T | PromiseLike<T>, options: ProfileOptions = {}): Promise<Profiled<T>> {
  requireFunction("profile", fn);
  if (context.trace !== null) throw new TraceError("[profile] a function is being compiled: nothing runs now. Profile calls of it");
  const { device = getDefaultDevice(), maxEvents = 100_000 } = options;
  if (!Number.isInteger(maxEvents) || maxEvents < 0 || maxEvents > mostEvents) {
    throw new ValueError(`[profile] maxEvents must be a whole number from 0 to ${mostEvents}: received ${describe(maxEvents)}`);
  }
  if (device?.startProfile === undefined || device.stopProfile === undefined) {
    throw new DeviceError(`[profile] ${device?.description ?? describe(device)} cannot measure its kernels`);
  }
  if (measured.has(device)) {
    throw new DeviceError(`[profile] ${device.description} is being profiled already: profiles can neither be nested nor overlap`);
  }
  realizeAll();
  // Before the recording begins: all that is recorded lies within this time.
  const began = performance.now();
  device.startProfile(maxEvents);
  measured.add(device);
  let recording: KernelRecording | null = null;
  let result: T;
  let elapsed: number;
  try {
    result = await fn();
    realizeAll(...flattenTree(result).filter(isOpenTensor));
    await device.sync();
    elapsed = performance.now() - began;
    recording = device.stopProfile();
  } finally {
    measured.delete(device);
    if (recording === null) stopAfterError(device);
  }
  return { result, profile: new Profile(recording, device.description, elapsed * 1e6) };
}

function isOpenTensor(value: unknown): value is AnyTensor {
  return isTensorBase(value) && !TensorBase.heldBy(value).disposed;
}

/** The error on its way says more than that the device, disposed of perhaps, has nothing to stop. */
function stopAfterError(device: Backend): void {
  try {
    device.stopProfile?.();
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
  }
}
