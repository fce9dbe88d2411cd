/** What the Backend interface promises about storages, state and updates. */
import { type Aval, bind, build, type Storage, traceGraph } from "@neurite/core";
import { encode } from "../samples/sample.ts";
import { given } from "../samples/values.ts";
import { assert, assertEqual, assertFails } from "./assert.ts";
import { controlTests } from "./contract-control.ts";
import { failureTests } from "./contract-failures.ts";
import { type ContractTests, download, floats, index, ints, pair, scalar, statefulGraph, upload } from "./contract-support.ts";
import { NotApplicable, type SuiteTest } from "./options.ts";
import type { SuiteSetting } from "./setting.ts";

const tests: ContractTests = {
  "inputs, state and scalars go in, outputs come in new storages, state changes in place": async (backend) => {
    const graph = statefulGraph({ inputs: [pair], state: [pair], scalars: [scalar] }, (x, w, rate) => [
      build.mul(x, w),
      build.sub(w, build.mul(x, rate)),
    ]);
    const weights = upload(backend, floats(1, 2));
    const program = backend.bind(backend.compile(graph), [weights]);
    const x = upload(backend, floats(10, 20));
    const [y] = backend.run(program, [x], [0.5]);
    assertEqual(await download(backend, y), [10, 40], "the output");
    assertEqual(await download(backend, weights), [-4, -8], "the state");
    const [again] = backend.run(program, [x], [0]);
    assertEqual(await download(backend, again), [-40, -160], "the output of the second run");
    assertEqual(await download(backend, y), [10, 40], "the output of the first run, after the second");
  },

  "all updates are computed before any is written: two pieces of state can swap": async (backend) => {
    const swap = statefulGraph({ state: [pair, pair] }, (a, b) => [b, a]);
    const [a, b] = [upload(backend, floats(1, 2)), upload(backend, floats(3, 4))];
    const program = backend.bind(backend.compile(swap), [a, b]);
    backend.run(program, [], []);
    assertEqual([await download(backend, a), await download(backend, b)], [[3, 4], [1, 2]], "after one run"); // prettier-ignore
    backend.run(program, [], [], 3);
    assertEqual([await download(backend, a), await download(backend, b)], [[1, 2], [3, 4]], "after three more"); // prettier-ignore
  },

  "an update that another update reads through a view, or that depends on both, sees old values": async (backend) => {
    const graph = statefulGraph({ state: [pair, pair] }, (a, b) => [build.add(build.flip(b, [0]), a), build.sub(build.flip(a, [0]), b)]);
    const [a, b] = [upload(backend, floats(1, 2)), upload(backend, floats(10, 20))];
    backend.run(backend.bind(backend.compile(graph), [a, b]), [], []);
    assertEqual([await download(backend, a), await download(backend, b)], [[21, 12], [-8, -19]], "the state"); // prettier-ignore
  },

  "an output that is an input or a state itself is a copy, made before the update": async (backend) => {
    const graph = statefulGraph({ inputs: [pair], state: [pair] }, (x, w) => [x, w, build.mul(w, 2)]);
    const [x, w] = [upload(backend, floats(1, 2)), upload(backend, floats(3, 4))];
    const [copyOfX, copyOfW] = backend.run(backend.bind(backend.compile(graph), [w]), [x], []);
    backend.write(x, encode(floats(9, 9)));
    assertEqual(await download(backend, copyOfX), [1, 2], "the copy of the input");
    assertEqual(await download(backend, copyOfW), [3, 4], "the copy of the state");
    assertEqual(await download(backend, w), [6, 8], "the state");
  },

  "repeat runs one after another": async (backend) => {
    const graph = statefulGraph({ inputs: [pair], state: [pair], scalars: [scalar] }, (x, w, s) => [build.add(build.mul(w, s), x)]);
    const [x, w] = [upload(backend, floats(1, 2)), upload(backend, floats(0, 1))];
    const program = backend.bind(backend.compile(graph), [w]);
    backend.run(program, [x], [2], 5);
    assertEqual(await download(backend, w), [31, 94], "the state after five runs");
    backend.run(program, [x], [2], 0);
    assertEqual(await download(backend, w), [31, 94], "the state after no run");
  },

  "a graph with outputs is not repeated": async (backend) => {
    const program = backend.bind(backend.compile(traceGraph([pair], ([x]) => [build.neg(x)]).graph), []);
    const x = upload(backend, floats(1, 2));
    await assertFails("repeat 2", () => backend.run(program, [x], [], 2), /repeat/);
  },

  "one executable bound twice has two states": async (backend) => {
    const executable = backend.compile(statefulGraph({ state: [pair] }, (w) => [build.add(w, 1)]));
    const [a, b] = [upload(backend, floats(0, 0)), upload(backend, floats(10, 10))];
    const [first, second] = [backend.bind(executable, [a]), backend.bind(executable, [b])];
    backend.run(first, [], []);
    backend.run(first, [], []);
    backend.run(second, [], []);
    assertEqual([await download(backend, a), await download(backend, b)], [[2, 2], [11, 11]], "the states"); // prettier-ignore
  },

  "a storage may be given as several inputs": async (backend) => {
    const program = backend.bind(backend.compile(traceGraph([pair, pair], ([x, y]) => [build.mul(x, y)]).graph), []);
    const x = upload(backend, floats(3, 4));
    assertEqual(await download(backend, backend.run(program, [x, x], [])[0]), [9, 16], "x·x");
  },

  "a state that a row is computed from is replaced by what the row adds up to": async (backend) => {
    const graph = statefulGraph({ inputs: [{ dtype: "float32", shape: [2, 3] }], state: [pair] }, (x, w) => {
      const total = build.add(build.reshape(w, [2, 1]), build.reduceKeep("sum", x, [1]));
      return [build.div(x, total), build.reshape(total, [2])];
    });
    const w = upload(backend, floats(2, 1));
    const [y] = backend.run(backend.bind(backend.compile(graph), [w]), [upload(backend, floats(1, 2, 3, 4, 5, 6))], []);
    assertEqual(await download(backend, y), [0.125, 0.25, 0.375, 0.25, 0.3125, 0.375], "the rows by their totals");
    assertEqual(await download(backend, w), [8, 16], "the totals");
  },

  "storages hold bytes, are written at offsets and read as copies": async (backend) => {
    const storage = backend.alloc(16);
    assertEqual(storage.bytes, 16, "bytes");
    backend.write(storage, new Float32Array([1, 2, 3, 4]));
    backend.write(storage, new Float32Array([9]), 8);
    assertEqual(await download(backend, storage), [1, 2, 9, 4], "the contents");
    const copy = new Float32Array(await backend.read(storage, 4, 8));
    backend.write(storage, new Float32Array([0, 0, 0, 0]));
    assertEqual([...copy], [2, 9], "a range read before the next write");
    const empty = backend.alloc(0);
    assertEqual((await backend.read(empty, 0, 0)).byteLength, 0, "bytes of an empty storage");
  },

  "a write after a run does not change that run": async (backend) => {
    const program = backend.bind(backend.compile(traceGraph([pair], ([x]) => [build.mul(x, 2)]).graph), []);
    const x = upload(backend, floats(1, 2));
    const [y] = backend.run(program, [x], []);
    backend.write(x, new Float32Array([5, 6]));
    const [z] = backend.run(program, [x], []);
    assertEqual([await download(backend, y), await download(backend, z)], [[2, 4], [10, 12]], "results"); // prettier-ignore
  },

  "ranges outside a storage are refused": async (backend) => {
    const storage = backend.alloc(8);
    await assertFails("a write past the end", () => backend.write(storage, new Float32Array(3)));
    await assertFails("a write at an offset past the end", () => backend.write(storage, new Float32Array(2), 4));
    await assertFails("a read past the end", () => backend.read(storage, 4, 8));
    await assertFails("alloc of -1", () => backend.alloc(-1));
    await assertFails("alloc of 1.5", () => backend.alloc(1.5));
  },

  "synchronous reads are there if the capabilities say so": async (backend) => {
    assertEqual(typeof backend.readSync, backend.capabilities.synchronousReads ? "function" : "undefined", "readSync");
    if (backend.readSync === undefined) throw new NotApplicable("no synchronous reads");
    const storage = upload(backend, floats(1, 2));
    assertEqual([...new Float32Array(backend.readSync(storage, 4, 4))], [2], "what is read");
  },

  "what does not fit is refused at bind and at run": async (backend) => {
    const graph = statefulGraph({ inputs: [pair], state: [pair, pair] }, (x, a, b) => [build.add(a, x), b]);
    const executable = backend.compile(graph);
    const [x, a, b, tiny] = [upload(backend, floats(1, 2)), upload(backend, floats(1, 2)), upload(backend, floats(1, 2)), backend.alloc(4)];
    await assertFails("one piece of state of two", () => backend.bind(executable, [a]));
    await assertFails("one storage as two pieces of state", () => backend.bind(executable, [a, a]));
    const program = backend.bind(executable, [a, b]);
    await assertFails("no input of one", () => backend.run(program, [], []));
    await assertFails("a scalar too many", () => backend.run(program, [x], [1]));
    await assertFails("an input that is too small", () => backend.run(program, [tiny], []));
  },

  "after free and release every use is an error": async (backend) => {
    const graph = statefulGraph({ inputs: [pair], state: [pair] }, (x, w) => [build.add(x, w)]);
    const [x, w] = [upload(backend, floats(1, 2)), upload(backend, floats(3, 4))];
    const executable = backend.compile(graph);
    const program = backend.bind(executable, [w]);
    backend.free(x);
    await assertFails("a freed storage, read", () => backend.read(x, 0, 8));
    await assertFails("a freed storage, written", () => backend.write(x, new Float32Array(2)));
    await assertFails("a freed storage as input", () => backend.run(program, [x], []));
    backend.release(program);
    const y = upload(backend, floats(1, 2));
    await assertFails("a released program", () => backend.run(program, [y], []));
    backend.release(executable);
    await assertFails("a released executable", () => backend.bind(executable, [w]));
  },

  "storages and executables of another backend are refused": async (backend, { oracle }) => {
    const graph = traceGraph([pair], ([x]) => [build.neg(x)]).graph;
    const program = backend.bind(backend.compile(graph), []);
    const foreign: Storage = { bytes: 8 };
    await assertFails("a foreign storage, read", () => backend.read(foreign, 0, 8));
    await assertFails("a foreign storage, written", () => backend.write(foreign, new Float32Array(2)));
    await assertFails("a foreign storage as input", () => backend.run(program, [foreign], []));
    await assertFails("a foreign executable", () => backend.bind(oracle.compile(graph), []));
  },

  "memory is counted": async (backend) => {
    const before = backend.memory();
    const storage = backend.alloc(4096);
    const held = backend.memory();
    assertEqual([held.storages - before.storages, held.allocations - before.allocations], [1, 1], "storages and allocations more");
    assert(held.bytes >= before.bytes + 4096 && held.peakBytes >= held.bytes, `bytes: ${before.bytes}, then ${held.bytes}`);
    const program = backend.bind(backend.compile(traceGraph([pair], ([x]) => [build.neg(x)]).graph), []);
    const x = upload(backend, floats(1, 2));
    backend.run(program, [x], []);
    backend.free(storage);
    // Before anything is awaited: a garbage collection may free what earlier tests left.
    assertEqual(backend.memory().storages - held.storages, 1, "storages more after one was freed, one uploaded and one made by a run");
    await backend.sync();
    assertEqual(backend.memory().runs - before.runs, 1, "runs more");
  },

  "bodies, composites and their errors work inside a run": async (backend) => {
    if (backend.capabilities.unsupported.has("cond")) throw new NotApplicable("cond is not supported");
    const predicate: Aval = { dtype: "bool", shape: [] };
    const graph = traceGraph([predicate, pair, index], ([test, x, i]) => {
      const then = traceGraph([x, i], ([a, at]) => [build.gather(a, at, 0)]).graph;
      const otherwise = traceGraph([x, i], ([a]) => [build.slice(a, [0], [1])]).graph;
      return bind("cond", [test, x, i], { then, otherwise });
    }).graph;
    const program = backend.bind(backend.compile(graph), []);
    const run = async (test: number, at: number): Promise<number[]> =>
      download(backend, backend.run(program, [upload(backend, given("bool", [], [test])), upload(backend, floats(5, 6)), upload(backend, ints(at))], [])[0]); // prettier-ignore
    assertEqual(await run(1, 1), [6], "the branch with the gather");
    assertEqual(await run(0, 9), [5], "the other branch, with a bad index that it does not use");
    await assertFails("a bad index in the branch that runs", () => run(1, 9), /gather|index|range/i);
  },

  "describes its plans, and says what it is": async (backend) => {
    const executable = backend.compile(traceGraph([pair], ([x]) => [build.neg(x)]).graph);
    assert(executable.describe().length > 0, "describe() is empty");
    assert(backend.name.length > 0 && backend.description.includes(backend.name), `description "${backend.description}" does not begin with the name "${backend.name}"`); // prettier-ignore
    assert(executable.graph.nodes.length === 1, "the executable keeps its graph");
  },

  "sync of an idle backend resolves": (backend) => backend.sync(),
};

