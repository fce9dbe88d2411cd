import {
  compile,
  GradientTape,
  grad,
  isVariable,
  ops,
  realizeAll,
  setDefaultDevice,
  Tensor,
  tensor,
  Variable,
  withExecutionMode,
} from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeEach, describe, expect, test } from "vitest";
import { type Probe, probe } from "./probe.ts";

let device: Probe;
beforeEach(() => {
  device = probe(reference());
  setDefaultDevice(device);
});

test("an initializer makes the first value, of the shape that is given", async () => {
  const w = new Variable((shape, { dtype }) => ops.full(shape, 3, { dtype }), { shape: [2, 1], dtype: "int32" });
  expect([w.dtype, w.shape, await w.array()]).toEqual(["int32", [2, 1], [[3], [3]]]);
  expect(new Variable((shape) => ops.ones(shape), { shape: [0] }).dtype).toBe("float32");
  expect(await new Variable([1, 2], { shape: [2] }).array()).toEqual([1, 2]);
  expect(() => new Variable(() => 1)).toThrow("[Variable] an initializer needs a shape");
  expect(() => new Variable(() => 1, { shape: [2] })).toThrow("[Variable] the first value has shape [], the option says [2]");
  expect(() => new Variable([1], { shape: [-1] })).toThrow("the first value has shape [1], the option says [-1]");
  expect(() => new Variable(() => 1, { shape: [-1] })).toThrow("[Variable] shape must hold non-negative integers");
});

test("an update in place begins in the memory of the first value, unless that is a tensor which somebody may hold", () => {
  const bump = (v: Variable): number => {
    const before = device.memory().allocations;
    compile(() => void v.assignAdd(1))();
    return device.memory().allocations - before;
  };
  expect(bump(new Variable((shape) => ops.ones(shape), { shape: [3] }))).toBe(0);
  expect(bump(new Variable([1, 2]))).toBe(0);
  expect(bump(new Variable(3))).toBe(0);
  expect(bump(new Variable(tensor([1]), { dtype: "float64" }))).toBe(0);
  expect(bump(new Variable(tensor([1])))).toBe(1);
  expect(bump(new Variable(ops.ones([2])))).toBe(1);
});

test("an initializer may keep its tensor: it is not changed by later assignments", async () => {
  const kept: Tensor[] = [];
  const keeping = (shape: readonly number[]): Tensor => {
    const made = kept.length === 0 ? ops.full(shape, 5) : (kept[0] as Tensor);
    kept.push(made);
    return made;
  };
  const a = new Variable(keeping, { shape: [2] });
  const bumpA = compile(() => void a.assignAdd(1));
  bumpA();
  const b = new Variable(keeping, { shape: [2] });
  compile(() => void b.assignAdd(10))();
  expect(await kept[0]?.array()).toEqual([5, 5]);
  const c = new Variable(keeping, { shape: [2] });
  compile(() => void c.assignAdd(100))();
  expect(await Promise.all([kept[0] as Tensor, a, b, c].map((x) => x.array()))).toEqual([[5, 5], [6, 6], [15, 15], [105, 105]]); // prettier-ignore
  expect(kept.length).toBe(3);
});

