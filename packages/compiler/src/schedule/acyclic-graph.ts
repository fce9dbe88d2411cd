const nothing: ReadonlySet<number> = new Set();

/**
 * A graph that stays acyclic: it keeps its nodes in a topological order and repairs that order locally when an edge is added or
 * two nodes become one (Pearce and Kelly, "A dynamic topological sort algorithm for directed acyclic graphs", 2006).
 */
export class AcyclicGraph {
  readonly successors: Set<number>[];
  readonly predecessors: Set<number>[];
  /** Rises along edges. */
  readonly #position: number[];
  /** Searches give up, and answer no, after so many nodes. */
  readonly #limit: number;

  /** `positions`: one different number for each node, rising along the edges that will be added at first. */
  constructor(positions: readonly number[], limit: number = Infinity) {
    this.#limit = limit;
    this.successors = positions.map(() => new Set<number>());
    this.predecessors = positions.map(() => new Set<number>());
    this.#position = [...positions];
  }

  /** Adds `from → to` if that closes no cycle. */
  tryEdge(from: number, to: number): boolean {
    if (from === to) return false;
    if (this.successors[from]?.has(to)) return true;
    if (this.#at(from) > this.#at(to)) {
      const after = this.#search(to, this.successors, (node) => this.#at(node) <= this.#at(from));
      if (after === null || after.has(from)) return false;
      const before = this.#search(from, this.predecessors, (node) => this.#at(node) >= this.#at(to));
      if (before === null) return false;
      this.#place([...this.#sorted(before), from, to, ...this.#sorted(after)], [...before, from, to, ...after]);
    }
    this.#connect(from, to);
    return true;
  }

  /** Makes `b` part of `a` if no path between them leads through a third node. */
  tryMerge(a: number, b: number): boolean {
    if (a === b) return true;
    const [first, last] = this.#at(a) < this.#at(b) ? [a, b] : [b, a];
    const low = this.#at(first);
    const high = this.#at(last);
    const before = this.#search(last, this.predecessors, (node) => this.#at(node) > low && node !== first);
    if (before === null) return false;
    if (before.size === 0) {
      this.#position[a] = low;
    } else {
      const after = this.#search(first, this.successors, (node) => this.#at(node) < high && node !== last);
      if (after === null) return false;
      for (const node of after) if (before.has(node)) return false;
      const pool = [...before, first, last, ...after].map((node) => this.#at(node)).sort((x, y) => x - y);
      let next = 0;
      for (const node of this.#sorted(before)) this.#position[node] = pool[next++] as number;
      this.#position[a] = pool[next] as number;
      next += 2;
      for (const node of this.#sorted(after)) this.#position[node] = pool[next++] as number;
    }
    for (const node of this.successors[b] as Set<number>) {
      this.predecessors[node]?.delete(b);
      if (node !== a) this.#connect(a, node);
    }
    for (const node of this.predecessors[b] as Set<number>) {
      this.successors[node]?.delete(b);
      if (node !== a) this.#connect(node, a);
    }
    this.successors[b]?.clear();
    this.predecessors[b]?.clear();
    return true;
  }

  /** All nodes, along the edges. Nodes that became part of others are among them. */
  order(): number[] {
    return this.#sorted(new Set(this.#position.keys()));
  }

  #at(node: number): number {
    return this.#position[node] as number;
  }

  #connect(from: number, to: number): void {
    this.successors[from]?.add(to);
    this.predecessors[to]?.add(from);
  }

  /** What is reached from `start`, itself not counted, through nodes that pass `within`; null when that is too much. */
  #search(start: number, edges: readonly Set<number>[], within: (node: number) => boolean): ReadonlySet<number> | null {
    let found: Set<number> | null = null;
    const pending = [start];
    while (pending.length > 0) {
      for (const node of edges[pending.pop() as number] as Set<number>) {
        if (found?.has(node) || !within(node)) continue;
        found ??= new Set();
        found.add(node);
        if (found.size > this.#limit) return null;
        pending.push(node);
      }
    }
    return found ?? nothing;
  }

  #sorted(nodes: ReadonlySet<number>): number[] {
    return [...nodes].sort((a, b) => this.#at(a) - this.#at(b));
  }

  #place(order: readonly number[], nodes: readonly number[]): void {
    const positions = nodes.map((node) => this.#at(node)).sort((a, b) => a - b);
    order.forEach((node, i) => (this.#position[node] = positions[i] as number));
  }
}
