import type { Backend, Executable, Graph, PrimitiveName } from "@neurite/core";

/** A backend that counts what it is asked to do. */
export interface Probe extends Backend {
  readonly compiled: readonly Graph[];
  /** Times each primitive was executed (nodes of the graphs that were run). */
  executions(op: PrimitiveName): number;
  readonly counts: { compiles: number; runs: number; allocations: number; releases: number };
  /** Makes the next runs fail with `error`, so many of them (default 1). */
  failRuns(error: Error, times?: number): void;
  /** Calls of `run` for graphs of a kind, and the steps they did (a call may repeat). */
  runsOf(kind: (graph: Graph) => boolean): { calls: number; steps: number };
  /** Storages that runs of graphs of a kind made. */
  allocationsIn(kind: (graph: Graph) => boolean): number;
}

/**
 * Wraps a backend to count compilations, runs, allocations and executed primitives: for tests of how little work is done.
 *
 * @example
 * const device = probe(reference());
 * withDevice(device, () => tensor([1, 2]).add(1).dataSync());
 * device.counts.compiles; // 1
 */
export function probe(inner: Backend): Probe {
  const compiled: Graph[] = [];
  const executed = new Map<PrimitiveName, number>();
  const runs: { graph: Graph; steps: number; allocations: number }[] = [];
  const counts = { compiles: 0, runs: 0, allocations: 0, releases: 0 };
  let failure: { error: Error; times: number } = { error: new Error(), times: 0 };
  const methods: Partial<Backend> = {
    alloc(bytes) {
      counts.allocations++;
      return inner.alloc(bytes);
    },
    compile(graph): Executable {
      counts.compiles++;
      compiled.push(graph);
      return inner.compile(graph);
    },
    run(program, inputs, scalars, repeat = 1) {
      if (failure.times > 0) {
        failure.times--;
        throw failure.error;
      }
      counts.runs++;
      for (const node of program.executable.graph.nodes) executed.set(node.op, (executed.get(node.op) ?? 0) + repeat);
      const before = inner.memory().allocations;
      const outputs = inner.run(program, inputs, scalars, repeat);
      runs.push({ graph: program.executable.graph, steps: repeat, allocations: inner.memory().allocations - before });
      return outputs;
    },
    release(thing) {
      counts.releases++;
      inner.release(thing);
    },
  };
  const extras = {
    compiled,
    counts,
    executions: (op: PrimitiveName): number => executed.get(op) ?? 0,
    runsOf(kind: (graph: Graph) => boolean): { calls: number; steps: number } {
      const chosen = runs.filter(({ graph }) => kind(graph));
      return { calls: chosen.length, steps: chosen.reduce((sum, { steps }) => sum + steps, 0) };
    },
    allocationsIn: (kind: (graph: Graph) => boolean): number =>
      runs.filter(({ graph }) => kind(graph)).reduce((sum, { allocations }) => sum + allocations, 0),
    failRuns: (error: Error, times = 1): void => void (failure = { error, times }),
  };
  const wrapped = new Proxy(inner, {
    get(target, key) {
      if (key in extras) return extras[key as keyof typeof extras];
      if (key in methods) return methods[key as keyof Backend];
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
  return wrapped as Probe;
}
