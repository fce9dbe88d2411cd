/** Memory of one backend's runs: blocks are counted, reused by size, and reported to the backend's statistics. */
import type { Aval } from "@neurite/core";
import { type Block, type HostArray, lanes, sizeOf } from "./array.ts";

/** Blocks kept for reuse may take this much; beyond it they are left to the garbage collector. */
const maxPooledBytes = 256 * 2 ** 20;

/** Smaller arrays are cheaper to make than to look up. */
const minPooledLength = 64;

export class Arena {
  #pool = new Map<number, Float64Array[]>();
  #pooledBytes = 0;
  #usedBytes = 0;
  #grew: (bytes: number) => void;

  /** `grew` hears of the bytes held whenever they rise. */
  constructor(grew: (bytes: number) => void) {
    this.#grew = grew;
  }

  /** Bytes in use and kept for reuse. */
  get bytes(): number {
    return this.#usedBytes + this.#pooledBytes;
  }

  /** An array whose contents are undefined. */
  allocate(aval: Aval): HostArray {
    const length = sizeOf(aval.shape) * lanes(aval.dtype);
    const block: Block = { data: this.#take(length), references: 1 };
    return { dtype: aval.dtype, shape: aval.shape, data: block.data, block };
  }

  zeros(aval: Aval): HostArray {
    const array = this.allocate(aval);
    array.data.fill(0);
    return array;
  }

  /** The elements of `array` under another shape or dtype of the same size: shares memory and takes a reference. */
  alias(array: HostArray, aval: Aval): HostArray {
    array.block.references++;
    return { dtype: aval.dtype, shape: aval.shape, data: array.data, block: array.block };
  }

  retain(array: HostArray): HostArray {
    array.block.references++;
    return array;
  }

  release(array: HostArray): void {
    if (--array.block.references > 0) return;
    const { data } = array.block;
    this.#usedBytes -= data.byteLength;
    if (data.length < minPooledLength || this.bytes + data.byteLength > maxPooledBytes) return;
    const bucket = this.#pool.get(data.length);
    if (bucket === undefined) this.#pool.set(data.length, [data]);
    else bucket.push(data);
    this.#pooledBytes += data.byteLength;
  }

  /** After a run that failed half-way: its blocks belong to the garbage collector. */
  abandon(): void {
    this.#usedBytes = 0;
  }

  /** Gives up what is kept for reuse. */
  trim(): void {
    this.#pool.clear();
    this.#pooledBytes = 0;
  }

  #take(length: number): Float64Array {
    const pooled = length < minPooledLength ? undefined : this.#pool.get(length)?.pop();
    this.#usedBytes += length * 8;
    if (pooled !== undefined) {
      this.#pooledBytes -= length * 8;
      return pooled;
    }
    const data = new Float64Array(length);
    this.#grew(this.bytes);
    return data;
  }
}