export function contractTests(setting: SuiteSetting): readonly SuiteTest[] {
  const needed = ["float32", "int32", "bool"] as const;
  const shared = Object.entries({ ...tests, ...failureTests, ...controlTests }).map(([name, test]): SuiteTest => ({
    name: `contract/${name}`,
    part: "contract",
    run: async () => {
      const lacking = needed.find((dtype) => !setting.backend.capabilities.dtypes.has(dtype));
      if (lacking !== undefined) throw new NotApplicable(`no ${lacking}`);
      await test(setting.backend, setting);
    },
  }));
  return [
    ...shared,
    {
      name: "contract/after dispose every use is a DeviceError",
      part: "contract",
      run: async () => {
        const backend = await setting.make();
        const storage = upload(backend, floats(1, 2));
        backend.dispose();
        backend.dispose();
        for (const [what, use] of Object.entries({
          alloc: () => backend.alloc(4),
          read: () => backend.read(storage, 0, 8),
          write: () => backend.write(storage, new Float32Array(2)),
          compile: () => backend.compile(traceGraph([pair], ([x]) => [build.neg(x)]).graph),
          sync: () => backend.sync(),
        })) {
          const error = await assertFails(what, use);
          assertEqual(error.name, "DeviceError", `${what} after dispose`);
        }
      },
    },
  ];
}
