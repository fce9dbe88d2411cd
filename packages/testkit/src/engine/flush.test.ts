import {
  bind,
  build,
  compile,
  type Graph,
  GradientTape,
  ops,
  setDefaultDevice,
  Tensor,
  tensor,
  traceGraph,
  type Value,
  Variable,
  withDevice,
  withScope,
} from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeEach, describe, expect, test } from "vitest";
import { type Probe, probe } from "./probe.ts";

let device: Probe;
beforeEach(() => {
  device = probe(reference());
  setDefaultDevice(device);
});

const wrap = (value: Value): Tensor => new Tensor(value);
/** A tensor whose run fails with "bad data". */
const bad = (x: Tensor | Variable): Tensor => wrap(build.check(x.value, build.lt(x.value, -1e9), "bad data"));

describe("a flush that fails", () => {
  test("raises its error again for the tensor, and harms nobody else", async () => {
    const x = tensor([1, 2]);
    const broken = bad(x).mul(2);
    await expect(broken.data()).rejects.toThrow("[check] bad data");
    await expect(broken.data()).rejects.toThrow("[check] bad data");
    expect(() => broken.dataSync()).toThrow("[check] bad data");
    expect(await x.mul(3).array()).toEqual([3, 6]);
    await expect(broken.add(1).data()).rejects.toThrow("[check] bad data");
  });

  test("commits all assignments or none: variables keep what they had, and are not stuck", async () => {
    const [a, b, c] = [new Variable([1]), new Variable([2]), new Variable([3])];
    a.assignAdd(10);
    b.assign(bad(b));
    c.assignAdd(10);
    const before = c.read();
    await expect(a.data()).rejects.toThrow("[check] bad data");
    expect([await a.item(), await b.item(), await c.item()]).toEqual([1, 2, 3]);
    expect(await before.item()).toBe(13);
    b.assign([7]);
    a.assignAdd(1);
    expect([await a.item(), await b.item()]).toEqual([2, 7]);
    const step = compile(() => {
      a.assignAdd(1);
      b.assignAdd(1);
    });
    step();
    expect([await a.item(), await b.item()]).toEqual([3, 8]);
  });

  test("assignments do not suffer from what somebody else asks for, and are applied once", async () => {
    const n = new Variable([1]);
    n.assignAdd(1);
    await expect(bad(tensor([1])).data()).rejects.toThrow("[check] bad data");
    expect(await n.item()).toBe(2);
    n.assignAdd(1);
    device.failRuns(new Error("out of luck"));
    // The joint run fails, the assignment by itself does not, and neither does the second attempt of the read.
    expect(await tensor([4]).mul(2).item()).toBe(8);
    expect(await n.item()).toBe(3);
  });

  test("a second assignment to a variable whose first one fails says so, and the third one works", async () => {
    const v = new Variable([1]);
    v.assign(bad(v));
    expect(() => v.assignAdd(1)).toThrow("[check] bad data");
    v.assignAdd(5);
    expect(await v.item()).toBe(6);
  });

  test("of a device is no end: the same read works once the device does", async () => {
    const y = tensor([2]).square();
    device.failRuns(new Error("device lost"), 2);
    await expect(y.data()).rejects.toThrow("device lost");
    expect(() => y.dataSync()).toThrow("device lost");
    expect(await y.item()).toBe(4);
  });

  test("of a compiled function changes no variable", async () => {
    const n = new Variable([1]);
    const step = compile((x: Tensor) => {
      n.assignAdd(1);
      return bad(x);
    });
    expect(() => step(tensor([1]))).toThrow("[check] bad data");
    expect(await n.item()).toBe(1);
    expect(() => step(tensor([1]))).toThrow("[check] bad data");
  });

  test("an assignment of a leaked traced value is refused at once", async () => {
    const v = new Variable([1]);
    let leaked: Tensor | null = null;
    compile((x: Tensor) => {
      leaked = x.mul(2);
      return x;
    })(tensor([1]));
    expect(() => v.assign(leaked as unknown as Tensor)).toThrow(/\[assign\] a traced value/);
    v.assign((leaked as unknown as Tensor).add(1)); // found out when it is computed
    await expect(v.data()).rejects.toThrow(/traced value/);
    expect(await v.item()).toBe(1);
  });
});

