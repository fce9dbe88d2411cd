import {
  checkpoint,
  compile,
  GradientTape,
  ops,
  random,
  SeedGenerator,
  setDefaultDevice,
  setSeed,
  type Tensor,
  tensor,
  TraceError,
  Variable,
} from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeEach, describe, expect, test } from "vitest";
import { probe } from "../engine/probe.ts";

beforeEach(() => setDefaultDevice(reference()));

/** JAX's random.key(n). */
const key = (n: number): Tensor => tensor(new Uint32Array([0, n]));
const numbers = async (x: Tensor): Promise<number[]> => Array.from((await x.data()) as Float32Array);

describe("numbers of JAX 0.5 and later", () => {
  test("uniform(key(0), (4,)) bit for bit", async () => {
    expect(await numbers(random.uniform([4], { seed: key(0) }))).toEqual([0.947667, 0.9785799, 0.33229148, 0.46866846].map(Math.fround));
  });

  test("normal(key(0), (4,)) and normal(key(42))", async () => {
    const expected = [1.6226422, 2.0252647, -0.43359444, -0.07861735];
    (await numbers(random.normal([4], { seed: key(0) }))).forEach((x, i) => expect(x).toBeCloseTo(expected[i] as number, 6));
    expect(await random.normal([], { seed: key(42) }).item()).toBeCloseTo(-0.028304616, 8);
  });
});

describe("seeds", () => {
  test("setSeed goes on where a device that drew is disposed of", async () => {
    const left = reference();
    setDefaultDevice(left);
    await random.uniform([2]).data();
    const kept = reference();
    setDefaultDevice(kept);
    setSeed(3);
    const first = await numbers(random.uniform([3]));
    left.dispose();
    setSeed(3);
    expect(await numbers(random.uniform([3]))).toEqual(first);
  });

  test("a number gives the same numbers at each call, a generator new ones", async () => {
    expect(await numbers(random.uniform([3], { seed: 5 }))).toEqual(await numbers(random.uniform([3], { seed: 5 })));
    const generator = new SeedGenerator(5);
    const first = await numbers(random.uniform([3], { seed: generator }));
    expect(first).toEqual(await numbers(random.uniform([3], { seed: 5 })));
    expect(await numbers(random.uniform([3], { seed: generator }))).not.toEqual(first);
    expect(await generator.state.array()).toEqual([5, 2]);
  });

  test("setSeed repeats draws without a seed, and the seeds of generators that have none", async () => {
    const run = async (): Promise<unknown[]> => [
      await numbers(random.normal([2])),
      await numbers(random.normal([2])),
      new SeedGenerator().seed,
    ];
    setSeed(11);
    const first = await run();
    setSeed(11);
    expect(await run()).toEqual(first);
    expect(first[0]).not.toEqual(first[1]);
    setSeed(12);
    expect(await run()).not.toEqual(first);
  });

  test("compiled code draws the numbers of eager code and carries the state on", async () => {
    const draw = compile(() => [random.uniform([2]), random.dropout(ops.ones([8]), 0.5)]);
    setSeed(3);
    const eager = [];
    for (let i = 0; i < 3; i++) eager.push(await numbers(random.uniform([2])), await numbers(random.dropout(ops.ones([8]), 0.5)));
    setSeed(3);
    const compiled = [];
    for (let i = 0; i < 3; i++) for (const x of draw()) compiled.push(await numbers(x as Tensor));
    expect(compiled).toEqual(eager);
    // What comes after a compiled draw goes on from there.
    const next = await numbers(random.uniform([2]));
    setSeed(3);
    for (let i = 0; i < 6; i++) random.uniform([1]);
    expect(await numbers(random.uniform([2]))).toEqual(next);
  });

  test("variables drawn one after another share a program: none computes the draws before it again", async () => {
    const device = probe(reference());
    setDefaultDevice(device);
    setSeed(4);
    const drawn = Array.from({ length: 6 }, () => new Variable(random.uniform([2])));
    expect(device.counts.compiles).toBe(1);
    setDefaultDevice(reference());
    setSeed(4);
    for (const variable of drawn) expect(await numbers(random.uniform([2]))).toEqual(await numbers(variable.read()));
  });

  test("a draw that nobody reads still moves the state", async () => {
    setSeed(4);
    random.uniform([2]);
    const second = await numbers(random.uniform([2]));
    setSeed(4);
    await random.uniform([2]).data();
    expect(await numbers(random.uniform([2]))).toEqual(second);
  });

  test("the default generator may be made while a function is traced", async () => {
    setDefaultDevice(reference());
    setSeed(9);
    const draw = compile(() => random.uniform([2]));
    const first = await numbers(draw());
    setSeed(9);
    expect(await numbers(random.uniform([2]))).toEqual(first);
  });

  test("reading a draw inside a trace is refused", () => {
    const fn = compile(() => {
      random.uniform([]).itemSync();
      return ops.zeros([]);
    });
    expect(() => fn()).toThrow(TraceError);
  });

  test("gradients pass through dropout, with the mask of the forward pass", async () => {
    const x = ops.ones([64]);
    const tape = new GradientTape();
    tape.watch(x);
    const y = tape.run(() => random.dropout(x, 0.25, { seed: 1 })) as Tensor;
    const gradient = tape.gradient(y, x) as Tensor;
    expect(await numbers(gradient)).toEqual(await numbers(y));
    expect(checkpoint).toBeTypeOf("function");
  });
});

