import { DeviceError, type MemoryStats } from "@neurite/core";
import type { GpuBuffer, GpuDevice } from "./gpu.ts";
import { WebGpuStorage, wholeWords } from "./storage.ts";
import { storageUsage } from "./usages.ts";

/** Storages and the arena of a device, counted. */
export class DeviceMemory {
  runs = 0;
  readonly #device: GpuDevice;
  /** What storages know their backend by. */
  readonly #owner: object;
  readonly #collected: FinalizationRegistry<{ readonly buffer: GpuBuffer; readonly bytes: number }>;
  readonly #destroy: (buffer: GpuBuffer) => void;
  #arena: GpuBuffer | null = null;
  #arenaBytes = 0;
  #bytes = 0;
  #storages = 0;
  #peakBytes = 0;
  #allocations = 0;

  /** `destroy` is called with the buffers of storages that are freed. */
  constructor(device: GpuDevice, owner: object, destroy: (buffer: GpuBuffer) => void) {
    this.#device = device;
    this.#owner = owner;
    this.#destroy = destroy;
    this.#collected = new FinalizationRegistry(({ buffer, bytes }) => this.#forget(buffer, bytes));
  }

  get stats(): MemoryStats {
    return {
      bytes: this.#bytes,
      storages: this.#storages,
      peakBytes: this.#peakBytes,
      allocations: this.#allocations,
      runs: this.runs,
    };
  }

  /** A storage for the results of run `run`; 0 for what the host writes. Throws DeviceError where the device allows no such size. */
  alloc(bytes: number, run: number): WebGpuStorage {
    const limit = Math.min(this.#device.limits.maxBufferSize, this.#device.limits.maxStorageBufferBindingSize);
    if (bytes > limit) throw new DeviceError(`[webgpu] out of memory: ${bytes} bytes in one tensor, this device allows ${limit}`);
    const buffer = this.#device.createBuffer({ size: wholeWords(bytes), usage: storageUsage });
    const storage = new WebGpuStorage(this.#owner, bytes, buffer, run);
    this.#collected.register(storage, { buffer, bytes }, storage);
    this.#storages++;
    this.#allocations++;
    this.#add(bytes);
    return storage;
  }

  free(storage: WebGpuStorage): void {
    if (storage.buffer === null) return;
    this.#collected.unregister(storage);
    this.#forget(storage.buffer, storage.bytes);
    storage.buffer = null;
  }

  /** The arena, of at least `bytes`; null where nothing needs one. */
  arenaOf(bytes: number): GpuBuffer | null {
    if (bytes <= this.#arenaBytes) return this.#arena;
    // Runs in flight hold the old one until they have ended.
    this.#arena?.destroy();
    this.#add(bytes - this.#arenaBytes);
    this.#arenaBytes = bytes;
    this.#arena = this.#device.createBuffer({ size: wholeWords(bytes), usage: storageUsage });
    return this.#arena;
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
  }

  #forget(buffer: GpuBuffer, bytes: number): void {
    this.#destroy(buffer);
    this.#bytes -= bytes;
    this.#storages--;
  }
}
