import { compile, GradientTape, ops, random, setDefaultDevice, setSeed, type Tensor, tensor, Variable, withDevice } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeEach, describe, expect, test } from "vitest";
import { type Probe, probe } from "./probe.ts";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

let device: Probe;
beforeEach(() => {
  device = probe(reference());
  setDefaultDevice(device);
});

/** Live storages once the garbage was collected and its finalizers ran. */
async function live(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return device.memory().storages;
}

/** Live storages after `steps` and after twice as many. */
async function growth(step: (i: number) => unknown, steps: number): Promise<[number, number]> {
  for (let i = 0; i < steps; i++) await step(i);
  const first = await live();
  for (let i = 0; i < steps; i++) await step(steps + i);
  return [first, await live()];
}

/** A layer with momentum, trained by hand. */
function trainer(): { step: (x: Tensor) => Tensor; variables: Variable[] } {
  const w = new Variable([
    [0.1, 0.2],
    [0.3, 0.4],
  ]);
  const momentum = new Variable(
    [
      [0, 0],
      [0, 0],
    ],
    { trainable: false },
  );
  const seen = new Variable(0, { trainable: false });
  const step = (x: Tensor): Tensor => {
    const tape = new GradientTape();
    const loss = tape.run(() => ops.mean(ops.square(ops.tanh(ops.matmul(x, w)))));
    const gradient = tape.gradient(loss, w) as Tensor;
    momentum.assign(momentum.mul(0.9).add(gradient));
    w.assignSub(momentum.mul(0.01));
    seen.assignAdd(1);
    return loss;
  };
  return { step, variables: [w, momentum, seen] };
}

const batch = (i: number): Tensor =>
  tensor([
    [i % 7, 1],
    [2, i % 3],
  ]);

describe("a thousand steps hold no more storages than a hundred", () => {
  test("eager, reading the loss at each step", async () => {
    const { step } = trainer();
    const [first, second] = await growth(async (i) => step(batch(i)).item(), 500);
    expect(second).toBeLessThanOrEqual(first + 2);
    expect(second).toBeLessThan(20);
    expect(device.counts.compiles).toBeLessThan(10);
  });

  test("eager, reading nothing", async () => {
    const { step } = trainer();
    const [first, second] = await growth((i) => void step(batch(i)), 500);
    expect(second).toBeLessThanOrEqual(first + 2);
    expect(second).toBeLessThan(20);
    expect(device.counts.compiles).toBeLessThan(10);
    expect(device.counts.runs).toBeLessThan(2100); // two a step
  });

  test("eager, keeping every loss unread: one number each", async () => {
    const { step } = trainer();
    const losses: Tensor[] = [];
    const [first, second] = await growth((i) => void losses.push(step(batch(i))), 200);
    expect(second - first).toBeLessThanOrEqual(202);
    expect(await losses[399]?.item()).toBeGreaterThan(0);
  });

  test("eager with tensors disposed by hand: nothing is left to the collector but what the step makes", async () => {
    const x = tensor(new Float32Array(1000));
    const before = device.memory().storages;
    for (let i = 0; i < 200; i++) {
      const y = ops.sum(ops.multiply(x, i + 3.5));
      y.dataSync();
      y.dispose();
    }
    expect(device.memory().storages).toBe(before);
  });

  test("compiled: not one storage but the results", async () => {
    const { step, variables } = trainer();
    const compiled = compile(step);
    const x = batch(1);
    compiled(x);
    const [first, second] = await growth(() => void compiled(x), 500);
    expect(second).toBeLessThanOrEqual(first + 1);
    expect(second).toBeLessThan(variables.length + 8);
    const prepared = compile((data: Tensor) => void step(data)).prepare(x);
    prepared.run();
    const { allocations } = device.memory();
    for (let i = 0; i < 1000; i++) prepared.run();
    expect(device.memory().allocations).toBe(allocations);
  });

  test("compiled, with eager code looking at a variable at each step", async () => {
    const { step, variables } = trainer();
    const compiled = compile(step);
    const x = batch(1);
    const [first, second] = await growth(async () => {
      compiled(x);
      await variables[2]?.item();
    }, 300);
    expect(second).toBeLessThanOrEqual(first + 1);
  });

  test("a chain over a variable that is never read", async () => {
    const n = new Variable(0, { deferred: true });
    for (let i = 0; i < 60_000; i++) n.assignAdd(1);
    expect(await n.item()).toBe(60_000);
    expect(await live()).toBeLessThan(8);
  });
});

test("devices that nobody uses are let go of, though random numbers were drawn on them; others go on", async () => {
  const used = reference();
  const dropped = Array.from({ length: 5 }, () => {
    const each = reference();
    withDevice(each, () => random.normal([2]).realize());
    return new WeakRef(each);
  });
  setSeed(4);
  const first = withDevice(used, () => random.uniform([2]).dataSync());
  await live();
  expect(dropped.filter((each) => each.deref() !== undefined)).toEqual([]);
  setSeed(4);
  expect(withDevice(used, () => random.uniform([2]).dataSync())).toEqual(first);
});
