import {
  build,
  compile,
  grad,
  GradientTape,
  setDefaultDevice,
  Tensor,
  tensor,
  toValue,
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

const wrap = (value: Tensor["value"]): Tensor => new Tensor(value);
const dot = (a: Tensor | Variable, b: Tensor | Variable): Tensor => wrap(build.dot(a.value, b.value));
const sum = (x: Tensor): Tensor =>
  wrap(
    build.sum(
      x.value,
      x.shape.map((_, i) => i),
    ),
  );
const mul = (a: Tensor | Variable, b: Tensor | Variable | number): Tensor => wrap(build.mul(a.value, typeof b === "number" ? b : b.value));
const tanh = (x: Tensor): Tensor => wrap(build.tanh(x.value));

describe("lazy execution", () => {
  test("nothing runs before somebody looks, and then everything runs at once", async () => {
    const x = tensor([1, 2, 3]);
    const y = mul(tanh(mul(x, 0.5)), x);
    expect(device.counts.runs).toBe(0);
    const data = await y.data();
    expect(device.counts.runs).toBe(1);
    [1, 2, 3].forEach((v, i) => expect(data[i]).toBeCloseTo(Math.tanh(v / 2) * v, 6));
  });

  test("the same graph with other numbers compiles once", async () => {
    for (let i = 0; i < 5; i++) await mul(tensor([i, i + 1]), 3 + i * 0.1).data();
    expect(device.counts.compiles).toBe(1);
    expect(device.counts.runs).toBe(5);
  });

  test("numbers the simplifier has rules for stay in the program, and are not mixed up", async () => {
    const x = tensor([3]);
    const results = [];
    for (const factor of [0, 1, -1, 2, 0.5, 7, 9]) results.push((await mul(x, factor).data())[0]);
    expect(results).toEqual([0, 3, -3, 6, 1.5, 21, 27]);
    expect(device.counts.compiles).toBe(6);
  });

  test("a * a and a * b are different programs although all operands have one shape", async () => {
    const a = tensor([3]);
    const b = tensor([5]);
    expect(await mul(a, a).item()).toBe(9);
    expect(await mul(a, b).item()).toBe(15);
    expect(await mul(b, b).item()).toBe(25);
  });

  test("reading the loss before asking for gradients repeats no matrix product", async () => {
    const w = new Variable([
      [1, 2],
      [3, 4],
    ]);
    const x = tensor([[1, -1]]);
    const tape = new GradientTape();
    const loss = tape.run(() => sum(tanh(dot(x, w))));
    await loss.data();
    expect(device.executions("dot")).toBe(1);
    await (tape.gradient(loss, w) as Tensor).data();
    expect(device.executions("dot")).toBe(2); // the second one is xᵀ · dy
  });

  test("reading a loss after its variables were assigned sees the old values, and repeats no matrix product", async () => {
    const w = new Variable([
      [1, 2],
      [3, 4],
    ]);
    const x = tensor([[1, -1]]);
    const tape = new GradientTape();
    const { loss, hidden } = tape.run(() => {
      const product = dot(x, w);
      return { loss: sum(mul(product, product)), hidden: product };
    });
    const gradient = tape.gradient(loss, w) as Tensor;
    w.assignSub(mul(gradient, 0.25));
    await w.data();
    const products = device.executions("dot");
    expect(await loss.item()).toBe(8);
    expect(await hidden.array()).toEqual([[-2, -2]]);
    expect(device.executions("dot")).toBe(products);
  });

  test("a chain of thousands of pending ops neither overflows the stack nor grows without end", async () => {
    let x = tensor([0]);
    for (let i = 0; i < 60_000; i++) x = wrap(build.add(x.value, 1.25));
    expect(await x.item()).toBe(75_000);
  });
});

describe("variables", () => {
  test("a value that was read is not changed by later assignments, eager or compiled", async () => {
    const v = new Variable([1, 2, 3]);
    const before = v.read();
    v.assignAdd(10);
    const bump = compile(() => void v.assignAdd(100));
    const between = v.read();
    bump();
    bump();
    expect(await before.array()).toEqual([1, 2, 3]);
    expect(await between.array()).toEqual([11, 12, 13]);
    expect(await v.array()).toEqual([211, 212, 213]);
  });

  test("a pending result keeps the value it was computed from", async () => {
    const v = new Variable([2]);
    const square = mul(v, v);
    compile(() => void v.assign([100]))();
    expect(await square.item()).toBe(4);
  });

  test("a variable does not change the tensor it was made from, nor another variable of that tensor", async () => {
    const start = tensor([1, 1]);
    const a = new Variable(start);
    const b = new Variable(start);
    compile(() => {
      a.assignAdd(1);
      b.assignAdd(5);
    })();
    expect(await start.array()).toEqual([1, 1]);
    expect(await a.array()).toEqual([2, 2]);
    expect(await b.array()).toEqual([6, 6]);
  });

  test("assignments swap values in program order", async () => {
    const a = new Variable([1]);
    const b = new Variable([2]);
    const swap = (): void => {
      const old = a.read();
      a.assign(b);
      b.assign(old);
    };
    swap();
    expect([await a.item(), await b.item()]).toEqual([2, 1]);
    compile(swap)();
    expect([await a.item(), await b.item()]).toEqual([1, 2]);
  });

  test("a loop that never awaits runs once an iteration and compiles once", async () => {
    const w = new Variable([1, 2]);
    for (let i = 0; i < 20; i++) {
      const tape = new GradientTape();
      const loss = tape.run(() => sum(mul(w, w)));
      w.assignSub(mul(tape.gradient(loss, w) as Tensor, 0.05));
    }
    const [a] = await w.data();
    expect(a).toBeCloseTo(0.9 ** 20, 5);
    expect(device.counts.compiles).toBeLessThanOrEqual(2);
    expect(device.counts.runs).toBeLessThanOrEqual(22);
  });

  test("assigning a wrong shape or dtype says so and keeps the value", async () => {
    const v = new Variable([1, 2, 3], { name: "kernel" });
    expect(() => v.assign([1, 2])).toThrow(/\[assign\] shape \[2\] does not fit variable "kernel" of shape \[3\]/);
    const n = new Variable(3, { dtype: "int32", name: "count" });
    expect(() => n.assign(tensor(0.5))).toThrow(/"count" of int32/);
    expect(await v.array()).toEqual([1, 2, 3]);
    expect(await n.item()).toBe(3);
  });
});

describe("compile", () => {
  test("runs the same numbers as plain code, one run a call, one trace a signature", async () => {
    const w = new Variable([
      [1, 2],
      [3, 4],
    ]);
    const f = (x: Tensor): Tensor => sum(tanh(dot(x, w)));
    const compiled = compile(f);
    for (const rows of [
      [[1, 2]],
      [[0.5, -1]],
      [
        [1, 2],
        [3, 4],
      ],
    ]) {
      const x = tensor(rows);
      expect(await compiled(x).item()).toBeCloseTo(await f(x).item(), 6);
    }
    expect(compiled.traces).toBe(2);
    // After plain code read the weights, a program first takes a copy that it may own; from then on a call is a run.
    compiled(tensor([[7, 7]]));
    const { runs } = device.counts;
    compiled(tensor([[8, 8]]));
    expect(device.counts.runs).toBe(runs + 1);
  });

  test("trees of arguments and results, and numbers passed at run time", async () => {
    const f = compile((args: { x: Tensor; pair: Tensor[] }, scale: number) => ({
      sum: wrap(build.add(args.x.value, (args.pair[0] as Tensor).value)),
      rest: [mul(args.pair[1] as Tensor, toValueTensor(scale)), "text", 3],
    }));
    const call = (scale: number) => f({ x: tensor([1]), pair: [tensor([2]), tensor([3])] }, scale);
    const first = call(2);
    expect(await first.sum.item()).toBe(3);
    expect(await (first.rest[0] as Tensor).item()).toBe(6);
    expect(first.rest.slice(1)).toEqual(["text", 3]);
    expect(await (call(5).rest[0] as Tensor).item()).toBe(15);
    expect(f.traces).toBe(1);
  });

  test("says what changed when it traces again and again, and forgets the oldest trace", () => {
    const messages: string[] = [];
    const f = compile((x: Tensor) => mul(x, 2), { name: "double", cacheSize: 2, onRetrace: (message) => messages.push(message) });
    for (const n of [1, 2, 3, 1]) f(tensor(new Float32Array(n)));
    expect(messages).toEqual([
      '[compile] 3rd trace of "double": argument 0: float32[2] → float32[3]. Each new signature is compiled anew.',
      '[compile] 4th trace of "double": argument 0: float32[3] → float32[1]. Each new signature is compiled anew.',
    ]);
  });

  test("repeated runs are one call and update the state each time", async () => {
    const n = new Variable(0, { dtype: "int32" });
    const count = compile(() => void n.assignAdd(1)).prepare();
    count.run();
    const { runs } = device.counts;
    count.run(999);
    expect(device.counts.runs).toBe(runs + 1);
    expect(await n.item()).toBe(1000);
  });

  test("refuses what a trace cannot hold, at the line that is wrong", () => {
    expect(() => compile((x: Tensor) => x.dataSync())(tensor([1]))).toThrow(/while tracing.*ops\.cond/s);
    expect(() => compile(async (x: Tensor) => x, { name: "later" })(tensor([1]))).toThrow(/\[later\] the function is async/);
    expect(() => compile(() => new Variable([1], { name: "late" }))()).toThrow(/"late" is created while/);
    let leaked: Tensor | null = null;
    compile((x: Tensor) => {
      leaked = mul(x, 2);
      return x;
    })(tensor([1]));
    expect(() => (leaked as unknown as Tensor).dataSync()).toThrow(/traced value/);
    const y = leaked as unknown as Tensor;
    expect(() => compile((x: Tensor) => mul(x, y))(tensor([1]))).toThrow(/another trace/);
  });

  test("an error in the traced function leaves everything usable", async () => {
    const v = new Variable([1]);
    const f = compile(() => {
      v.assign([5]);
      throw new RangeError("from user code");
    });
    expect(() => f()).toThrow("from user code");
    expect(await mul(v, 2).item()).toBe(2);
  });

  test("prints its trace", () => {
    const w = new Variable([1, 2], { name: "w" });
    const f = compile((x: Tensor) => withScope("layer", () => mul(x, w)));
    expect(f.describe(tensor([3, 4])).trace).toBe(
      '%0 = input "x0" : float32[2]\n%1 = state "w" : float32[2]\n%2 = mul %0 %1 : float32[2]  # layer\nreturn %2\n',
    );
  });
});

describe("debugging", () => {
  test("debug mode stops at the first NaN, naming op, layer and line", () => {
    const run = (): void =>
      void withExecutionMode("debug", () =>
        withScope("model/dense_1", () => {
          const zero = mul(tensor([1, 0]), 0);
          return mul(wrap(build.div(zero.value, zero.value)), 2); // line of the fault
        }),
      );
    expect(run).toThrow(/\[div\] gave NaN at element 0 of float32\[2\], in layer "model\/dense_1", at .*lazy\.test\.ts/);
  });

  test("immediate mode runs each op at once with the same results", async () => {
    const x = tensor([0.3, -2]);
    const f = (): Tensor => mul(tanh(mul(x, x)), 3);
    const lazy = await f().array();
    const { runs } = device.counts;
    const immediate = withExecutionMode("immediate", f);
    expect(device.counts.runs - runs).toBeGreaterThanOrEqual(3);
    expect(await immediate.array()).toEqual(lazy);
  });
});

describe("lifetime", () => {
  test("a disposed tensor says so wherever it is used", async () => {
    const x = tensor([1]);
    const y = mul(x, 2);
    x.dispose();
    x.dispose();
    await expect(x.data()).rejects.toThrow(/\[data\] the tensor was disposed/);
    expect(() => mul(x, 2)).toThrow(/\[mul\] an operand was disposed/);
    expect(await y.item()).toBe(2); // as if it had been computed at once
    expect(String(x)).toBe("Tensor float32[1] (disposed)");
  });

  test("tensors of two devices do not mix", () => {
    const x = tensor([1]);
    const other = reference();
    setDefaultDevice(other);
    const y = tensor([1]);
    expect(() => mul(x, y)).toThrow(/\[mul\] operands are on two devices/);
  });

  test("grad of a compiled function is that of the plain one", async () => {
    const f = compile((x: Tensor) => sum(mul(x, mul(x, x))));
    expect(await grad(f)(tensor([2, 3])).array()).toEqual([12, 27]);
  });
});

const toValueTensor = (x: unknown): Tensor => wrap(toValue(x as Tensor));
