import { DeviceError, releasedError, requireBytes, requireRange, type Storage } from "@neurite/core";

/** What is held in all. The finalizers hold it, so it must hold no storage. */
export class Count {
  bytes = 0;
  storages = 0;
  peakBytes = 0;
  allocations = 0;

  add(bytes: number): void {
    this.bytes += bytes;
    this.storages++;
    this.allocations++;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  remove(bytes: number): void {
    this.bytes -= bytes;
    this.storages--;
  }
}

/** Users need not free anything: what they forget is counted off when it is collected. */
const collected = new FinalizationRegistry<{ count: Count; bytes: number }>(({ count, bytes }) => count.remove(bytes));

/** Memory of this backend. */
export class OwnStorage implements Storage {
  readonly bytes: number;
  readonly #count: Count;
  #memory: Uint8Array<ArrayBuffer> | null;

  /** @throws ValueError for a size that is none, DeviceError out of memory. */
  constructor(bytes: number, count: Count) {
    requireBytes(bytes);
    try {
      this.#memory = new Uint8Array(bytes);
    } catch (cause) {
      throw new DeviceError(`[alloc] out of memory: ${bytes} bytes were asked for, ${count.bytes} are held`, { cause });
    }
    this.bytes = bytes;
    this.#count = count;
    count.add(bytes);
    collected.register(this, { count, bytes }, this);
  }

  /**
   * Its bytes, or `length` of them from `offset` on.
   * @throws DeviceError once it was freed, ValueError outside of it.
   */
  memory(use: string, offset = 0, length: number = this.bytes - offset): Uint8Array<ArrayBuffer> {
    if (this.#memory === null) throw releasedError(use, "storage");
    requireRange(use, this, offset, length);
    return this.#memory.subarray(offset, offset + length);
  }

  free(): void {
    this.memory("free");
    this.#memory = null;
    this.#count.remove(this.bytes);
    collected.unregister(this);
  }
}