describe("reads", () => {
  test("name one version: eager reads, pending results and captured values keep it through any assignment", async () => {
    const v = new Variable([1]);
    const step = compile(() => void v.assignAdd(100));
    const reads = [v.read()];
    v.assignAdd(1);
    reads.push(v.read());
    step();
    reads.push(v.read());
    const pending = v.mul(2);
    const capturing = compile(() => (reads[1] as Tensor).add(reads[2] as Tensor));
    v.assign([7]);
    reads.push(v.read());
    step();
    step();
    expect(await Promise.all(reads.map((read) => read.item()))).toEqual([1, 2, 102, 7]);
    expect(await pending.item()).toBe(204);
    expect(await capturing().item()).toBe(104);
    expect(await v.item()).toBe(207);
  });

  test("between two runs of a program, without an assignment in sight, are seen by the program too", async () => {
    const v = new Variable([1]);
    const step = compile(() => void v.assignAdd(1));
    step();
    step();
    const read = v.read();
    step();
    const again = v.mul(1.5);
    step();
    expect([await read.item(), await again.item(), await v.item()]).toEqual([3, 6, 5]);
  });

  test("looking is not reading: shape, size, data and printing cost no copy and are on no tape", async () => {
    const v = new Variable([1, 2, 3]);
    const step = compile(() => void v.assignAdd(1));
    step();
    const { runs } = device.counts;
    const tape = new GradientTape();
    tape.run(() => realizeAll(v));
    tape.run(() => [v.size, v.ndim, v.shape, v.dtype, v.device, String(v), v.dataSync(), v.realize()]);
    expect(await v.data()).toEqual(new Float32Array([2, 3, 4]));
    expect(tape.gradient(tensor(1), v)).toBeNull();
    step();
    expect(device.counts.runs).toBe(runs + 1);
    expect(await v.array()).toEqual([3, 4, 5]);
  });

  test("data that is on its way is not changed by programs that run meanwhile", async () => {
    const v = new Variable([1]);
    const step = compile(() => void v.assignAdd(1));
    step();
    const reading = v.data();
    step();
    step();
    expect(Array.from(await reading)).toEqual([2]);
  });
});

describe("assignments", () => {
  test("of one variable to another share nothing", async () => {
    const [a, b] = [new Variable([1]), new Variable([2])];
    b.assign(a);
    compile(() => {
      a.assignAdd(10);
      b.assignAdd(100);
    })();
    expect([await a.item(), await b.item()]).toEqual([11, 101]);
  });

  test("happen in program order, whether or not they are flushed in between", async () => {
    const program = (flush: (v: Variable) => void): Promise<unknown> => {
      const [a, b] = [new Variable([1]), new Variable([10])];
      a.assign(b.add(1));
      flush(a);
      b.assign(a.mul(2));
      a.assignAdd(b);
      flush(b);
      b.assignSub(a);
      return Promise.all([a.item(), b.item()]);
    };
    const expected = [33, -11];
    expect(await program(() => {})).toEqual(expected);
    expect(await program((v) => v.realize())).toEqual(expected);
    expect(await withExecutionMode("immediate", () => program(() => {}))).toEqual(expected);
  });

  test("deferred variables take many assignments in one run", async () => {
    const n = new Variable(0, { dtype: "int32", deferred: true });
    for (let i = 0; i < 10; i++) n.assignAdd(i);
    expect(device.counts.runs).toBeLessThanOrEqual(1); // the initial value
    const { runs } = device.counts;
    expect(await n.item()).toBe(45);
    expect(device.counts.runs).toBe(runs + 1);
  });

  test("stop gradients: what reads the variable afterwards depends on it, not on what was assigned", async () => {
    const w = new Variable(3);
    const twice = (): Tensor => {
      const scaled = w.mul(2);
      w.assign(scaled);
      return w.mul(w).add(scaled);
    };
    // At w = 3: w becomes 6; d(w²)/dw at 6 is 12, d(scaled)/dw is 2.
    const tape = new GradientTape();
    const y = tape.run(twice);
    expect(await y.item()).toBe(42);
    expect(await (tape.gradient(y, w) as Tensor).item()).toBe(14);
    const compiled = compile(() => {
      const inner = new GradientTape();
      return inner.gradient(inner.run(twice), w) as Tensor;
    });
    w.assign(3);
    expect(await compiled().item()).toBe(14);
    const v = new Variable(0);
    expect(await grad((x: Tensor) => v.assign(x.mul(5)).mul(x))(2).item()).toBe(10);
  });

  test("in the function given to grad change the variable all the same", async () => {
    const calls = new Variable(0);
    const f = (x: Tensor): Tensor => {
      calls.assignAdd(1);
      return x.mul(x);
    };
    grad(f)(3);
    grad(grad(f))(3);
    expect(await calls.item()).toBe(2);
  });
});

