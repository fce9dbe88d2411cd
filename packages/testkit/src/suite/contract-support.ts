/** What the tests of the contract are written with. */
import { type Aval, type Backend, type Graph, type Storage, traceGraph, type Value } from "@neurite/core";
import { decode, encode, type Sample } from "../samples/sample.ts";
import { given } from "../samples/values.ts";
import type { SuiteSetting } from "./setting.ts";

export type ContractTests = Readonly<Record<string, (backend: Backend, setting: SuiteSetting) => Promise<void>>>;

export const pair: Aval = { dtype: "float32", shape: [2] };
export const scalar: Aval = { dtype: "float32", shape: [] };
export const index: Aval = { dtype: "int32", shape: [1] };

export const floats = (...data: number[]): Sample => given("float32", [data.length], data);
export const ints = (...data: number[]): Sample => given("int32", [data.length], data);

export function upload(backend: Backend, sample: Sample): Storage {
  const array = encode(sample);
  const storage = backend.alloc(array.byteLength);
  backend.write(storage, array);
  return storage;
}

export async function download(backend: Backend, storage: Storage, dtype: "float32" | "int32" = "float32"): Promise<number[]> {
  return decode(dtype, await backend.read(storage, 0, storage.bytes)).map(Number);
}

/** A graph whose inputs are followed by state and scalars; `fn` gives outputs and then a new value for each piece of state. */
export function statefulGraph(
  { inputs = [], state = [], scalars = [] }: Partial<Record<"inputs" | "state" | "scalars", readonly Aval[]>>,
  fn: (...xs: Value[]) => Value[],
): Graph {
  const { graph } = traceGraph([...inputs, ...state, ...scalars], (xs) => fn(...xs));
  const [a, b] = [inputs.length, inputs.length + state.length];
  const outputs = graph.outputs.length - state.length;
  return {
    ...graph,
    inputs: graph.inputs.slice(0, a),
    state: graph.inputs.slice(a, b),
    scalars: graph.inputs.slice(b),
    outputs: graph.outputs.slice(0, outputs),
    updates: graph.outputs.slice(outputs).map((value, i) => ({ state: i, value })),
  };
}
