/** The engine's promises, kept on this backend: lazy, traced and immediate agree; little is called, and nothing grows. */
import {
  type Backend,
  compile,
  getDefaultDevice,
  GradientTape,
  ops,
  setDefaultDevice,
  type Tensor,
  tensor,
  Variable,
  withDevice,
  withExecutionMode,
} from "@neurite/core";
import { collectGarbage } from "../engine/collect-garbage.ts";
import { type Probe, probe } from "../engine/probe.ts";
import { modes, runTensorProgram } from "../programs/tensor-program.ts";
import { assert, assertEqual, assertFails, assertNear } from "./assert.ts";
import { failingOpsTest } from "./failing-ops.ts";
import { NotApplicable, type SuiteTest } from "./options.ts";
import type { SuiteSetting } from "./setting.ts";

const numbers = async (x: { data(): Promise<ArrayLike<number | bigint>> }): Promise<number[]> => Array.from(await x.data(), Number);

/** A layer with momentum, trained by hand; its variables live on the device. */
function trainer(): { readonly step: (x: Tensor) => Tensor; readonly variables: readonly Variable[] } {
  const w = new Variable([[0.1, 0.2], [0.3, 0.4]]); // prettier-ignore
  const momentum = new Variable([[0, 0], [0, 0]], { trainable: false }); // prettier-ignore
  const seen = new Variable(0, { trainable: false });
  const step = (x: Tensor): Tensor => {
    const tape = new GradientTape();
    const loss = tape.run(() => ops.mean(ops.square(ops.tanh(ops.matmul(x, w)))));
    const gradient = tape.gradient(loss, w) as Tensor;
    momentum.assign(momentum.mul(0.9).add(gradient));
    w.assignSub(momentum.mul(0.1));
    seen.assignAdd(1);
    return loss;
  };
  return { step, variables: [w, momentum, seen] };
}

const batch = (i: number): Tensor => tensor([[i % 7, 1], [2, i % 3]]); // prettier-ignore

/** Trains some steps and gives the loss of each and the variables at the end. */
async function trained(device: Backend, mode: "lazy" | "immediate" | "compiled"): Promise<number[]> {
  return withDevice(device, () => {
    const { step, variables } = trainer();
    const run = mode === "compiled" ? compile(step) : step;
    const losses = withExecutionMode(mode === "immediate" ? "immediate" : "lazy", () => Array.from({ length: 5 }, (_, i) => run(batch(i))));
    return Promise.all([...losses, ...variables].map(numbers)).then((all) => all.flat());
  });
}

/** Live storages once garbage was collected. */
async function live(device: Backend): Promise<number> {
  await collectGarbage();
  await device.sync();
  return device.memory().storages;
}

