import { type Aval, type DType, type Graph, type StateUpdate, type Value, type build, traceGraph } from "@neurite/core";

export const float32 = (...shape: number[]): Aval => ({ dtype: "float32", shape });
export const aval = (dtype: DType, ...shape: number[]): Aval => ({ dtype, shape });

export interface Program {
  readonly inputs?: readonly Aval[];
  readonly states?: readonly Aval[];
  readonly scalars?: readonly Aval[];
  /** Gives outputs, and new values of states by index. */
  build(
    inputs: readonly Value[],
    states: readonly Value[],
    scalars: readonly Value[],
  ): { readonly outputs?: readonly Value[]; readonly updates?: Readonly<Record<number, Value>> };
}

/** A graph with states and scalars, as the engine makes them of a traced step. */
export function programGraph({ inputs = [], states = [], scalars = [], build }: Program): Graph {
  let updated: number[] = [];
  let outputCount = 0;
  const { graph } = traceGraph([...inputs, ...states, ...scalars], (values) => {
    const { outputs = [], updates = {} } = build(
      values.slice(0, inputs.length),
      values.slice(inputs.length, inputs.length + states.length),
      values.slice(inputs.length + states.length),
    );
    updated = Object.keys(updates).map(Number);
    outputCount = outputs.length;
    return [...outputs, ...Object.values(updates)];
  });
  const updates = updated.map((state, i): StateUpdate => ({ state, value: graph.outputs[outputCount + i] as Value }));
  return {
    inputs: graph.inputs.slice(0, inputs.length),
    state: graph.inputs.slice(inputs.length, inputs.length + states.length),
    scalars: graph.inputs.slice(inputs.length + states.length),
    outputs: graph.outputs.slice(0, outputCount),
    updates,
    nodes: graph.nodes,
  };
}

/** What a two-dimensional convolution is told: strides and dilations of 1, `padding` on all sides. */
export const convParams = (padding: number): Parameters<typeof build.conv>[2] => ({
  strides: [1, 1],
  padding: [
    [padding, padding],
    [padding, padding],
  ],
  lhsDilation: [1, 1],
  rhsDilation: [1, 1],
});

/** A generator of numbers in [0, 1) that gives the same ones each time (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Numbers for a value: floats in -1..1 that float32 holds, small whole numbers for integers, two words for keys. */
export function randomData({ dtype, shape }: Aval, random: () => number): number[] {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return Array.from({ length: size }, () => {
    if (dtype === "bool") return random() < 0.5 ? 0 : 1;
    if (dtype === "float32") return Math.fround(random() * 2 - 1);
    return Math.floor(random() * 4);
  });
}
