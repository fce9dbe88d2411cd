import type { Backend, Executable, Graph, PrimitiveName } from "@neurite/core";

/** A backend that counts what it is asked to do. */
export interface Probe extends Backend {
  readonly compiled: readonly Graph[];
  /** Times each primitive was executed (nodes of the graphs that were run). */
  executions(op: PrimitiveName): number;
  readonly counts: { compiles: number; runs: number; allocations: number };
}

/** Wraps a backend to count compilations, runs, allocations and executed primitives: for tests of how little work is done. */
export function probe(inner: Backend): Probe {
  const compiled: Graph[] = [];
  const executed = new Map<PrimitiveName, number>();
  const counts = { compiles: 0, runs: 0, allocations: 0 };
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
      counts.runs++;
      for (const node of program.executable.graph.nodes) executed.set(node.op, (executed.get(node.op) ?? 0) + repeat);
      return inner.run(program, inputs, scalars, repeat);
    },
  };
  const wrapped = new Proxy(inner, {
    get(target, key) {
      if (key === "compiled") return compiled;
      if (key === "counts") return counts;
      if (key === "executions") return (op: PrimitiveName) => executed.get(op) ?? 0;
      if (key in methods) return methods[key as keyof Backend];
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
  return wrapped as Probe;
}
