import { bind, build, DeviceError, DTypeError, type Graph, Node, type Scope, traceGraph, Value, ValueError } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { f32, i32, numbers, pack, type Sample, sample, unpack } from "../test/evaluate.ts";
import { reference } from "./index.ts";

type Backend = ReturnType<typeof reference>;
type Storage = ReturnType<Backend["alloc"]>;

const scalar = { dtype: "float32", shape: [] } as const;
const pair = { dtype: "float32", shape: [2] } as const;

function upload(backend: Backend, data: Sample): Storage {
  const packed = pack(data);
  const storage = backend.alloc(packed.byteLength);
  backend.write(storage, packed);
  return storage;
}

function floats(backend: Backend, storage: Storage): number[] {
  if (backend.readSync === undefined) throw new Error("reads are synchronous");
  return unpack("float32", backend.readSync(storage, 0, storage.bytes)) as number[];
}

/** A graph whose last inputs are its state; `fn` gives outputs and then a new value for each piece of state. */
function stateful(avals: Parameters<typeof traceGraph>[0], state: number, fn: (...xs: Value[]) => Value[], scalars = 0): Graph {
  const { graph } = traceGraph(avals, (xs) => fn(...xs));
  const inputs = avals.length - state - scalars;
  const outputs = graph.outputs.length - state;
  return {
    ...graph,
    inputs: graph.inputs.slice(0, inputs),
    state: graph.inputs.slice(inputs, inputs + state),
    scalars: graph.inputs.slice(inputs + state),
    outputs: graph.outputs.slice(0, outputs),
    updates: graph.outputs.slice(outputs).map((value, index) => ({ state: index, value })),
  };
}

