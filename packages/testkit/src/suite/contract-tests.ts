/** What the Backend interface promises about storages, state, updates and errors. */
import { type Aval, type Backend, bind, build, type Graph, type Storage, traceGraph, type Value } from "@neurite/core";
import { decode, encode, type Sample } from "../samples/sample.ts";
import { given } from "../samples/values.ts";
import { assert, assertEqual, assertFails } from "./assert.ts";
import { NotApplicable, type SuiteTest } from "./options.ts";
import type { SuiteSetting } from "./setting.ts";

const pair: Aval = { dtype: "float32", shape: [2] };
const scalar: Aval = { dtype: "float32", shape: [] };
const index: Aval = { dtype: "int32", shape: [1] };

const floats = (...data: number[]): Sample => given("float32", [data.length], data);
const ints = (...data: number[]): Sample => given("int32", [data.length], data);

function upload(backend: Backend, sample: Sample): Storage {
  const array = encode(sample);
  const storage = backend.alloc(array.byteLength);
  backend.write(storage, array);
  return storage;
}

async function download(backend: Backend, storage: Storage, dtype: "float32" | "int32" = "float32"): Promise<number[]> {
  return decode(dtype, await backend.read(storage, 0, storage.bytes)).map(Number);
}

/** A graph whose inputs are followed by state and scalars; `fn` gives outputs and then a new value for each piece of state. */
function statefulGraph(
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

const tests: Readonly<Record<string, (backend: Backend, setting: SuiteSetting) => Promise<void>>> = {
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
    await backend.sync();
    assertEqual(backend.memory().runs - before.runs, 1, "runs more");
    backend.free(storage);
    assertEqual(backend.memory().storages - held.storages, 1, "storages more after one was freed, one uploaded and one made by a run");
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
  const shared = Object.entries(tests).map(([name, test]): SuiteTest => ({
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
