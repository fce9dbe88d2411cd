import type { Storage } from "@neurite/core";
import type { Handle } from "./native.ts";

/** Device memory. Freed when this object is collected, or by `free`. */
export class CudaStorage implements Storage {
  readonly bytes: number;
  /** The device it is on. */
  readonly device: Handle;
  /** Holding it keeps the memory; null once freed. */
  handle: Handle | null;
  /** Number of the run that it is a result of; 0 for none. */
  readonly run: number;

  constructor(device: Handle, bytes: number, handle: Handle, run: number) {
    this.device = device;
    this.bytes = bytes;
    this.handle = handle;
    this.run = run;
  }
}