describe("what a flush keeps", () => {
  const x = (): Tensor =>
    tensor([
      [1, 2],
      [3, 4],
    ]);

  test("expensive results that a pending node reaches through cheap ones", async () => {
    const product = x().matmul(x());
    const cheap = product.mul(0.25).tanh();
    const pending = cheap.add(1);
    await cheap.sum().data();
    expect(device.executions("dot")).toBe(1);
    await pending.data();
    expect(device.executions("dot")).toBe(1);
  });

  test("the other results of a node of which one was read", async () => {
    const { u, s } = (() => {
      const [left, values] = bind("svd", [x().value], { full: false });
      return { u: wrap(left as Value), s: wrap(values as Value) };
    })();
    await s.data();
    await u.data();
    expect(device.executions("svd")).toBe(1);
  });

  test("nothing for nodes that were executed: a second flush has no outputs of the first", async () => {
    const product = x().matmul(x());
    await product.tanh().data();
    await product.exp().sum().data();
    expect(device.compiled.map(({ outputs }) => outputs.length)).toEqual([1, 1]);
  });

  test("not the activations of a loss that nobody reads: it is computed with the assignments that follow", async () => {
    const w = new Variable([
      [1, 2],
      [3, 4],
    ]);
    const losses: Tensor[] = [];
    for (let i = 0; i < 3; i++) {
      const tape = new GradientTape();
      const loss = tape.run(() => ops.mean(ops.square(ops.matmul(x(), w))));
      w.assignSub((tape.gradient(loss, w) as Tensor).mul(0.01));
      losses.push(loss);
    }
    await w.data();
    const { runs } = device.counts;
    const values = await Promise.all(losses.map((loss) => loss.item()));
    expect(device.counts.runs).toBe(runs);
    expect(values[0]).toBeGreaterThan(values[1] as number);
  });
});

describe("devices", () => {
  test("assignments pending on one device do not mix into a run on another", async () => {
    const other = probe(reference());
    const v = withDevice(other, () => new Variable([1]));
    v.assignAdd(1);
    const w = new Variable([10]);
    w.assignAdd(1);
    expect(await tensor([3]).mul(2).item()).toBe(6);
    expect([await v.item(), await w.item()]).toEqual([2, 11]);
    expect(v.device).toBe(other);
    expect(w.device).toBe(device);
  });

  test("host data and numbers go to the variable's device; tensors of another are refused", async () => {
    const other = probe(reference());
    const v = withDevice(other, () => new Variable([1, 1]));
    v.assign([2, 3]).assignAdd(1).assignSub([1, 1]);
    expect(await v.array()).toEqual([2, 3]);
    expect(v.device).toBe(other);
    v.assign(withDevice(device, () => ops.ones([2])));
    expect(await v.array()).toEqual([1, 1]);
    expect(v.device).toBe(other);
    expect(() => v.assign(tensor([1, 2]))).toThrow(/\[assign\] variable "variable\d*" is on reference.*received a tensor on reference/);
  });

  test("constants are used on two devices though one computed them first", async () => {
    const other = probe(reference());
    const ones = ops.matmul(ops.ones([2, 2]), ops.ones([2, 2]));
    const here = tensor([1]).add(ones);
    const there = withDevice(other, () => tensor([2])).add(ones);
    expect(await here.array()).toEqual([
      [3, 3],
      [3, 3],
    ]);
    expect(await there.array()).toEqual([
      [4, 4],
      [4, 4],
    ]);
  });

  test("a compiled function is compiled for each device it is called on", async () => {
    const other = probe(reference());
    const double = compile((x: Tensor) => x.mul(2));
    expect(await double(tensor([1])).item()).toBe(2);
    const there = withDevice(other, () => double(tensor([2])));
    expect(await there.item()).toBe(4);
    expect(there.device).toBe(other);
    expect(double.traces).toBe(2);
    const add = compile((x: Tensor, y: Tensor) => x.add(y));
    expect(() =>
      add(
        tensor([1]),
        withDevice(other, () => tensor([1])),
      ),
    ).toThrow(/\[compile "compiled function"\] arguments are on two devices/);
    const v = withDevice(other, () => new Variable([1]));
    expect(() => compile((x: Tensor) => x.add(v), { name: "mixed" })(tensor([1]))).toThrow(/\[compile\] "mixed" uses two devices/);
  });
});