describe("runs", () => {
  test("inputs, state and scalars go in; outputs come in new storages; state changes in place", () => {
    const backend = reference();
    const graph = stateful([pair, pair, scalar], 1, (x, w, rate) => [build.mul(x, w), build.sub(w, build.mul(x, rate))], 1);
    const weights = upload(backend, f32([2], [1, 2]));
    const program = backend.bind(backend.compile(graph), [weights]);
    const x = upload(backend, f32([2], [10, 20]));
    const [y] = backend.run(program, [x], [0.5]);
    expect(floats(backend, y)).toEqual([10, 40]);
    expect(floats(backend, weights)).toEqual([-4, -8]);
    const [again] = backend.run(program, [x], [0]);
    expect(floats(backend, again)).toEqual([-40, -160]);
    expect(floats(backend, y)).toEqual([10, 40]);
  });

  test("all updates are computed before any is written: two pieces of state can swap", () => {
    const backend = reference();
    const swap = stateful([pair, pair], 2, (a, b) => [b, a]);
    const [a, b] = [upload(backend, f32([2], [1, 2])), upload(backend, f32([2], [3, 4]))];
    const program = backend.bind(backend.compile(swap), [a, b]);
    backend.run(program, [], []);
    expect([floats(backend, a), floats(backend, b)]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    backend.run(program, [], [], 2);
    expect([floats(backend, a), floats(backend, b)]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    backend.run(program, [], [], 3);
    expect([floats(backend, a), floats(backend, b)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("an output that is an input or a state itself is a copy, before the update", () => {
    const backend = reference();
    const graph = stateful([pair, pair], 1, (x, w) => [x, w, w, build.add(w, 1)]);
    const weights = upload(backend, f32([2], [1, 2]));
    const x = upload(backend, f32([2], [5, 6]));
    const [copy, before, same] = backend.run(backend.bind(backend.compile(graph), [weights]), [x], []);
    backend.write(x, new Float32Array([0, 0]));
    expect(new Set([copy, before, same, x, weights]).size).toBe(5);
    expect([copy, before, same, weights].map((storage) => floats(backend, storage))).toEqual([
      [5, 6],
      [1, 2],
      [1, 2],
      [2, 3],
    ]);
  });

  test("repeat runs one after another, for graphs without outputs", () => {
    const backend = reference();
    const count = upload(backend, f32([], [0]));
    const step = backend.bind(backend.compile(stateful([scalar], 1, (n) => [build.add(build.mul(n, 2), 1)])), [count]);
    backend.run(step, [], [], 5);
    expect(floats(backend, count)).toEqual([31]);
    const withOutput = backend.bind(backend.compile(stateful([scalar], 1, (n) => [n, build.add(n, 1)])), [count]);
    expect(() => backend.run(withOutput, [], [], 2)).toThrow("only graphs without outputs may be repeated");
  });

  test("scalars take their value's dtype", () => {
    const backend = reference();
    const kinds = (["int32", "int64", "bool", "float16", "uint8"] as const).map((dtype) => ({ dtype, shape: [] }));
    const graph = stateful(kinds, 0, (...xs) => xs.map((x) => build.cast(x, "float64")), kinds.length);
    const outputs = backend.run(backend.bind(backend.compile(graph), []), [], [-3, 2 ** 40, 5, 0.1, 300]);
    const read = outputs.map((storage) => new Float64Array((backend.readSync as NonNullable<Backend["readSync"]>)(storage, 0, 8))[0]);
    expect(read).toEqual([-3, 2 ** 40, 1, 0.0999755859375, 44]);
  });

  test("the results of a long chain do not disturb each other when memory is reused", () => {
    const backend = reference();
    const big = { dtype: "float32", shape: [100, 100] } as const;
    const graph = stateful([big], 0, (x) => {
      let [a, b] = [x, build.mul(x, 2)];
      for (let i = 0; i < 20; i++) [a, b] = [build.add(a, b), build.transpose(build.sub(b, a), [1, 0])];
      return [a, b, build.reshape(a, [10_000])];
    });
    const data = numbers(10_000).map(Math.fround);
    const program = backend.bind(backend.compile(graph), []);
    const x = upload(backend, f32([100, 100], data));
    const runs = [0, 1].map(() => backend.run(program, [x], []).map((storage) => floats(backend, storage)));
    expect(runs[1]).toEqual(runs[0]);
    let [a, b] = [data, data.map((value) => Math.fround(value * 2))];
    for (let i = 0; i < 20; i++) {
      const [p, q] = [a, b];
      a = p.map((value, at) => Math.fround(value + q[at]));
      b = q.map((_, at) => Math.fround(q[(at % 100) * 100 + Math.floor(at / 100)] - p[(at % 100) * 100 + Math.floor(at / 100)]));
    }
    expect(runs[0][0]).toEqual(a);
    expect(runs[0][1]).toEqual(b);
    expect(runs[0][2]).toEqual(a);
  });
});

describe("errors of a run", () => {
  const scope: Scope = { path: "model/embedding", op: null };

  test("name op and layer, and leave every piece of state as it was", () => {
    const backend = reference();
    const { graph: traced } = traceGraph(
      [{ dtype: "float32", shape: [3, 2] }, { dtype: "int32", shape: [1] }, scalar],
      ([table, index, steps]) => [build.add(build.reduce("sum", build.gather(table, index, 0), [0, 1]), steps)],
    );
    const nodes = traced.nodes.map((node) => node);
    Object.assign(nodes.find((node) => node.op === "gather") as object, { scope });
    const [table, index, steps] = traced.inputs;
    const graph: Graph = {
      ...traced,
      inputs: [table, index],
      state: [steps],
      outputs: [],
      updates: [{ state: 0, value: traced.outputs[0] }],
    };
    const count = upload(backend, f32([], [7]));
    const program = backend.bind(backend.compile(graph), [count]);
    const data = upload(backend, f32([3, 2], [1, 2, 3, 4, 5, 6]));
    expect(() => backend.run(program, [data, upload(backend, i32([1], [3]))], [])).toThrow(
      '[gather] index is out of range: 3 is not in 0..2, the range of axis 0 of float32[3,2], in layer "model/embedding"',
    );
    expect(() => backend.run(program, [data, upload(backend, i32([1], [3]))], [])).toThrow(ValueError);
    expect(floats(backend, count)).toEqual([7]);
    backend.run(program, [data, upload(backend, i32([1], [1]))], []);
    expect(floats(backend, count)).toEqual([14]);
  });

  test("a failing check ends a run between two updates", () => {
    const backend = reference();
    const graph = stateful([{ dtype: "bool", shape: [] }, scalar, scalar], 2, (ok, a, b) => [
      build.add(a, 1),
      build.check(build.add(b, 1), ok, "loss is not finite"),
    ]);
    const [a, b] = [upload(backend, f32([], [1])), upload(backend, f32([], [1]))];
    const program = backend.bind(backend.compile(graph), [a, b]);
    expect(() => backend.run(program, [upload(backend, sample("bool", [], [0]))], [])).toThrow("[check] loss is not finite");
    expect([floats(backend, a), floats(backend, b)]).toEqual([[1], [1]]);
    backend.run(program, [upload(backend, sample("bool", [], [1]))], []);
    expect([floats(backend, a), floats(backend, b)]).toEqual([[2], [2]]);
  });

  test("inside a body, name the op inside", () => {
    const backend = reference();
    const inner = traceGraph([{ dtype: "int32", shape: [] }], ([x]) => [build.div(1, x)]).graph;
    const graph = stateful([{ dtype: "int32", shape: [] }], 0, (x) => [
      ...bind("composite", [x], { name: "inverse", attributes: {}, body: inner, vjp: null }),
    ]);
    const program = backend.bind(backend.compile(graph), []);
    expect(() => backend.run(program, [upload(backend, i32([], [0]))], [])).toThrow("[div] integer division by zero");
  });
});

describe("storages", () => {
  test("hold bytes, are written at offsets and read as copies", async () => {
    const backend = reference();
    const storage = backend.alloc(12);
    backend.write(storage, new Float32Array([1, 2, 3]));
    backend.write(storage, new Float32Array([9, 8, 7]).subarray(1, 2), 4);
    expect(floats(backend, storage)).toEqual([1, 8, 3]);
    const copy = await backend.read(storage, 4, 8);
    new Float32Array(copy).fill(0);
    expect(floats(backend, storage)).toEqual([1, 8, 3]);
    expect(() => backend.write(storage, new Float32Array(2), 8)).toThrow(ValueError);
    await expect(backend.read(storage, 8, 8)).rejects.toThrow("outside the storage");
    expect(() => backend.alloc(-1)).toThrow(ValueError);
    expect(() => backend.alloc(2 ** 52)).toThrow("[alloc] out of memory");
  });

  test("after free, every use is a DeviceError", async () => {
    const backend = reference();
    const [input, state] = [upload(backend, f32([2], [1, 2])), upload(backend, f32([2], [1, 2]))];
    const executable = backend.compile(stateful([pair, pair], 1, (x, w) => [x, build.add(w, x)]));
    const program = backend.bind(executable, [state]);
    backend.free(input);
    expect(() => backend.run(program, [input], [])).toThrow(DeviceError);
    expect(() => backend.write(input, new Float32Array(2))).toThrow("the storage was freed");
    expect(() => backend.free(input)).toThrow(DeviceError);
    await expect(backend.read(input, 0, 4)).rejects.toThrow(DeviceError);
    backend.free(state);
    expect(() => backend.run(program, [upload(backend, f32([2], [1, 2]))], [])).toThrow(DeviceError);
    expect(() => backend.bind(executable, [state])).toThrow(DeviceError);
  });

  test("are counted, and so is the memory of runs", () => {
    const backend = reference();
    expect(backend.memory()).toEqual({ bytes: 0, storages: 0, peakBytes: 0, allocations: 0, runs: 0 });
    const x = upload(backend, f32([1000], numbers(1000)));
    expect(backend.memory()).toMatchObject({ bytes: 4000, storages: 1, allocations: 1 });
    const graph = stateful([{ dtype: "float32", shape: [1000] }], 0, (v) => [build.mul(build.add(v, v), v)]);
    const program = backend.bind(backend.compile(graph), []);
    const [y] = backend.run(program, [x], []);
    const after = backend.memory();
    expect(after).toMatchObject({ storages: 2, allocations: 2, runs: 1 });
    // Three arrays of 1000 doubles at once, and two storages.
    expect(after.peakBytes).toBe(8000 + 3 * 8000);
    for (let i = 0; i < 10; i++) backend.free(backend.run(program, [x], [])[0]);
    expect(backend.memory()).toMatchObject({ bytes: after.bytes, storages: 2, peakBytes: after.peakBytes + 4000, runs: 11 });
    backend.free(y);
    backend.release(program);
    expect(backend.memory()).toMatchObject({ bytes: 4000, storages: 1 });
    backend.free(x);
    expect(backend.memory()).toMatchObject({ bytes: 0, storages: 0 });
  });

  test("of another backend are refused", () => {
    const [one, other] = [reference(), reference()];
    const executable = one.compile(stateful([pair], 0, (x) => [x]));
    expect(() => other.bind(executable, [])).toThrow("the executable belongs to another backend");
    expect(() => other.run(one.bind(executable, []), [], [])).toThrow("the program belongs to another backend");
    expect(() => one.free({ bytes: 4 })).toThrow("belongs to another backend");
  });
});

describe("what does not fit is refused", () => {
  test("at bind and at run: counts, sizes, shared state", () => {
    const backend = reference();
    const executable = backend.compile(stateful([pair, pair, pair], 2, (x, a, b) => [x, build.add(a, x), b]));
    const [small, fits] = [backend.alloc(4), backend.alloc(8)];
    expect(() => backend.bind(executable, [fits])).toThrow("has 2 pieces of state: received 1");
    expect(() => backend.bind(executable, [fits, small])).toThrow("state 1 is float32[2] and needs 8 bytes: received a storage of 4");
    expect(() => backend.bind(executable, [fits, fits])).toThrow("share a storage");
    const program = backend.bind(executable, [fits, backend.alloc(8)]);
    expect(() => backend.run(program, [], [])).toThrow("takes 1 inputs and 0 scalars: received 0 and 0");
    expect(() => backend.run(program, [small], [])).toThrow(ValueError);
    expect(() => backend.run(program, [fits], [1])).toThrow("takes 1 inputs and 0 scalars: received 1 and 1");
  });

  test("after release and after dispose", async () => {
    const backend = reference();
    const executable = backend.compile(stateful([pair], 0, (x) => [x]));
    const program = backend.bind(executable, []);
    const x = backend.alloc(8);
    backend.release(program);
    expect(() => backend.run(program, [x], [])).toThrow("the program was released");
    backend.release(executable);
    expect(() => backend.bind(executable, [])).toThrow("the executable was released");
    await backend.sync();
    backend.dispose();
    expect(() => backend.alloc(4)).toThrow("the reference backend was disposed");
    await expect(backend.sync()).rejects.toThrow(DeviceError);
  });
});

describe("corrupted graphs are refused by compile", () => {
  const backend = reference();
  const empty: Graph = { inputs: [], state: [], scalars: [], outputs: [], updates: [], nodes: [] };
  const x = new Value("float32", [2]);
  const good = new Node("neg", {}, [x], [pair]);

  test.each<[string, Graph, string]>([
    ["an unknown primitive", { ...empty, nodes: [new Node("convolve" as "neg", {}, [], [pair])] }, "unknown primitive"],
    ["a placeholder among the nodes", { ...empty, nodes: [new Node("input", { name: "x" }, [], [pair]) as Node] }, "unknown primitive"],
    ["an operand from nowhere", { ...empty, nodes: [good as Node] }, "operand 0 of node"],
    [
      "nodes out of order",
      { ...empty, inputs: [x], nodes: [new Node("neg", {}, [good.outputs[0]], [pair]) as Node, good as Node] },
      "operand 0 of node",
    ],
    ["an output that is not computed", { ...empty, inputs: [x], outputs: [good.outputs[0]] }, "output 0 (float32[2]) is not computed"],
    [
      "a shape that cannot be",
      { ...empty, inputs: [x], nodes: [new Node("neg", {}, [x], [{ dtype: "float32", shape: [3] }]) as Node] },
      "its operands make it float32[2]",
    ],
    [
      "a dtype that cannot be",
      { ...empty, inputs: [x], nodes: [new Node("neg", {}, [x], [{ dtype: "int32", shape: [2] }]) as Node] },
      "its operands make it float32[2]",
    ],
    ["an unknown dimension", { ...empty, inputs: [new Value("float32", [NaN, 2])] }, "must have a known shape: received float32[?,2]"],
    ["one placeholder twice", { ...empty, inputs: [x], state: [x] }, "given twice"],
    ["a scalar with axes", { ...empty, scalars: [x] }, "scalar 0 must have no axes"],
    ["an update of no state", { ...empty, inputs: [x], updates: [{ state: 0, value: x }] }, "there is no state 0"],
    [
      "an update of another type",
      { ...empty, state: [x], inputs: [new Value("float32", [])].slice(0, 0), updates: [{ state: 0, value: new Value("float32", []) }] },
      "is not computed",
    ],
    [
      "two updates of one state",
      {
        ...empty,
        state: [x],
        updates: [
          { state: 0, value: x },
          { state: 0, value: x },
        ],
      },
      "updated twice",
    ],
  ])("%s", (_name, graph, message) => {
    expect(() => backend.compile(graph)).toThrow(DeviceError);
    expect(() => backend.compile(graph)).toThrow(message);
  });

  test("an update whose type is not the state's", () => {
    const wide = new Value("float32", [3]);
    expect(() => backend.compile({ ...empty, inputs: [wide], state: [x], updates: [{ state: 0, value: wide }] })).toThrow(
      "state 0 is float32[2]: its update is float32[3]",
    );
  });

  test("an unknown dtype is a DTypeError", () => {
    expect(() => backend.compile({ ...empty, inputs: [new Value("float8" as "float32", [])] })).toThrow(DTypeError);
  });

  test("a broken body inside a composite", () => {
    const body: Graph = { ...empty, inputs: [x], outputs: [good.outputs[0]], nodes: [] };
    const node = new Node("composite", { name: "broken", attributes: {}, body, vjp: null }, [x], [pair]);
    expect(() => backend.compile({ ...empty, inputs: [x], nodes: [node as Node] })).toThrow("output 0 (float32[2]) is not computed");
  });
});

test("describe prints one line a node", () => {
  const graph = stateful([pair, pair], 1, (x, w) => [build.reduce("sum", build.mul(x, w), [0]), build.add(w, x)]);
  const lines = reference().compile(graph).describe().trim().split("\n");
  expect(lines.some((line) => /= mul %0 %1 : float32\[2\]/.test(line))).toBe(true);
  expect(lines.some((line) => /= reduce %\d+ .*"sum".* : float32\[\]/.test(line))).toBe(true);
});

test("says what it can do", () => {
  const backend = reference({ precision: "float64" });
  expect(backend.name).toBe("reference");
  expect(backend.description).toContain("float64");
  expect(backend.capabilities.dtypes.has("complex64") && backend.capabilities.synchronousReads).toBe(true);
  expect(backend.capabilities.unsupported.size).toBe(0);
});
