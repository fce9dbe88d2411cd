/** Loads the native engine, and says why when it cannot. */
import { DeviceError } from "@neurite/core";
import { buildAdvice, loadAddon } from "@neurite/native-build/load";

/** Stands for native memory; collected with the last reference to it. */
export type Handle = object;

/** What the addon exports. Numbers name engines and what lives in them; `command` and `scalars` carry the rest. */
export interface Native {
  instructionSets(): string[];
  operations(): string[];
  measurePeak(instructionSet: string, threads: number): number;
  bindCommand(command: Int32Array, scalars: Float64Array): void;
  createEngine(
    instructionSet: string,
    threads: number,
    memoryLimit: number,
    packedLimit: number,
    longestSynchronousMs: number,
    denormals: string,
  ): number;
  destroyEngine(engine: number): void;
  alloc(engine: number, bytes: number): Handle | undefined;
  adopt(engine: number, data: ArrayBufferView): Handle | undefined;
  release(engine: number, id: number): void;
  write(engine: number, storage: number, data: ArrayBufferView, byteOffset: number): boolean;
  readSync(engine: number, storage: number, byteOffset: number, bytes: number): ArrayBuffer;
  read(engine: number, storage: number, byteOffset: number, bytes: number): Promise<ArrayBuffer> | undefined;
  compile(engine: number, words: Int32Array, sites: readonly string[]): Handle;
  bind(engine: number, executable: number, states: number): Handle;
  run(): undefined | Handle | Handle[];
  estimate(engine: number, executable: number): number;
  startProfile(engine: number, mostEvents: number): boolean;
  stopProfile(engine: number): Float64Array | undefined;
  sync(engine: number): Promise<void> | undefined;
  wait(engine: number): void;
  takeError(engine: number): string;
  memory(engine: number): void;
  readonly immediateFinalizers: boolean;
}

/** When memory of collected storages is returned: inside garbage collection, or when the event loop turns. */
export type Finalizers = "immediate" | "deferred";

interface Loaded {
  readonly native: Native;
  command: Int32Array;
  scalars: Float64Array;
}

const loaded: Map<Finalizers, Loaded> = new Map();
const failures: Map<Finalizers, string> = new Map();
const files: Record<Finalizers, string> = { immediate: "neurite_cpu.node", deferred: "neurite_cpu_deferred.node" };

function tryLoad(finalizers: Finalizers): Loaded | null {
  const found = loaded.get(finalizers);
  if (found !== undefined) return found;
  const { addon, problem } = loadAddon<Native>(import.meta.url, files[finalizers], "native engine");
  if (addon === null) {
    failures.set(finalizers, problem);
    return null;
  }
  const entry: Loaded = { native: addon, command: new Int32Array(0), scalars: new Float64Array(0) };
  loaded.set(finalizers, entry);
  reserveCommand(entry, 256, 64);
  return entry;
}

/** Makes the arrays that carry numbers to and from the addon at least this long. */
export function reserveCommand(entry: Loaded, words: number, scalars: number): void {
  if (entry.command.length >= words && entry.scalars.length >= scalars) return;
  entry.command = new Int32Array(Math.max(words * 2, entry.command.length));
  entry.scalars = new Float64Array(Math.max(scalars * 2, entry.scalars.length));
  entry.native.bindCommand(entry.command, entry.scalars);
}

/**
 * Why the cpu backend cannot be used on this machine; null when it can.
 *
 * @example
 * const reason = whyUnavailable();
 * if (reason !== null) console.warn(`without the native engine: ${reason}`);
 */
export function whyUnavailable(): string | null {
  if (tryLoad("immediate") !== null || tryLoad("deferred") !== null) return null;
  return `${failures.get("immediate")}. ${buildAdvice(import.meta.url)}`;
}

/**
 * True when the native engine is there and loads.
 *
 * @example
 * setDefaultDevice(isAvailable() ? cpu() : reference());
 */
export function isAvailable(): boolean {
  return whyUnavailable() === null;
}

/** The native engine. Throws DeviceError when there is none. */
export function loadNative(finalizers?: Finalizers): Loaded {
  const entry = finalizers === undefined ? (tryLoad("immediate") ?? tryLoad("deferred")) : tryLoad(finalizers);
  if (entry !== null) return entry;
  throw new DeviceError(`[cpu] ${failures.get(finalizers ?? "immediate")}. ${buildAdvice(import.meta.url)}`);
}

export type { Loaded };