describe("distributions", () => {
  const n = 40_000;
  test.each<readonly [string, () => Tensor, number, number]>([
    ["uniform", () => random.uniform([n], { minval: -1, maxval: 3, seed: 1 }), 1, 16 / 12],
    ["normal", () => random.normal([n], { mean: 2, stddev: 3, seed: 1 }), 2, 9],
    ["truncatedNormal", () => random.truncatedNormal([n], { seed: 1 }), 0, 0.7737413],
    ["randint", () => random.randint([n], -2, 5, { seed: 1 }), 1, 4],
    ["bernoulli", () => random.bernoulli([n], 0.3, { seed: 1 }), 0.3, 0.21],
    ["gumbel", () => random.gumbel([n], { seed: 1 }), 0.5772157, Math.PI ** 2 / 6],
    ["gamma", () => random.gamma([n], 2.5, { seed: 1 }), 2.5, 2.5],
    ["gamma below 1", () => random.gamma([n], 0.3, { seed: 1 }), 0.3, 0.3],
    ["beta", () => random.beta([n], 2, 3, { seed: 1 }), 0.4, 0.04],
    ["binomial", () => random.binomial([n / 8], 20, 0.3, { seed: 1 }), 6, 4.2],
    ["binomial of a likely event", () => random.binomial([n / 8], 20, 0.8, { seed: 1 }), 16, 3.2],
    ["dropout", () => random.dropout(ops.ones([n]), 0.2, { seed: 1 }), 1, 0.25],
    ["float64", () => random.uniform([n], { dtype: "float64", seed: 1 }), 0.5, 1 / 12],
    ["bfloat16", () => ops.cast(random.uniform([n], { dtype: "bfloat16", seed: 1 }), "float32"), 0.5, 1 / 12],
  ])("%s has its mean and variance", async (_, draw, mean, variance) => {
    const x = draw();
    const error = Math.sqrt(variance / x.size);
    const values = await numbers(ops.cast(x, "float32"));
    const found = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(found - mean)).toBeLessThan(5 * error + 0.002);
    const spread = values.reduce((a, b) => a + (b - found) ** 2, 0) / values.length;
    expect(Math.abs(spread / variance - 1)).toBeLessThan(0.06);
  });

  test("bounds hold", async () => {
    const low = await random.uniform([n], { minval: 2, maxval: 3, seed: 2 }).min().item();
    const high = await random.uniform([n], { minval: 2, maxval: 3, seed: 2 }).max().item();
    expect(low).toBeGreaterThanOrEqual(2);
    expect(high).toBeLessThan(3);
    expect(
      await ops
        .cast(random.uniform([n], { dtype: "float16", seed: 2 }), "float32")
        .max()
        .item(),
    ).toBeLessThan(1);
    expect(
      await ops
        .abs(random.truncatedNormal([n], { seed: 2 }))
        .max()
        .item(),
    ).toBeLessThan(2);
    expect(await random.normal([n], { seed: 2 }).abs().max().item()).toBeLessThan(6);
    const whole = await numbers(random.randint([n], -2, 5, { seed: 2 }));
    expect([...new Set(whole)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
  });

  test("categorical follows the logits", async () => {
    const drawn = random.categorical(
      [
        [0, Math.log(3)],
        [5, -100],
      ],
      n,
      { seed: 1 },
    );
    expect(drawn.dtype).toBe("int32");
    const [first, second] = await Promise.all([drawn.at(0).mean().item(), drawn.at(1).max().item()]);
    expect(first).toBeCloseTo(0.75, 1.7);
    expect(second).toBe(0);
  });

  test("shuffle and permutation keep every element once", async () => {
    const x = ops.reshape(ops.arange(20), [10, 2]);
    const shuffled = (await random.shuffle(x, { seed: 3 }).array()) as number[][];
    expect(shuffled).not.toEqual(await x.array());
    expect([...shuffled].sort((a, b) => (a[0] as number) - (b[0] as number))).toEqual(await x.array());
    expect((await numbers(random.permutation(50, { seed: 3 }))).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test("dropout masks share what noiseShape says, and rates 0 and 1 are exact", async () => {
    const y = (await random.dropout(ops.ones([4, 6]), 0.5, { noiseShape: [null, 1], seed: 1 }).array()) as number[][];
    for (const row of y) expect(new Set(row).size).toBe(1);
    expect(await numbers(random.dropout(ops.ones([3]), 0))).toEqual([1, 1, 1]);
    expect(await numbers(random.dropout(ops.ones([3]), 1))).toEqual([0, 0, 0]);
  });
});
