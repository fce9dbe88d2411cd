import {
  bind,
  build,
  compile,
  grad,
  GradientTape,
  jvp,
  ops,
  setDefaultDevice,
  Tensor,
  tensor,
  traceGraph,
  type Value,
  Variable,
  withExecutionMode,
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

const quiet = { onRetrace: () => {} };

describe("signatures", () => {
  test("empty lists, empty objects and missing arguments are different calls", async () => {
    const seen: string[] = [];
    const f = compile((...args: unknown[]) => {
      seen.push(JSON.stringify(args));
      return tensor(args.length);
    }, quiet);
    const calls: unknown[][] = [[], [[]], [{}], [[[]]], [[], []], [{ a: [] }], [{ a: {} }], [undefined], [null], [[undefined]]];
    for (const args of calls) expect(await f(...args).item()).toBe(args.length);
    for (const args of calls) expect(await f(...args).item()).toBe(args.length);
    expect(seen).toEqual(calls.map((args) => JSON.stringify(args)));
  });

  test("plain values that print alike are different calls", async () => {
    const f = compile(
      (x: unknown) => tensor([["undefined", "1", "true", "null", "1n"].indexOf(String(x)), typeof x === "string" ? 1 : 0]),
      { ...quiet, cacheSize: 64 },
    );
    const values = [undefined, "undefined", true, "true", null, "null", 1n, "1n", "1"];
    for (let round = 0; round < 2; round++) {
      for (const value of values) expect((await f(value).data())[1]).toBe(typeof value === "string" ? 1 : 0);
    }
    expect(f.traces).toBe(values.length);
    const [a, b] = [Symbol("s"), Symbol("s")];
    const g = compile((x: symbol) => tensor(x === a ? 1 : 2), quiet);
    expect([await g(a).item(), await g(b).item(), await g(a).item()]).toEqual([1, 2, 1]);
  });

  test("keys of objects count, and their names may look like anything", async () => {
    const f = compile((x: Record<string, Tensor>) => tensor(Object.keys(x).length), quiet);
    const t = tensor([1]);
    expect(await f({ "a: number; b": t }).item()).toBe(1);
    expect(await f({ a: t, b: t }).item()).toBe(2);
    expect(f.traces).toBe(2);
  });

  test("functions and objects of classes are told apart by identity; typed arrays are refused", () => {
    class Config {
      readonly scale: number;
      constructor(scale: number) {
        this.scale = scale;
      }
    }
    const f = compile((x: Tensor, config: Config, fn: (x: Tensor) => Tensor) => fn(x).mul(config.scale), quiet);
    const [double, triple] = [new Config(2), new Config(3)];
    const neg = (x: Tensor): Tensor => x.neg();
    const x = tensor([1]);
    expect([double, triple, double].map((config) => f(x, config, neg).itemSync())).toEqual([-2, -3, -2]);
    expect(f.traces).toBe(2);
    const g = compile((data: Float32Array) => tensor(data), { name: "g" });
    expect(() => g(new Float32Array([1]))).toThrow(
      '[compile "g"] an argument is an object Float32Array: its contents would be fixed in the trace; pass tensor(data)',
    );
  });

  test("a variable as argument stays a variable: it is read, assigned and returned as such", async () => {
    const v = new Variable([1, 2]);
    const f = compile((w: Variable, x: Tensor) => {
      w.assignAdd(x);
      return { w, sum: ops.sum(w) };
    }, quiet);
    const first = f(v, tensor([10, 20]));
    expect(first.w).toBe(v);
    expect(await first.sum.item()).toBe(33);
    f(v, tensor([1, 1]));
    expect(await v.array()).toEqual([12, 23]);
    expect(f.traces).toBe(1);
    const u = new Variable([5, 5]);
    expect(await f(u, tensor([1, 1])).sum.item()).toBe(12);
    expect(f.traces).toBe(2);
  });

  test("the message of a retrace says what changed", () => {
    const messages: string[] = [];
    const f = compile((..._args: unknown[]) => tensor(1), { name: "f", onRetrace: (message) => messages.push(message) });
    f(tensor([1]), "a");
    f(tensor([1]), "b");
    f(tensor([1]), "c");
    f(tensor([1]));
    f(tensor([1]), [], new Variable(1, { name: "w" }));
    expect(messages.map((message) => message.replace(/\. Each.*/, ""))).toEqual([
      '[compile] 3rd trace of "f": argument 1: "b" → "c"',
      '[compile] 4th trace of "f": other devices, or fewer arguments',
      '[compile] 5th trace of "f": argument 2: (none) → variable "w"',
    ]);
  });
});

describe("prepared calls", () => {
  test("outlive the cache that drops their trace, and the caller's handles of their arguments", async () => {
    const f = compile((x: Tensor) => x.mul(2), { cacheSize: 1, ...quiet });
    const x = tensor([3]);
    const prepared = f.prepare(x);
    x.dispose();
    f(tensor([1, 2]));
    f(tensor([1, 2, 3]));
    expect(await prepared.run().item()).toBe(6);
  });

  test("repeat with results too, and refuse nonsense", async () => {
    const n = new Variable(0);
    const count = compile(() => n.assignAdd(1).read()).prepare();
    expect(await count.run(5).item()).toBe(5);
    expect(() => count.run(0)).toThrow(/repeat must be a positive integer: received 0/);
    expect(() => count.run(1.5)).toThrow(/received 1.5/);
    expect(() => count.run("2" as never)).toThrow(/received "2"/);
    expect(await n.item()).toBe(5);
  });

  test("run as plain code under a tape, inside a trace and in debugging modes", async () => {
    const w = new Variable(3);
    const prepared = compile((x: Tensor) => w.mul(x)).prepare(tensor(2));
    const tape = new GradientTape();
    const y = tape.run(() => prepared.run());
    expect((tape.gradient(y, w) as Tensor).itemSync()).toBe(2);
    const outer = compile(() => prepared.run().add(1));
    expect(await outer().item()).toBe(7);
    w.assign(4);
    expect(await outer().item()).toBe(9);
    expect(withExecutionMode("immediate", () => prepared.run()).itemSync()).toBe(8);
  });

  test("prepared in a debugging mode, they are compiled once they run outside of it", () => {
    const n = new Variable(0);
    const step = withExecutionMode("immediate", () => compile(() => void n.assignAdd(1)).prepare());
    withExecutionMode("immediate", () => step.run(2));
    expect(n.itemSync()).toBe(2);
    step.run(3);
    expect(n.itemSync()).toBe(5);
  });
});

describe("traces", () => {
  test("a number among operands is one constant for all who take it, whatever its sign of zero and its dtype", async () => {
    const f = compile((x: Tensor) => [
      x.mul(3).add(3),
      x.add(0).div(-0),
      x.div(0),
      ops.cast(x, "int32").mul(3),
      ops.where(x.greater(3), x, 3),
    ]);
    const results = await Promise.all(f(tensor([2, -4])).map((y) => y.array()));
    expect(results).toEqual([[9, -9], [-Infinity, Infinity], [Infinity, -Infinity], [6, -12], [3, 3]]); // prettier-ignore
    const constants = device.compiled.at(-1)?.nodes.filter(({ op }) => op === "constant") ?? [];
    const values = constants.map(({ params, outputs }) => [(params as { value: number }).value, outputs[0]?.dtype]);
    expect(values).toEqual([[3, "float32"], [0, "float32"], [-0, "float32"], [3, "int32"]]); // prettier-ignore
  });

  test("a number that a tape watches is not the same number among operands", async () => {
    const slope = compile(() => {
      const x = ops.convertToTensor(3, { dtype: "float32" });
      const tape = new GradientTape();
      tape.watch(x);
      return tape.gradient(
        tape.run(() => ops.multiply(x, 3).add(3)),
        x,
      ) as Tensor;
    });
    expect(await slope().item()).toBe(3);
  });

  test("nest: a compiled function inside another is part of it, with its variables", async () => {
    const n = new Variable([0]);
    const inner = compile((x: Tensor) => n.assignAdd(x).read().mul(10));
    const outer = compile((x: Tensor) => inner(x).add(inner(x)));
    expect(await outer(tensor([1])).item()).toBe(30);
    expect(await n.item()).toBe(2);
    expect(inner.traces).toBe(0);
    const { runs } = device.counts;
    outer(tensor([5]));
    expect(device.counts.runs).toBe(runs + 1);
  });

  test("a variable read several times between assignments has the value of that point in the program, compiled or not", async () => {
    const v = new Variable([1]);
    const f = (): Tensor => {
      const a = v.read();
      v.assignAdd(1);
      const b = v.mul(10);
      v.assign(v.mul(v));
      return ops.concatenate([a, b, v.read()]);
    };
    expect(await f().array()).toEqual([1, 20, 4]);
    expect(await compile(f)().array()).toEqual([4, 50, 25]);
    expect(await v.array()).toEqual([25]);
  });

  test("bodies capture values of the trace around them and of eager code", async () => {
    const eager = tensor([100]);
    const w = new Variable([1000]);
    const scalar = { dtype: "float32", shape: [1] } as const;
    const f = (x: Tensor): Tensor => {
      const doubled = x.mul(2);
      const step = traceGraph([scalar], ([h]) => [build.add(build.add(build.add(h as Value, doubled.value), eager.value), w.value)]);
      return new Tensor(
        bind("scan", [x.value, ...step.captures], { body: step.graph, carry: 1, xs: 0, length: 2, reverse: false })[0] as Value,
      );
    };
    expect(await f(tensor([1])).item()).toBe(1 + 2 * (2 + 100 + 1000));
    const compiled = compile(f);
    expect(await compiled(tensor([1])).item()).toBe(2205);
    w.assign([0]);
    expect(await compiled(tensor([1])).item()).toBe(205);
    expect((await grad((x: Tensor) => f(x).sum())(tensor([1])).array()) as number[]).toEqual([5]);
  });

  test("bodies in bodies capture through all of them", async () => {
    const aval = { dtype: "float32", shape: [] } as const;
    const x = tensor(2);
    const outerBody = traceGraph([aval], ([h]) => {
      const twice = build.mul(h as Value, 2);
      const innerBody = traceGraph([aval], ([k]) => [build.add(build.mul(k as Value, x.value), twice)]);
      return bind("scan", [h as Value, ...innerBody.captures], { body: innerBody.graph, carry: 1, xs: 0, length: 2, reverse: false });
    });
    const [y] = bind("scan", [tensor(1).value, ...outerBody.captures], {
      body: outerBody.graph,
      carry: 1,
      xs: 0,
      length: 2,
      reverse: false,
    });
    // One inner loop: h → (2h + 2h)·2... by hand: k0 = h, k1 = 2·h + 2h = 4h, k2 = 2·4h + 2h = 10h; twice: 100.
    expect(await new Tensor(y as Value).item()).toBe(100);
  });

  test("what is wrong inside names the trace; the context is what it was before", async () => {
    const v = new Variable([1]);
    const f = compile(
      (x: Tensor) =>
        withScope("block", () => {
          v.assign([9]);
          throw new RangeError(`no ${x.shape}`);
        }),
      { name: "f" },
    );
    for (let i = 0; i < 2; i++) expect(() => f(tensor([1]))).toThrow("no 1");
    expect(f.traces).toBe(0);
    expect(await v.mul(2).item()).toBe(2);
    const tape = new GradientTape();
    expect(() =>
      tape.run(() => {
        v.mul(1);
        throw new Error("in the tape");
      }),
    ).toThrow("in the tape");
    expect(() => withExecutionMode("immediate", () => { throw new Error("in the mode"); })).toThrow("in the mode"); // prettier-ignore
    const { runs } = device.counts;
    v.mul(3);
    expect(device.counts.runs).toBe(runs);
  });

  test("variables cannot be made inside, nor in the bodies of loops and branches", () => {
    const make = (): Value => new Variable([1], { name: "late" }).value;
    expect(() => compile(() => new Tensor(make()), { name: "f" })()).toThrow('[Variable] "late" is created while "f" is being traced');
    expect(() => traceGraph([], () => [make()], "branch")).toThrow('[Variable] "late" is created while "branch" is being traced');
  });

  test("values of a body that leak into the code around it are refused", async () => {
    let leaked: Value | null = null;
    traceGraph([{ dtype: "float32", shape: [] }], ([x]) => [(leaked = build.mul(x as Value, 3))]);
    const outside = new Tensor(build.add(leaked as unknown as Value, 1));
    await expect(outside.data()).rejects.toThrow(/\[read\] a traced value has no elements yet/);
    expect(() => compile(() => outside)()).toThrow(/uses a value of another trace|traced value/);
  });

  test("async functions are refused wherever a context would end at their first await", async () => {
    const late = async (): Promise<Tensor> => {
      await Promise.resolve();
      throw new Error("nobody hears this"); // must not end the process
    };
    const refused: (() => unknown)[] = [
      () => compile(late)(), () => new GradientTape().run(late as never), () => GradientTape.stopRecording(late),
      () => withScope("s", late), () => withExecutionMode("debug", late), () => grad(late as never)(tensor(1)),
      () => jvp(late as never, [1], [1]), () => traceGraph([], late as never),
    ]; // prettier-ignore
    for (const run of refused) expect(run).toThrow(/is async/);
    await new Promise((resolve) => setTimeout(resolve, 5));
    // A promise of something begun inside is fine.
    expect(await withScope("s", () => tensor(3).item())).toBe(3);
  });

  test("disposing inside a trace ends the handle, not what was computed from it", async () => {
    const f = compile((x: Tensor) => {
      using h = x.mul(2);
      return h.add(1);
    });
    expect(await f(tensor([3])).item()).toBe(7);
    const gone = tensor([1]);
    gone.dispose();
    expect(() => compile((x: Tensor) => x.add(gone))(tensor([1]))).toThrow(/\[add\] an operand was disposed/);
    expect(() => compile(() => gone, { name: "g" })()).toThrow(/\[compile\] "g" uses a tensor that was disposed/);
  });

  test("captured tensors live as long as the program", async () => {
    const factor = tensor([5]);
    const f = compile((x: Tensor) => x.mul(factor));
    expect(await f(tensor([2])).item()).toBe(10);
    factor.dispose();
    expect(await f(tensor([3])).item()).toBe(15);
    const passed = tensor([7]);
    const returning = compile((x: Tensor) => [x, passed] as const);
    returning(tensor([1]));
    passed.dispose();
    expect(await returning(tensor([1]))[1].item()).toBe(7);
  });

  test("plain code runs in the mode that is set, compiled functions too", () => {
    const f = compile((x: Tensor) => x.mul(2).add(1));
    const { runs } = device.counts;
    expect(withExecutionMode("immediate", () => f(tensor([1]))).itemSync()).toBe(3);
    expect(device.counts.runs - runs).toBeGreaterThanOrEqual(2);
    expect(() => withExecutionMode("debug", () => f(tensor([Infinity])))).toThrow(/\[mul\] gave Infinity/);
    expect(f.traces).toBe(0);
  });
});
