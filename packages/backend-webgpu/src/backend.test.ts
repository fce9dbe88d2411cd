import type { Aval, Backend, Graph, Storage, Value } from "@neurite/core";
import { build, traceGraph } from "@neurite/core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { webgpu } from "./index.ts";

const found = await webgpu().catch((error: Error) => error);
const backend = found as Backend;
beforeEach((context) => {
  if (found instanceof Error) context.skip(`WebGPU is not tested: ${found.message}`);
});
afterAll(() => {
  if (!(found instanceof Error)) found.dispose();
});

const pair: Aval = { dtype: "float32", shape: [2] };
const index: Aval = { dtype: "int32", shape: [1] };

/** A graph without outputs that replaces its one piece of state, its last input. */
function updating(inputs: readonly Aval[], state: Aval, fn: (...xs: Value[]) => Value): Graph {
  const { graph } = traceGraph([...inputs, state], (xs) => [fn(...xs)]);
  return {
    ...graph,
    inputs: graph.inputs.slice(0, -1),
    state: graph.inputs.slice(-1),
    scalars: [],
    outputs: [],
    updates: [{ state: 0, value: graph.outputs[0] as Value }],
  };
}

function upload(data: Float32Array | Int32Array): Storage {
  const storage = backend.alloc(data.byteLength);
  backend.write(storage, data);
  return storage;
}

const download = async (storage: Storage): Promise<number[]> => [...new Float32Array(await backend.read(storage, 0, storage.bytes))];

test.each([
  ["a kernel without barriers", pair, [1, 2], (_: Value, w: Value) => build.add(w, 1), [2, 3]],
  ["a kernel with barriers", { dtype: "float32", shape: [] } as Aval, [7], (x: Value) => build.reduce("sum", x, [0]), [4096]],
])("runs queued after a failed one leave state as it was, though they cannot fail: %s", async (_, aval, initial, fn, after) => {
  const failing = backend.bind(backend.compile(updating([index], pair, (i, w) => build.mul(w, build.gather(w, i, 0)))), [
    upload(Float32Array.of(1, 2)),
  ]);
  const state = upload(Float32Array.from(initial));
  const long: Aval = { dtype: "float32", shape: [4096] };
  const queued = backend.bind(backend.compile(updating([long], aval, fn)), [state]);
  const ones = upload(new Float32Array(4096).fill(1));
  backend.run(failing, [upload(Int32Array.of(2))], []);
  backend.run(queued, [ones], []);
  await expect(backend.sync()).rejects.toThrow(/gather|index|range/i);
  expect(await download(state)).toEqual(initial);
  backend.run(queued, [ones], []);
  expect(await download(state)).toEqual(after);
});
