/** Device memory of this backend: an ArrayBuffer that knows whether it was freed. */
import { releasedError, type Storage } from "@neurite/core";

/** Live storages and their bytes. Shared with the finalizers, so that it holds no storage itself. */
export interface StorageCount {
  bytes: number;
  storages: number;
}

interface Held {
  readonly count: StorageCount;
  readonly bytes: number;
}

/** Storages that nobody freed are counted off when they are collected. */
const collected = new FinalizationRegistry<Held>(({ count, bytes }) => {
  count.bytes -= bytes;
  count.storages -= 1;
});

export class HostStorage implements Storage {
  readonly bytes: number;
  readonly #count: StorageCount;
  #buffer: ArrayBuffer | null;

  constructor(buffer: ArrayBuffer, count: StorageCount) {
    this.bytes = buffer.byteLength;
    this.#buffer = buffer;
    this.#count = count;
    count.bytes += this.bytes;
    count.storages += 1;
    collected.register(this, { count, bytes: this.bytes }, this);
  }

  /** Throws DeviceError once freed; `use` says what it was wanted for. */
  buffer(use: string): ArrayBuffer {
    if (this.#buffer === null) throw releasedError(use, "storage");
    return this.#buffer;
  }

  /** Freeing twice is an error too. */
  free(): void {
    this.buffer("free");
    this.#buffer = null;
    this.#count.bytes -= this.bytes;
    this.#count.storages -= 1;
    collected.unregister(this);
  }
}
