/** Every block starts at a multiple of this: a cache line, and enough for any vector width. */
export const alignment = 64;

interface Block {
  offset: number;
  bytes: number;
}

/** Hands out ranges of one growing piece of memory: the smallest free range that fits, neighbours joined when freed. */
export class Arena {
  /** Bytes needed so far. */
  bytes = 0;
  /** Free ranges below `bytes`, by offset. */
  readonly #free: Block[] = [];

  allocate(bytes: number): number {
    const wanted = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const block = this.#free[i] as Block;
      if (block.bytes >= wanted && (best < 0 || block.bytes < (this.#free[best] as Block).bytes)) best = i;
    }
    if (best >= 0) {
      const block = this.#free[best] as Block;
      const offset = block.offset;
      block.offset += wanted;
      block.bytes -= wanted;
      if (block.bytes === 0) this.#free.splice(best, 1);
      return offset;
    }
    const last = this.#free[this.#free.length - 1];
    if (last !== undefined && last.offset + last.bytes === this.bytes) {
      this.#free.pop();
      this.bytes = last.offset + wanted;
      return last.offset;
    }
    const offset = this.bytes;
    this.bytes += wanted;
    return offset;
  }

  free(offset: number, bytes: number): void {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#free[middle] as Block).offset < offset) low = middle + 1;
      else high = middle;
    }
    const before = this.#free[low - 1];
    const after = this.#free[low];
    const joinsBefore = before !== undefined && before.offset + before.bytes === offset;
    const joinsAfter = after !== undefined && offset + size === after.offset;
    if (joinsBefore && joinsAfter) {
      before.bytes += size + after.bytes;
      this.#free.splice(low, 1);
    } else if (joinsBefore) {
      before.bytes += size;
    } else if (joinsAfter) {
      after.offset = offset;
      after.bytes += size;
    } else {
      this.#free.splice(low, 0, { offset, bytes: size });
    }
  }
}