describe("structure", () => {
  const body = (fn: (x: Value) => Value): Graph => traceGraph([{ dtype: "float32", shape: [2] }], ([x]) => [fn(x as Value)]).graph;
  const composite = (x: Tensor, name: string, attributes: Record<string, unknown>, graph: Graph): Tensor =>
    wrap(bind("composite", [x.value], { name, attributes, body: graph, vjp: null })[0] as Value);

  test("parameters that print alike are different programs", async () => {
    const x = tensor([3, -4]);
    const identity = body((v) => build.mul(v, 1));
    const unlike: unknown[] = [0, -0, NaN, "NaN", "#NaN", null, undefined, "undefined", 5n, "5n", 5, "5", Infinity, -Infinity, true, "true",
      [], {}, [[]], [undefined], [null], new Map([[1, 2]]), new Map([[1, 3]]), new Date(0), new Set([1]), Symbol("a"), Symbol("a"), () => 1,
      () => 2, 1e-300, 2 ** 53, 2n ** 70n, new Float32Array([1]), new Float32Array([2]), { a: { b: 1 } }, { a: {}, b: 1 }, [1, [2]], [1, 2]]; // prettier-ignore
    for (const value of unlike) await composite(x, "id", { value }, identity).data();
    expect(device.counts.compiles).toBe(unlike.length);
    for (const value of unlike) await composite(x, "id", { value }, identity).data();
    expect(device.counts.compiles).toBe(unlike.length);
  });

  test("constants that differ in sign of zero, or not at all by ===, are told apart", async () => {
    const x = tensor([1]);
    const results = [0, -0, NaN, 0].map((value) => x.div(wrap(build.constant(value, "float32"))));
    expect(await Promise.all(results.map(async (y) => (await y.data())[0]))).toEqual([Infinity, -Infinity, NaN, Infinity]);
  });

  test("bodies with the same parameters and another wiring, or other constants, are different programs", async () => {
    const x = tensor([3, -4]);
    const bodies: ((v: Value) => Value)[] = [
      (v) => build.mul(v, v), (v) => build.mul(v, 3), (v) => build.mul(v, 4), (v) => build.add(v, v),
      (v) => build.sub(build.mul(v, 2), v), (v) => build.sub(v, build.mul(v, 2)), (v) => v,
    ]; // prettier-ignore
    const expected = [
      [9, 16],
      [9, -12],
      [12, -16],
      [6, -8],
      [3, -4],
      [-3, 4],
      [3, -4],
    ];
    for (const [i, fn] of bodies.entries()) expect(await composite(x, "same", {}, body(fn)).array()).toEqual(expected[i]);
    expect(device.counts.compiles).toBe(bodies.length);
    for (const [i, fn] of bodies.entries()) expect(await composite(x, "same", {}, body(fn)).array()).toEqual(expected[i]);
    expect(device.counts.compiles).toBe(bodies.length);
  });

  test("branches and loops through the lazy engine, with captured values, gradients and one program", async () => {
    const scalar = { dtype: "float32", shape: [] } as const;
    const run = async (start: number, rate: number): Promise<number[]> => {
      const x = tensor(start);
      const factor = tensor(rate);
      const step = traceGraph([scalar], ([h]) => [build.mul(h as Value, factor.value)]);
      const [grown] = bind("scan", [x.value, ...step.captures], { body: step.graph, carry: 1, xs: 0, length: 3, reverse: false });
      const then = traceGraph([scalar], ([h]) => [build.mul(h as Value, 10)]).graph;
      const otherwise = traceGraph([scalar], ([h]) => [build.neg(h as Value)]).graph;
      const [y] = bind("cond", [build.lt(grown as Value, 100), grown as Value], { then, otherwise });
      return [await wrap(grown as Value).item(), await wrap(y as Value).item()];
    };
    expect(await run(1, 2)).toEqual([8, 80]);
    const { compiles } = device.counts;
    expect(await run(2, 5)).toEqual([250, -250]);
    expect(device.counts.compiles).toBe(compiles);
  });

  test("errors name the layer at hand, also where another layer has the same structure", async () => {
    const table = tensor([[1], [2]]);
    const look = (layer: string): Promise<unknown> =>
      withScope(layer, () => wrap(build.gather(table.value, tensor([5], { dtype: "int32" }).value, 0))).data();
    await expect(look("first")).rejects.toThrow(/in layer "first"/);
    await expect(look("second")).rejects.toThrow(/in layer "second"/);
  });

  test("numbers are passed at run time, exponents and what the simplifier uses are not", async () => {
    const x = tensor([2]);
    const compilesFor = async (f: (n: number) => Tensor, numbers: number[]): Promise<number> => {
      const before = device.counts.compiles;
      for (const n of numbers) await f(n).data();
      return device.counts.compiles - before;
    };
    expect(await compilesFor((n) => x.mul(n), [3, 4, 0.25, -7, 1e30])).toBe(1);
    expect(await compilesFor((n) => x.add(n), [0, 1, -1, 2, 0.5, -0, Infinity, NaN])).toBe(8);
    expect(await compilesFor((n) => x.pow(n), [3, 4, 5])).toBe(3);
    expect(await compilesFor((n) => x.pow(n), [1.5, 2.5])).toBe(1);
    expect(await compilesFor((n) => x.cast("int32").mul(n), [3, 4])).toBe(1);
  });

  test("the least recently used of 512 programs goes first, and is released", async () => {
    const x = tensor(new Float32Array(1000));
    const slice = (n: number): Tensor => wrap(build.slice(x.value, [0], [n + 1]));
    for (let n = 0; n < 512; n++) slice(n).realize();
    slice(0).realize();
    expect(device.counts.compiles).toBe(512);
    slice(600).realize(); // drops slice(1)
    expect(device.counts.releases).toBe(2); // its program and its executable
    slice(0).realize();
    expect(device.counts.compiles).toBe(513);
    slice(1).realize();
    expect(device.counts.compiles).toBe(514);
  });
});

