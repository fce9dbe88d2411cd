import type { Storage } from "@neurite/core";
import type { Handle } from "./native.ts";

/** Memory of the native engine. Freed when this object is collected, or by `free`. */
export class CpuStorage implements Storage {
  readonly bytes: number;
  /** Number in its engine; -1 once freed. */
  id: number;
  /** The engine it belongs to. */
  readonly engine: number;
  /** Holding it keeps the memory. */
  readonly handle: Handle;
  /** The memory is the user's: it is read, and never written to. */
  readonly adopted: boolean;

  constructor(engine: number, id: number, bytes: number, handle: Handle, adopted = false) {
    this.adopted = adopted;
    this.engine = engine;
    this.id = id;
    this.bytes = bytes;
    this.handle = handle;
  }
}
