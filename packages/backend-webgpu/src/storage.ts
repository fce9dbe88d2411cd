import type { Storage } from "@neurite/core";
import type { GpuBuffer } from "./gpu.ts";

/** A buffer of the device. */
export class WebGpuStorage implements Storage {
  readonly bytes: number;
  readonly owner: object;
  /** The run that makes its contents; 0 where the host wrote them. */
  readonly run: number;
  /** Null once freed. */
  buffer: GpuBuffer | null;

  constructor(owner: object, bytes: number, buffer: GpuBuffer, run: number) {
    this.owner = owner;
    this.bytes = bytes;
    this.buffer = buffer;
    this.run = run;
  }
}

/** What buffers are made for `bytes`: whole words, and never nothing. */
export const wholeWords = (bytes: number): number => Math.max(4, Math.ceil(bytes / 4) * 4);