describe("tapes", () => {
  test("follow a variable that is not trainable once it is watched, also after it was assigned", async () => {
    const v = new Variable(2, { trainable: false });
    const tape = new GradientTape();
    tape.watch(v);
    v.assign(5);
    const y = tape.run(() => v.mul(v));
    expect(await (tape.gradient(y, v) as Tensor).item()).toBe(10);
  });

  test("that watch nothing by themselves follow only what they are told", async () => {
    const [a, b] = [new Variable(2), new Variable(3)];
    const tape = new GradientTape({ watchAccessedVariables: false });
    tape.watch(a);
    const y = tape.run(() => a.mul(b));
    const gradients = tape.gradient(y, { a, b });
    expect(await (gradients.a as Tensor).item()).toBe(3);
    expect(gradients.b).toBeNull();
  });

  test("give the gradient of an intermediate result next to that of its source, custom gradients or not", async () => {
    const { customGradient, checkpoint } = await import("@neurite/core");
    const triple = customGradient((x) => ({ value: x.mul(3), gradient: (upstream) => upstream.mul(30) }));
    for (const [f, slope] of [
      [triple, 30],
      [checkpoint((x: Tensor) => x.mul(3)), 3],
    ] as const) {
      const x = tensor(2);
      const tape = new GradientTape();
      tape.watch(x);
      const { y, z } = tape.run(() => {
        const inner = f(x);
        return { y: inner, z: inner.mul(inner) };
      });
      const [toX, toY] = tape.gradient(z, [x, y]) as Tensor[];
      expect(await (toY as Tensor).item()).toBe(12);
      expect(await (toX as Tensor).item()).toBe(12 * slope);
    }
  });

  test("want one seed for each target, of its shape", () => {
    const w = new Variable([1, 2]);
    const tape = new GradientTape({ persistent: true });
    const y = tape.run(() => w.mul(2));
    expect(() => tape.gradient([y, y], w, { outputGradients: [[1, 1]] })).toThrow(/must be a list of 2, one for each target: received 1/);
    expect((tape.gradient(y, w, { outputGradients: tensor([1, 2], { dtype: "int32" }) }) as Tensor).dataSync()).toEqual(
      new Float32Array([2, 4]),
    );
  });

  test("a failed question does not use up the tape", () => {
    const w = new Variable(2);
    const tape = new GradientTape();
    const y = tape.run(() => w.mul(w));
    expect(() => tape.gradient(y, [w, 3])).toThrow(/sources must be tensors or variables: received 3/);
    expect(() => tape.gradient(3 as never, w)).toThrow(/the target must be a tensor/);
    expect((tape.gradient(y, w) as Tensor).itemSync()).toBe(4);
  });
});