describe("an unbounded pending graph", () => {
  test("is flushed at a threshold that only the program decides, well above a large step", async () => {
    const flushes = (nodes: number, others: number): number[] => {
      const { runs } = device.counts;
      const at: number[] = [];
      let x = tensor([0]);
      for (let i = 0; i < nodes; i++) {
        x = wrap(build.add(x.value, x.value));
        if (device.counts.runs - runs > at.length) at.push(i);
      }
      for (let i = 0; i < others; i++) x.add(1);
      return at;
    };
    const first = flushes(120_000, 0);
    expect(first).toHaveLength(2);
    expect(first[0]).toBeGreaterThan(20_000);
    expect(flushes(120_000, 0)).toEqual(first);
    expect(flushes(20_000, 0)).toEqual([]);
  });

  test("counts nodes, not depth: a sum over many batches is bounded too", () => {
    let total = tensor(0);
    const x = tensor([1, 2, 3]);
    for (let i = 0; i < 1000; i++) {
      let y = x;
      for (let k = 0; k < 100; k++) y = y.add(1.5);
      total = total.add(y.sum());
    }
    expect(device.counts.runs).toBeGreaterThan(0);
    expect(Math.max(...device.compiled.map(({ nodes }) => nodes.length))).toBeLessThan(60_000);
  });
});