const tests: Readonly<Record<string, (device: Probe, setting: SuiteSetting) => Promise<void>>> = {
  "nothing runs before somebody looks, and then everything runs at once": async (device) => {
    const y = ops.sum(ops.exp(ops.multiply(tensor([0, 0]), 2)));
    assertEqual(device.counts.runs, 0, "runs before the read");
    assertNear(await numbers(y), [2], 1e-5, "the result");
    assertEqual(device.counts.runs, 1, "runs after the read");
  },

  "the same graph with other numbers compiles once": async (device) => {
    const f = (x: Tensor, k: number): Tensor => ops.sum(ops.multiply(ops.tanh(x), k));
    for (let i = 0; i < 5; i++) await numbers(f(tensor([i, 1]), 3.7 + i));
    assertEqual(device.counts.compiles, 1, "compilations");
  },

  "lazy, immediate and compiled training give the oracle's numbers": async (device, { oracle }) => {
    const expected = await trained(oracle, "lazy");
    for (const mode of ["lazy", "immediate", "compiled"] as const) assertNear(await trained(device, mode), expected, 2e-5, mode);
  },

  "a training step with a branch and a loop gives the oracle's numbers": async (device, { oracle }) => {
    if (["cond", "while"].some((op) => device.capabilities.unsupported.has(op as "cond"))) throw new NotApplicable("no branches");
    const train = (backend: Backend): Promise<number[]> =>
      withDevice(backend, () => {
        const w = new Variable([[0.1, 0.2], [0.3, 0.4]]); // prettier-ignore
        const step = compile((x: Tensor, rounds: Tensor) => {
          const tape = new GradientTape();
          const loss = tape.run(() => {
            const loop = { maximumIterations: 4 };
            const [, h] = ops.whileLoop((i) => i.less(rounds), (i, y) => [i.add(1), ops.tanh(ops.matmul(y, w))], [tensor(0, { dtype: "int32" }), x], loop); // prettier-ignore
            const mean = ops.mean(ops.square(h));
            return ops.cond(mean.greater(0.05), () => mean, () => mean.mul(3).add(ops.sum(w))); // prettier-ignore
          });
          const gradient = tape.gradient(loss, w) as Tensor;
          w.assign(ops.cond(ops.max(gradient).greater(0.5), () => w.sub(gradient.mul(0.1)), () => w.sub(gradient))); // prettier-ignore
          return loss;
        });
        const losses = Array.from({ length: 6 }, (_, i) => step(batch(i), tensor(i % 6, { dtype: "int32" })));
        return Promise.all([...losses, w].map(numbers)).then((all) => all.flat());
      });
    assertNear(await train(device), await train(oracle), 2e-5, "losses and weights");
  },

  "a compiled training step is one native call, and allocates its results alone": async (device) => {
    const { step } = trainer();
    const compiled = compile(step);
    const x = batch(1);
    compiled(x);
    compiled(x);
    const before = { ...device.counts };
    const { allocations } = device.memory();
    for (let i = 0; i < 10; i++) compiled(x);
    assertEqual(
      [device.counts.runs - before.runs, device.counts.compiles - before.compiles],
      [10, 0],
      "runs and compilations of ten steps",
    );
    assertEqual(device.memory().allocations - allocations, 10, "allocations of ten steps, each of which returns its loss");
  },

  "a prepared step without results allocates nothing, and repeats in one call": async (device) => {
    const { step, variables } = trainer();
    const prepared = compile((x: Tensor) => void step(x)).prepare(batch(1));
    prepared.run();
    const { allocations } = device.memory();
    const { runs } = device.counts;
    for (let i = 0; i < 20; i++) prepared.run();
    prepared.run(30);
    assertEqual([device.memory().allocations - allocations, device.counts.runs - runs], [0, 21], "allocations and runs");
    assertEqual(await numbers(variables[2]), [51], "steps counted by the program itself");
  },

  "reading a loss before its gradients repeats no matrix product": async (device) => {
    const w = new Variable([[1, 2], [3, 4]]); // prettier-ignore
    const tape = new GradientTape();
    const x = batch(1);
    const loss = tape.run(() => ops.sum(ops.square(ops.matmul(x, w))));
    await numbers(loss);
    const products = device.executions("dot");
    await numbers(tape.gradient(loss, w) as Tensor);
    assertEqual(device.executions("dot") - products, 1, "matrix products of the gradient");
  },

  "a run that fails changes no variable, says why with the op, and the next one works": async () => {
    const [a, b] = [new Variable([1, 2]), new Variable([10, 20])];
    const update = compile((i: Tensor<"int32">) => {
      a.assignAdd(1);
      b.assign(ops.multiply(b, ops.take(a, i)));
    });
    const run = async (i: number): Promise<void> => {
      update(tensor([i], { dtype: "int32" }));
      await getDefaultDevice().sync();
    };
    await assertFails("an index out of range", () => run(5), /take|gather|index/i);
    await getDefaultDevice().sync();
    assertEqual([await numbers(a), await numbers(b)], [[1, 2], [10, 20]], "variables after the failed run"); // prettier-ignore
    await run(1);
    assertEqual([await numbers(a), await numbers(b)], [[2, 3], [30, 60]], "variables after the good run"); // prettier-ignore
  },

  "errors that only the data show name the op that was called and the layer": failingOpsTest,

  "a value that was read is not changed by later assignments": async () => {
    const v = new Variable([1, 2]);
    const before = v.read();
    const doubled = before.mul(2);
    const assign = compile(() => v.assign(v.mul(10)));
    assign();
    assign();
    assertEqual([await numbers(before), await numbers(doubled), await numbers(v)], [[1, 2], [2, 4], [100, 200]], "values"); // prettier-ignore
  },

  "variables that swap, in lazy and in compiled code": async () => {
    const [a, b] = [new Variable([1, 2]), new Variable([3, 4])];
    const swap = (): void => {
      const old = a.read();
      a.assign(b.read());
      b.assign(old);
    };
    swap();
    assertEqual([await numbers(a), await numbers(b)], [[3, 4], [1, 2]], "after a lazy swap"); // prettier-ignore
    const compiled = compile(swap);
    compiled();
    compiled();
    compiled();
    assertEqual([await numbers(a), await numbers(b)], [[1, 2], [3, 4]], "after three compiled ones"); // prettier-ignore
  },

  "a thousand eager steps hold no more storages than a hundred": async (device) => {
    const { step } = trainer();
    for (let i = 0; i < 100; i++) await numbers(step(batch(i)));
    const first = await live(device);
    for (let i = 0; i < 900; i++) step(batch(i));
    await device.sync();
    const second = await live(device);
    assert(second <= first + 4, `${first} storages live after 100 steps, ${second} after 1000`);
  },

  "dispose frees at once": async (device) => {
    const x = tensor(new Float32Array(100));
    // A read runs what other code left pending.
    await numbers(ops.sum(x));
    await collectGarbage();
    const before = device.memory().storages;
    for (let i = 0; i < 50; i++) {
      const y = ops.sum(ops.multiply(x, i + 3.5));
      await numbers(y);
      y.dispose();
    }
    assertEqual(device.memory().storages - before, 0, "storages more");
  },

  "arrays that wait for results of queued runs are right however the loop yields": async () => {
    const v = new Variable([0]);
    const bump = compile(() => void v.assignAdd(1));
    const reads: Promise<number[]>[] = [];
    for (let i = 0; i < 20; i++) {
      bump();
      reads.push(numbers(v.read()));
      if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEqual(
      (await Promise.all(reads)).flat(),
      Array.from({ length: 20 }, (_, i) => i + 1),
      "what was read",
    );
  },
};

/** Makes `device` the default one for a test. */
async function onDevice(device: Backend, body: () => Promise<void>): Promise<void> {
  let before: Backend | null = null;
  try {
    before = getDefaultDevice();
  } catch {
    // There was none.
  }
  setDefaultDevice(device);
  try {
    await body();
  } finally {
    if (before !== null) setDefaultDevice(before);
  }
}

function modesTest(setting: SuiteSetting, first: number, count: number): SuiteTest {
  return {
    name: `engine/random tensor programs of seeds ${first} to ${first + count - 1} agree lazily, with reads, immediately and compiled`,
    part: "engine",
    run: async () => {
      if (setting.backend.capabilities.unsupported.has("scan")) throw new NotApplicable("scan is not supported");
      if (!["float32", "int32", "uint32", "bool"].every((dtype) => setting.backend.capabilities.dtypes.has(dtype as never)))
        throw new NotApplicable("needs float32, int32, uint32 and bool");
      await onDevice(setting.backend, async () => {
        for (let seed = first; seed < first + count; seed++) {
          let lazy: number[] = [];
          for (const mode of modes) {
            const found = await runTensorProgram(seed, mode);
            if (mode === "lazy") lazy = found;
            const worst = found.findIndex((x, i) => !Object.is(x, lazy[i]) && !(Math.abs(x - lazy[i]) <= 2e-3 * Math.max(1, Math.abs(lazy[i])))); // prettier-ignore
            if (found.length !== lazy.length || worst >= 0) throw new Error(`seed ${seed}, ${mode}: number ${worst} is ${found[worst]}, and ${lazy[worst]} lazily`); // prettier-ignore
          }
        }
      });
    },
  };
}

export function engineTests(setting: SuiteSetting): readonly SuiteTest[] {
  const promises = Object.entries(tests).map(([name, test]): SuiteTest => ({
    name: `engine/${name}`,
    part: "engine",
    run: async () => {
      if (!setting.backend.capabilities.dtypes.has("float32")) throw new NotApplicable("no float32");
      const device = probe(setting.backend);
      await onDevice(device, () => test(device, setting));
    },
  }));
  const count = Math.max(1, Math.round(setting.programs / 4));
  return [...promises, modesTest(setting, setting.seed, count)];
}
