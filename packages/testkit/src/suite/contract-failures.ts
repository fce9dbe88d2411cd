/** What the Backend interface promises about runs that fail. */
import { type Aval, build, traceGraph } from "@neurite/core";
import { assertEqual, assertFails } from "./assert.ts";
import { type ContractTests, download, floats, index, ints, pair, statefulGraph, upload } from "./contract-support.ts";

export const failureTests: ContractTests = {
  "an index out of range ends the run with an error, once, and leaves every piece of state as it was": async (backend) => {
    const graph = statefulGraph({ inputs: [index], state: [pair, pair] }, (i, a, b) => [build.add(a, 1), build.mul(b, build.gather(a, i, 0))]); // prettier-ignore
    const [a, b] = [upload(backend, floats(1, 2)), upload(backend, floats(3, 4))];
    const program = backend.bind(backend.compile(graph), [a, b]);
    const run = async (at: number): Promise<void> => {
      backend.run(program, [upload(backend, ints(at))], []);
      await backend.sync();
    };
    await assertFails("index 2 of 2", () => run(2), /gather|index|range/i);
    await backend.sync();
    assertEqual([await download(backend, a), await download(backend, b)], [[1, 2], [3, 4]], "the state after the failed run"); // prettier-ignore
    await assertFails("index -1", () => run(-1), /gather|index|range/i);
    await run(1);
    assertEqual([await download(backend, a), await download(backend, b)], [[2, 3], [6, 8]], "the state after a good run"); // prettier-ignore
  },

  "a scatter with an index out of range leaves every piece of state as it was": async (backend) => {
    const wide: Aval = { dtype: "int32", shape: [2] };
    const graph = statefulGraph({ inputs: [wide, pair], state: [pair, pair, pair] }, (i, x, a, b, c) => [
      build.scatter("add", a, i, x, 0),
      build.scatter("set", x, i, b, 0),
      build.add(c, 1),
    ]);
    const states = [floats(1, 2), floats(3, 4), floats(5, 6)].map((sample) => upload(backend, sample));
    const program = backend.bind(backend.compile(graph), states);
    const run = async (...at: number[]): Promise<number[][]> => {
      backend.run(program, [upload(backend, ints(...at)), upload(backend, floats(10, 20))], []);
      await backend.sync();
      return Promise.all(states.map((state) => download(backend, state)));
    };
    await assertFails("index 2 of 2", () => run(0, 2), /scatter|index|range/i);
    await backend.sync();
    const kept = await Promise.all(states.map((state) => download(backend, state)));
    assertEqual(kept, [[1, 2], [3, 4], [5, 6]], "the state after the failed run"); // prettier-ignore
    assertEqual(await run(1, 0), [[21, 12], [4, 3], [6, 7]], "the state after a good run"); // prettier-ignore
  },

  "a scatter in place writes nothing where an index is out of range": async (backend) => {
    const [twice, triple]: Aval[] = [
      { dtype: "int32", shape: [2] },
      { dtype: "float32", shape: [3] },
    ];
    const graph = statefulGraph({ inputs: [twice, pair], state: [triple] }, (i, x, w) => [build.scatter("add", w, i, x, 0)]);
    const w = upload(backend, floats(1, 2, 3));
    const program = backend.bind(backend.compile(graph), [w]);
    const run = async (...at: number[]): Promise<void> => {
      backend.run(program, [upload(backend, ints(...at)), upload(backend, floats(10, 20))], []);
      await backend.sync();
    };
    await assertFails("index 3 of 3", () => run(0, 3), /scatter|index|range/i);
    assertEqual(await download(backend, w), [1, 2, 3], "the state after the failed run");
    await run(2, 2);
    assertEqual(await download(backend, w), [1, 2, 33], "the state after a good run");
  },

  "a long sum after an index out of range leaves every piece of state as it was": async (backend) => {
    // Long enough for the threads of a group to share the work.
    const long: Aval = { dtype: "float32", shape: [4096] };
    const graph = statefulGraph({ inputs: [index, long], state: [{ dtype: "float32", shape: [1] }, pair] }, (i, x, total, b) => {
      const picked = build.gather(b, i, 0);
      return [build.add(build.mul(total, picked), build.reduceKeep("sum", x, [0])), build.mul(b, picked)];
    });
    const states = [floats(7), floats(3, 4)].map((sample) => upload(backend, sample));
    const program = backend.bind(backend.compile(graph), states);
    const run = async (at: number): Promise<void> => {
      backend.run(program, [upload(backend, ints(at)), upload(backend, floats(...Array.from({ length: 4096 }, () => 1)))], []);
      await backend.sync();
    };
    await assertFails("index 2 of 2", () => run(2), /gather|index|range/i);
    await backend.sync();
    const kept = await Promise.all(states.map((state) => download(backend, state)));
    assertEqual(kept, [[7], [3, 4]], "the state after the failed run"); // prettier-ignore
    await run(1);
    const changed = await Promise.all(states.map((state) => download(backend, state)));
    assertEqual(changed, [[4124], [12, 16]], "the state after a good run"); // prettier-ignore
  },

  "a failed run hands out no results that can be read": async (backend) => {
    const graph = traceGraph([pair, index], ([x, i]) => [build.gather(x, i, 0)]).graph;
    const program = backend.bind(backend.compile(graph), []);
    const [x, bad] = [upload(backend, floats(1, 2)), upload(backend, ints(7))];
    await assertFails("reading the result", async () => download(backend, backend.run(program, [x, bad], [])[0]), /gather|index|range/i);
  },

  "a check that fails names its message": async (backend) => {
    const graph = traceGraph([pair], ([x]) => [build.check(x, build.lt(x, 5), "values must be below five")]).graph;
    const program = backend.bind(backend.compile(graph), []);
    const run = async (...data: number[]): Promise<number[]> => download(backend, backend.run(program, [upload(backend, floats(...data))], [])[0]); // prettier-ignore
    assertEqual(await run(1, 4), [1, 4], "the values");
    await assertFails("a value of 6", () => run(1, 6), /values must be below five/);
    assertEqual(await run(2, 3), [2, 3], "the values after the failure");
  },

  "integers divided by zero set the run's status": async (backend) => {
    const graph = traceGraph([index, index], ([a, b]) => [build.div(a, b)]).graph;
    const program = backend.bind(backend.compile(graph), []);
    const run = async (a: number, b: number): Promise<number[]> => download(backend, backend.run(program, [upload(backend, ints(a)), upload(backend, ints(b))], [])[0], "int32"); // prettier-ignore
    assertEqual(await run(7, -2), [-3], "7 / -2");
    await assertFails("7 / 0", () => run(7, 0), /zero/i);
  },
};
