/** Runs closed graphs on host data. */
import { type Aval, type Backend, bytesPerElement, type Graph, type Program, traceGraph, type Value } from "@neurite/core";
import { decode, encode, type Sample, sizeOf } from "./sample.ts";

export type Fn = (inputs: readonly Value[]) => readonly Value[];

/** `fn` as a graph that uses nothing but its inputs. */
export function traced(inputs: readonly Aval[], fn: Fn): Graph {
  const { graph, captures } = traceGraph(inputs, fn);
  if (captures.length > 0) throw new Error("a case must use only its inputs");
  return graph;
}

/** A compiled graph that can be run again and again. */
export class GraphRunner {
  readonly #backend: Backend;
  readonly #graph: Graph;
  readonly #program: Program;

  constructor(backend: Backend, graph: Graph) {
    this.#backend = backend;
    this.#graph = graph;
    this.#program = backend.bind(backend.compile(graph), []);
  }

  async run(inputs: readonly Sample[]): Promise<Sample[]> {
    const backend = this.#backend;
    const storages = inputs.map((input) => {
      const array = encode(input);
      const storage = backend.alloc(array.byteLength);
      backend.write(storage, array);
      return storage;
    });
    const results = backend.run(this.#program, storages, []);
    try {
      return await Promise.all(
        this.#graph.outputs.map(async ({ dtype, shape }, i) => {
          const buffer = await backend.read(results[i], 0, sizeOf(shape) * bytesPerElement(dtype));
          return { dtype, shape, data: decode(dtype, buffer) };
        }),
      );
    } finally {
      for (const storage of [...storages, ...results]) backend.free(storage);
    }
  }

  release(): void {
    this.#backend.release(this.#program);
    this.#backend.release(this.#program.executable);
  }
}

/** Runs a graph once. */
export async function runGraph(backend: Backend, graph: Graph, inputs: readonly Sample[]): Promise<Sample[]> {
  const runner = new GraphRunner(backend, graph);
  try {
    return await runner.run(inputs);
  } finally {
    runner.release();
  }
}
