import type { Aval, Backend, Graph, Storage, Value } from "@neurite/core";
import { bind, build, traceGraph } from "@neurite/core";
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

function upload(data: Float32Array | Int32Array, device = backend): Storage {
  const storage = device.alloc(data.byteLength);
  device.write(storage, data);
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

test("disposed of while a run loops, the backend ends it, and answers those who wait", async () => {
  const device = await webgpu();
  const endless = traceGraph([pair], (xs) => {
    const test = traceGraph(xs, ([x]) => [build.eq(build.sum(x as Value, [0]), build.sum(x as Value, [0]))]).graph;
    const body = traceGraph(xs, ([x]) => [build.flip(x as Value, [0])]).graph;
    return [...bind("while", xs, { test, body, carry: 1, maxIterations: null })];
  }).graph;
  const [result] = device.run(device.bind(device.compile(endless), []), [upload(Float32Array.of(1, 2), device)], []);
  const waiting = Promise.allSettled([device.read(result as Storage, 0, 8), device.sync()]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  device.dispose();
  for (const each of await waiting) {
    expect(each).toMatchObject({ status: "rejected", reason: { name: "DeviceError", message: expect.stringContaining("disposed") } });
  }
});
