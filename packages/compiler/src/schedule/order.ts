import type { AcyclicGraph } from "./acyclic-graph.ts";

/** What ordering needs to know of a kernel. */
export interface Scheduled {
  /** Place in the program: ties are broken by it, so that plans are reproducible and close to what was written. */
  readonly order: number;
  /** Arena slots it reads and writes. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** Kernels that take no more than this go first as well: many others may wait for a learning rate. */
const smallBytes = 1024;

/**
 * An order that respects `graph`: program order, but a kernel that is ready and frees at least as much memory as it takes
 * goes first. So gradients are used up as they appear, instead of all living until the optimizer's place in the program.
 */
export function orderKernels(items: readonly Scheduled[], graph: AcyclicGraph, bytesOf: (slot: number) => number): number[] {
  const waiting = items.map((_, node) => (graph.predecessors[node] as Set<number>).size);
  const readers = new Map<number, Set<number>>();
  items.forEach((item, node) => {
    for (const slot of item.reads) {
      const known = readers.get(slot);
      if (known === undefined) readers.set(slot, new Set([node]));
      else known.add(node);
    }
  });
  const written = new Set<number>();
  const isEager = (node: number): boolean => {
    const item = items[node] as Scheduled;
    let delta = 0;
    for (const slot of item.writes) if (!written.has(slot)) delta += bytesOf(slot);
    for (const slot of item.reads) if (readers.get(slot)?.size === 1) delta -= bytesOf(slot);
    return delta <= smallBytes;
  };

  const ready = new Queue(items);
  const eager = new Queue(items);
  const isReady = new Uint8Array(items.length);
  const done = new Uint8Array(items.length);
  const enqueue = (node: number): void => {
    isReady[node] = 1;
    (isEager(node) ? eager : ready).push(node);
  };
  waiting.forEach((count, node) => {
    if (count === 0) enqueue(node);
  });
  const result: number[] = [];
  while (result.length < items.length) {
    const node = eager.pop() ?? ready.pop();
    if (node === undefined) throw new Error("[compiler] the kernels depend on each other in a circle");
    if (done[node] === 1) continue;
    done[node] = 1;
    result.push(node);
    const item = items[node] as Scheduled;
    for (const slot of item.writes) written.add(slot);
    for (const slot of item.reads) {
      const users = readers.get(slot);
      users?.delete(node);
      // The last reader of a slot may have become one that frees memory.
      if (users?.size === 1) {
        const [last] = users;
        if (isReady[last as number] === 1 && done[last as number] === 0 && isEager(last as number)) eager.push(last as number);
      }
    }
    for (const next of graph.successors[node] as Set<number>) {
      waiting[next] = (waiting[next] as number) - 1;
      if (waiting[next] === 0) enqueue(next);
    }
  }
  return result;
}

/** A binary heap of kernels by program order. */
class Queue {
  readonly #items: readonly Scheduled[];
  readonly #heap: number[] = [];

  constructor(items: readonly Scheduled[]) {
    this.#items = items;
  }

  push(node: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(node);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#less(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    heap[0] = last;
    let at = 0;
    while (true) {
      const left = 2 * at + 1;
      let least = at;
      if (left < heap.length && this.#less(left, least)) least = left;
      if (left + 1 < heap.length && this.#less(left + 1, least)) least = left + 1;
      if (least === at) return top;
      this.#swap(at, least);
      at = least;
    }
  }

  #less(a: number, b: number): boolean {
    const first = this.#heap[a] as number;
    const second = this.#heap[b] as number;
    const difference = (this.#items[first] as Scheduled).order - (this.#items[second] as Scheduled).order;
    return difference < 0 || (difference === 0 && first < second);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as number, heap[a] as number];
  }
}
