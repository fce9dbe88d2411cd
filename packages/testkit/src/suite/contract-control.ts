/** What the Backend interface promises where a run branches or loops, of which a device may only learn as it runs. */
import { type Aval, bind, build, type Graph, traceGraph, type Value } from "@neurite/core";
import { given } from "../samples/values.ts";
import { assertEqual, assertFails } from "./assert.ts";
import { type ContractTests, download, floats, index, ints, pair, statefulGraph, upload } from "./contract-support.ts";
import { requireSupport } from "./setting.ts";

const count: Aval = { dtype: "int32", shape: [] };
const number = (value: number): ReturnType<typeof ints> => given("int32", [], [value]);

/** `x` after `body`, which is given `w` too, was applied to it `times` times. */
function repeated(times: Value, x: Value, w: Value, body: (x: Value, w: Value, round: Value) => Value): Value {
  const operands = [build.constant(0, "int32"), x, times, w] as const;
  const trace = (fn: (i: Value, y: Value, end: Value, u: Value) => Value[]): Graph =>
    traceGraph(operands, ([i, y, end, u]) => fn(i as Value, y as Value, end as Value, u as Value)).graph;
  const test = trace((i, _, end) => [build.lt(i, end)]);
  const advance = trace((i, y, _, u) => [build.add(i, 1), body(y, u, i)]);
  return bind("while", operands, { test, body: advance, carry: 2, maxIterations: null })[1] as Value;
}

export const controlTests: ContractTests = {
  "a run that loops keeps its place among runs, writes and reads, and its storages may be freed behind it": async (backend) => {
    const loop = statefulGraph({ inputs: [count, pair], state: [pair] }, (times, x, w) => [
      repeated(times, x, w, (y, u) => build.add(y, u)),
      repeated(times, w, w, (y) => build.mul(y, 2)),
    ]);
    requireSupport(backend, loop);
    const double = statefulGraph({ state: [pair] }, (w) => [build.mul(w, 2), build.sub(w, 1)]);
    const [times, x, w] = [upload(backend, number(3)), upload(backend, floats(10, 20)), upload(backend, floats(1, 2))];
    const [first, second] = [backend.bind(backend.compile(loop), [w]), backend.bind(backend.compile(double), [w])];
    const [y] = backend.run(first, [times, x], []);
    backend.write(times, Int32Array.of(1));
    const early = download(backend, w);
    const [doubled] = backend.run(second, [], []);
    const [z] = backend.run(first, [times, y], []);
    backend.write(w, Float32Array.of(5), 4);
    backend.free(times);
    backend.free(x);
    backend.release(first);
    assertEqual(await download(backend, z), [20, 41], "the last output");
    assertEqual(await download(backend, y), [13, 26], "the first output");
    assertEqual(await download(backend, doubled), [16, 32], "the output of the run between them");
    assertEqual(await early, [8, 16], "the state as it was read behind the first run");
    assertEqual(await download(backend, w), [14, 5], "the state at the end");
  },

  "a loop whose body fails ends, and leaves every piece of state as it was": async (backend) => {
    const graph = statefulGraph({ inputs: [count, index], state: [pair, pair] }, (times, at, a, b) => [
      repeated(times, a, at, (x, from, i) => build.mul(x, build.gather(x, build.add(from, build.reshape(i, [1])), 0))),
      build.add(b, 1),
    ]);
    requireSupport(backend, graph);
    const states = [upload(backend, floats(2, 3)), upload(backend, floats(5, 6))];
    const program = backend.bind(backend.compile(graph), states);
    const run = async (times: number): Promise<number[][]> => {
      backend.run(program, [upload(backend, number(times)), upload(backend, ints(0))], []);
      await backend.sync();
      return Promise.all(states.map((state) => download(backend, state)));
    };
    await assertFails("index 2 of 2 in the third round", () => run(3), /gather|index|range/i);
    await assertFails("in the third of many", () => run(0x7fffffff), /gather|index|range/i);
    assertEqual(await Promise.all(states.map((state) => download(backend, state))), [[2, 3], [5, 6]], "the state after failed runs"); // prettier-ignore
    assertEqual(await run(1), [[4, 6], [6, 7]], "the state after a good run"); // prettier-ignore
  },
};
