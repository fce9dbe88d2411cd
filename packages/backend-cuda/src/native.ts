/** Loads the addon, and says why when it cannot. */
import { DeviceError } from "@neurite/core";
import { buildAdvice, loadAddon } from "@neurite/native-build/load";

/** Stands for something native; collected with the last reference to it. */
export type Handle = object;

export interface DeviceInfo {
  readonly name: string;
  /** Compute capability. */
  readonly major: number;
  readonly minor: number;
  readonly multiprocessors: number;
  /** 13000 for 13.0. */
  readonly driverVersion: number;
  /** Bytes. */
  readonly memory: number;
  /** Paths of the libraries in use; empty for none. */
  readonly driver: string;
  readonly blas: string;
}

/** What the addon exports. */
export interface Native {
  probe(driverPaths: readonly string[]): number;
  opens(path: string): boolean;
  createDevice(
    driverPaths: readonly string[],
    blasPaths: readonly string[],
    ordinal: number,
    memoryLimit: number,
    workspaceBytes: number,
    synchronous: number,
    graphs: number,
    tf32: number,
  ): Handle;
  destroyDevice(device: Handle): void;
  deviceInfo(device: Handle): DeviceInfo;
  memory(device: Handle, into: Float64Array): void;
  startProfile(device: Handle): void;
  stopProfile(device: Handle): void;
  takeTimes(device: Handle): Float64Array | undefined;
  openCompiler(paths: readonly string[]): Handle;
  compilerVersion(compiler: Handle): string;
  compileSource(compiler: Handle, source: string, options: readonly string[]): ArrayBuffer;
  alloc(device: Handle, bytes: number): Handle | undefined;
  release(handle: Handle): void;
  write(device: Handle, storage: Handle, data: ArrayBufferView, byteOffset: number): void;
  readSync(device: Handle, storage: Handle | null, byteOffset: number, bytes: number, status: Uint32Array): ArrayBuffer;
  read(
    device: Handle,
    storage: Handle | null,
    byteOffset: number,
    bytes: number,
  ): Promise<readonly [data: ArrayBuffer, site: number, failedRun: number]> | undefined;
  resetStatus(device: Handle): void;
  load(device: Handle, words: Float64Array, strings: readonly string[], images: readonly ArrayBuffer[]): Handle;
  bind(device: Handle, executable: Handle, states: readonly Handle[]): Handle;
  run(
    device: Handle,
    program: Handle,
    inputs: readonly Handle[],
    scalars: Float64Array,
    repeat: number,
    number: number,
  ): readonly Handle[] | undefined;
}

/** With finalizers that run inside garbage collection, or with ordinary ones for a Node that refuses those. */
const files = ["neurite_cuda.node", "neurite_cuda_deferred.node"] as const;

let loaded: Native | null = null;

/** The addon. Throws DeviceError when it was not built or does not load. */
export function loadNative(): Native {
  if (loaded !== null) return loaded;
  const problems: string[] = [];
  for (const file of files) {
    const { addon, problem } = loadAddon<Native>(import.meta.url, file, "native addon");
    if (addon !== null) return (loaded = addon);
    problems.push(problem);
  }
  throw new DeviceError(`[cuda] ${problems[0]}. ${buildAdvice(import.meta.url)}`);
}