describe("checkpoint", () => {
  test("draws the same random numbers again, and leaves the generator where one run leaves it", async () => {
    const { checkpoint, random, SeedGenerator } = await import("@neurite/core");
    const w = new Variable([1, 2, 3, 4, 5, 6, 7, 8]);
    const run = async (wrap: (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor): Promise<unknown[]> => {
      const generator = new SeedGenerator(7);
      const noisy = wrap((x) =>
        x
          .mul(w)
          .mul(random.uniform([8], { seed: generator }))
          .square(),
      );
      const x = ops.ones([8]);
      const tape = new GradientTape();
      const loss = tape.run(() => noisy(x).sum());
      const gradient = tape.gradient(loss, w) as Tensor;
      return [await loss.item(), await gradient.array(), await generator.state.array()];
    };
    const plain = await run((f) => f);
    expect(await run(checkpoint)).toEqual(plain);
  });

  test("computes again with the values variables had, and assigns once", async () => {
    const { checkpoint } = await import("@neurite/core");
    const [w, calls] = [new Variable(3), new Variable(0)];
    const block = checkpoint((x: Tensor) => {
      calls.assignAdd(1);
      return x.mul(w).square();
    });
    const tape = new GradientTape();
    const y = tape.run(() => block(tensor(2)));
    w.assign(100);
    expect(await (tape.gradient(y, w) as Tensor).item()).toBe(2 * 4 * 3);
    expect(await calls.item()).toBe(1);
    expect(await w.item()).toBe(100);
  });

  test("passes on gradients of what it returns without computing", async () => {
    const { checkpoint } = await import("@neurite/core");
    const w = new Variable(3);
    const tape = new GradientTape();
    const [a, b] = tape.run(() => checkpoint((x: Tensor) => [w.read(), x.mul(w)] as const)(tensor(2)));
    expect(await (tape.gradient([a, b], w) as Tensor).item()).toBe(3);
  });
});

describe("lifetime", () => {
  test("a disposed variable says so, in eager code and in programs that use it", async () => {
    const v = new Variable([1], { name: "gone" });
    const step = compile(() => void v.assignAdd(1));
    const kept = v.read();
    step();
    v.assignAdd(1);
    v.dispose();
    v.dispose();
    expect(() => v.mul(2)).toThrow(/\[mul\w*\] an operand was disposed/);
    expect(() => v.assign([1])).toThrow('[Variable] "gone" was disposed');
    expect(() => v.assignAdd(1)).toThrow('"gone" was disposed');
    await expect(v.data()).rejects.toThrow("[data] the tensor was disposed");
    expect(() => step()).toThrow('[Variable] "gone" was disposed');
    expect(String(v)).toBe('Variable "gone" float32[1] (disposed)');
    expect(await kept.item()).toBe(1);
    expect(await tensor([1]).mul(2).item()).toBe(2); // nothing is left pending
  });

  test("disposing a tensor leaves variables, other tensors and results that stand on the same memory alone", async () => {
    const start = tensor([1, 2]);
    const v = new Variable(start);
    const same = new Tensor(start.value);
    const result = start.mul(10);
    start.dispose();
    expect(await v.array()).toEqual([1, 2]);
    expect(await same.array()).toEqual([1, 2]);
    const read = v.read();
    read.dispose();
    expect(() => read.dataSync()).toThrow(/disposed/);
    expect(await v.array()).toEqual([1, 2]);
    const reshaped = same.reshape([2]);
    reshaped.dispose();
    expect(await same.array()).toEqual([1, 2]);
    expect(await result.array()).toEqual([10, 20]);
  });

  test("memory is freed at once where nothing waits for it, and else with the run that it waited for", async () => {
    const live = (): number => device.memory().storages;
    const before = live();
    const x = tensor(new Float32Array(100));
    x.dispose();
    expect(live()).toBe(before);
    const y = tensor(new Float32Array(100));
    const sum = y.sum();
    y.dispose();
    expect(live()).toBe(before + 1);
    await sum.data();
    expect(live()).toBe(before + 1); // the sum
    sum.dispose();
    expect(live()).toBe(before);
    const v = new Variable([1]);
    const assigned = tensor([2]);
    v.assign(assigned);
    v.assign(tensor([3]));
    const held = live();
    assigned.dispose(); // the variable let go of it before
    expect(live()).toBe(held - 1);
  });

  test("`using` works as if each line were run at once", async () => {
    const f = (data: number[]): Tensor => {
      using x = tensor(data);
      using h = x.mul(2);
      return h.add(1);
    };
    const results = [f([1]), f([2]), f([3])];
    expect(await Promise.all(results.map((y) => y.item()))).toEqual([3, 5, 7]);
  });

  test("isVariable", () => {
    expect(isVariable(new Variable(1))).toBe(true);
    for (const other of [tensor(1), { isVariable: true }, null, undefined, 3, "isVariable"]) expect(isVariable(other)).toBe(false);
  });
});
