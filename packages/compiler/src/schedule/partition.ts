import { sizeOf } from "../ir/node.ts";
import { type Form, edgeFits, formOf, permutedProduct, unionForms, walksEvenly } from "./clusters.ts";
import { dependencyGraph } from "./dependencies.ts";
import type { AcyclicGraph } from "./acyclic-graph.ts";
import { type Edge, type Edges, findEdges } from "./relations.ts";
import type { Slots } from "./slots.ts";
import type { Unit } from "./units.ts";

/** Units that become one kernel, in program order. */
export interface Group {
  readonly units: readonly Unit[];
  readonly form: Form;
}

/** Most instructions and memory operands of one kernel: beyond, intermediate values fall out of the cache that fusion keeps them in. */
const maxWork = 160;
const maxReads = 40;

/** Nodes that the search for a path between two clusters looks at before it gives up: keeps partitioning linear. */
const searchLimit = 400;

/** Loops of at most this many elements are put together even when they share nothing: each kernel costs a dispatch. */
const tiny = 1024;

interface Cluster {
  units: number[];
  form: Form;
  work: number;
  reads: number;
  /** Edges that begin in it: of the learning rate, one for each weight. */
  uses: number;
  /** Arrays that it may use, see {@link Slots.memoryOf}. */
  memories: ReadonlySet<number>;
}

/**
 * Decides which units become one kernel, of at most `mostMemories` arrays, and drops the stores that then nobody reads. Gives groups in an order they
 * can run in.
 */
export function partition(units: readonly Unit[], slots: Slots, fusion: boolean, mostMemories: number): Group[] {
  const clusters = units.map((unit, index): Cluster => ({
    units: [index],
    form: formOf(unit),
    work: unit.work,
    reads: unit.reads.length,
    uses: 0,
    memories: mostMemories === Infinity ? none : memoriesOf(unit, slots),
  }));
  const order = fusion ? new Partition(units, slots, clusters, mostMemories).run() : units.map((_, index) => index);
  return order.map((cluster) => {
    const { units: indices, form } = clusters[cluster] as Cluster;
    if (indices.length > 1) indices.sort((a, b) => a - b);
    return { units: indices.map((index) => units[index] as Unit), form };
  });
}

const none: ReadonlySet<number> = new Set();

function memoriesOf({ reads, targets }: Unit, slots: Slots): ReadonlySet<number> {
  const used = [...reads.map(({ buffer }) => buffer), ...targets.map(({ slot }) => slot)];
  return new Set([-1, ...used.map((slot) => slots.memoryOf(slot))]);
}

class Partition {
  readonly #units: readonly Unit[];
  readonly #slots: Slots;
  readonly #clusters: Cluster[];
  readonly #edges: Edges;
  readonly #graph: AcyclicGraph;
  /** Cluster of each unit, by way of units it was merged into. */
  readonly #parent: number[];
  readonly #mostMemories: number;

  constructor(units: readonly Unit[], slots: Slots, clusters: Cluster[], mostMemories: number) {
    this.#mostMemories = mostMemories;
    this.#units = units;
    this.#slots = slots;
    this.#clusters = clusters;
    this.#edges = findEdges(units, slots);
    clusters.forEach((cluster, index) => (cluster.uses = (this.#edges.outOf[index] as Edge[]).length));
    this.#parent = units.map((_, index) => index);
    const accesses = units.map((unit) => ({
      reads: unit.reads.map((view) => view.buffer),
      writes: unit.targets.map(({ slot }) => ({ slot, whole: unit.kind === "kernel" || unit.root.size === slots.all[slot]?.size })),
    }));
    this.#graph = dependencyGraph(accesses, slots.all.length, 0, searchLimit);
  }

  /** The clusters that remain, in an order they can run in. */
  run(): number[] {
    this.#fuseEpilogues();
    this.#fuseAlongEdges();
    this.#fuseSiblings();
    this.#fuseTiny();
    this.#dropStores();
    return this.#graph.order().filter((cluster) => (this.#clusters[cluster]?.units.length ?? 0) > 0);
  }

  /** Products first: what follows a dot or conv at the same element costs no memory traffic in its epilogue. */
  #fuseEpilogues(): void {
    this.#units.forEach((unit, producer) => {
      if (unit.kind !== "dot" && unit.kind !== "conv") return;
      for (const edge of this.#edges.outOf[producer] as Edge[]) {
        if (this.#units[edge.consumer]?.kind !== "loop") continue;
        if (edge.relation.kind === "same") this.#tryMerge(producer, edge.consumer);
        if (edge.relation.kind === "permuted" && this.#cluster(producer).units.length === 1) {
          this.#tryMerge(producer, edge.consumer, edge.relation.axes);
        }
      }
    });
  }

  #fuseAlongEdges(): void {
    for (const edges of this.#edges.into) {
      for (const edge of edges) {
        if (edge.relation.kind === "same" || edge.relation.kind === "row") this.#tryMerge(edge.producer, edge.consumer);
      }
    }
  }

