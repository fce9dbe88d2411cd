/** Ways to run a graph on plain numbers: compiled and interpreted, or node by node on the reference backend. */
import { reference } from "@neurite/backend-reference";
import { type Graph, type Storage, type Value, allocateArray, viewArray } from "@neurite/core";
import { type CompileOptions, type Plan, compileGraph, interpretPlan } from "../index.ts";

export interface Data {
  readonly inputs: readonly number[][];
  readonly states?: readonly number[][];
  readonly scalars?: readonly number[];
}

export interface Result {
  readonly outputs: readonly number[][];
  readonly states: readonly number[][];
}

const copy = (lists: readonly number[][]): number[][] => lists.map((list) => [...list]);

/** The plan's results, in double precision. Throws when a site complained. */
export function runPlan(plan: Plan, data: Data): Result {
  const states = copy(data.states ?? []);
  const { outputs, status } = interpretPlan(plan, copy(data.inputs), states, data.scalars ?? []);
  if (status >= 0) throw new Error(`site ${status} complained: ${JSON.stringify(plan.sites[status])}`);
  return { outputs, states };
}

export function runCompiled(graph: Graph, data: Data, options?: CompileOptions): Result {
  return runPlan(compileGraph(graph, options), data);
}

const backend = reference({ precision: "float64" });

/** The reference backend's results: float64 between nodes, rounded to float32 at the end. */
export function runReference(graph: Graph, data: Data): Result {
  const upload = (value: Value, list: readonly number[]): Storage => {
    const array = allocateArray(value.dtype, list.length);
    list.forEach((element, i) => ((array as { [i: number]: number })[i] = element));
    const storage = backend.alloc(array.byteLength);
    backend.write(storage, array);
    return storage;
  };
  const download = (value: Value, storage: Storage): number[] =>
    Array.from(viewArray(value.dtype, backend.readSync?.(storage, 0, storage.bytes) as ArrayBuffer) as Float32Array);
  const states = graph.state.map((value, i) => upload(value, data.states?.[i] as number[]));
  const program = backend.bind(backend.compile(graph), states);
  const inputs = graph.inputs.map((value, i) => upload(value, data.inputs[i] as number[]));
  const outputs = backend.run(program, inputs, data.scalars ?? []);
  return {
    outputs: graph.outputs.map((value, i) => download(value, outputs[i] as Storage)),
    states: graph.state.map((value, i) => download(value, states[i] as Storage)),
  };
}

/** The largest difference between two results, relative to magnitude (at least 1); NaN equals NaN. Infinity where sizes differ. */
export function difference(a: Result, b: Result): number {
  let worst = 0;
  for (const part of ["outputs", "states"] as const) {
    if (a[part].length !== b[part].length) return Infinity;
    a[part].forEach((list, i) => {
      const other = b[part][i] as number[];
      if (list.length !== other.length) worst = Infinity;
      list.forEach((x, j) => {
        const y = other[j] as number;
        if (Object.is(x, y) || x === y) return;
        const error = Math.abs(x - y) / Math.max(1, Math.abs(x));
        worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
      });
    });
  }
  return worst;
}