  /** Units that read the same elements: one kernel loads them once. */
  #fuseSiblings(): void {
    for (const readers of this.#edges.readers) {
      let previous = -1;
      for (const { unit, relation } of readers) {
        if (relation.kind !== "same") continue;
        // What is recomputed for the sake of memory must not be computed together with the original.
        if (previous >= 0 && this.#units[previous]?.root.epoch === this.#units[unit]?.root.epoch) this.#tryMerge(previous, unit);
        previous = unit;
      }
    }
  }

  /** Small loops and reductions of the same size: the counters of an optimizer, a loss and its metrics. */
  #fuseTiny(): void {
    const last = new Map<string, number>();
    this.#units.forEach((unit, index) => {
      if ((unit.kind !== "loop" && unit.kind !== "reduce") || sizeOf(unit.space) > tiny) return;
      const { kind } = this.#cluster(index).form;
      if (kind !== unit.kind) return;
      const shape = unit.kind === "reduce" ? `${unit.space.join()} ${unit.reduced.join()}` : String(unit.root.size);
      const key = `${kind} ${shape} ${unit.root.epoch}`;
      const previous = last.get(key);
      if (previous !== undefined && this.#cluster(previous).form.kind === kind) this.#tryMerge(previous, index);
      last.set(key, index);
    });
  }

  #find(unit: number): number {
    let root = unit;
    while (this.#parent[root] !== root) root = this.#parent[root] as number;
    while (this.#parent[unit] !== root) {
      const next = this.#parent[unit] as number;
      this.#parent[unit] = root;
      unit = next;
    }
    return root;
  }

  #cluster(unit: number): Cluster {
    return this.#clusters[this.#find(unit)] as Cluster;
  }

  #tryMerge(unitA: number, unitB: number, permutedAxes: readonly number[] | null = null): boolean {
    const a = this.#find(unitA);
    const b = this.#find(unitB);
    if (a === b) return true;
    const clusterA = this.#clusters[a] as Cluster;
    const clusterB = this.#clusters[b] as Cluster;
    if (clusterA.work + clusterB.work > maxWork || clusterA.reads + clusterB.reads > maxReads) return false;
    const memories = clusterB.memories.size === 0 ? clusterA.memories : new Set([...clusterA.memories, ...clusterB.memories]);
    if (memories.size > this.#mostMemories) return false;
    const formA = permutedAxes === null ? clusterA.form : permutedProduct(clusterA.form, permutedAxes);
    const forms = unionForms(formA, clusterB.form);
    if (forms.length === 0) return false;
    const crossing: Edge[] = [];
    this.#collectEdges(a, b, crossing);
    this.#collectEdges(b, a, crossing);
    const form = forms.find((candidate) => crossing.every((edge) => edgeFits(edge, candidate, this.#units)));
    if (form === undefined) return false;
    const even =
      form.kind !== "product" || [...clusterA.units, ...clusterB.units].every((unit) => walksEvenly(this.#units[unit] as Unit, form));
    if (!even || !this.#graph.tryMerge(a, b)) return false;
    this.#parent[b] = a;
    clusterA.units.push(...clusterB.units);
    clusterA.work += clusterB.work;
    clusterA.reads += clusterB.reads;
    clusterA.uses += clusterB.uses;
    clusterA.form = form;
    clusterA.memories = memories;
    clusterB.units = [];
    return true;
  }

  /** Edges from cluster `a` to cluster `b`, looked for at the end that has fewer: no cluster reads much, but many may read one. */
  #collectEdges(a: number, b: number, found: Edge[]): void {
    const from = this.#clusters[a] as Cluster;
    const to = this.#clusters[b] as Cluster;
    const { into, outOf } = this.#edges;
    if (from.uses < to.reads) {
      for (const unit of from.units) for (const edge of outOf[unit] as Edge[]) if (this.#find(edge.consumer) === b) found.push(edge);
    } else {
      for (const unit of to.units) for (const edge of into[unit] as Edge[]) if (this.#find(edge.producer) === a) found.push(edge);
    }
  }

  /** A value that only its own kernel reads needs no memory. */
  #dropStores(): void {
    this.#units.forEach((unit, index) => {
      if (unit.kind === "kernel") return;
      const cluster = this.#find(index);
      const consumers = this.#edges.outOf[index] as Edge[];
      const needed = consumers.some((edge) => this.#find(edge.consumer) !== cluster);
      if (needed) return;
      // A piece of a larger value, or a copy into another's slot, is there to be stored.
      if (unit.kind === "loop" && !unit.computes) return;
      const kept = unit.targets.filter(({ slot }) => this.#slots.all[slot]?.place.kind !== "arena");
      if (kept.length > 0 || consumers.length > 0) unit.targets = kept;
    });
  }
}
