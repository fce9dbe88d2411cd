import { reference } from "@neurite/backend-reference";
import {
  checkpoint,
  compile,
  customGradient,
  grad,
  GradientTape,
  hessian,
  jacobian,
  jvp,
  maskOf,
  ops,
  random,
  SeedGenerator,
  setDefaultDevice,
  setMask,
  setSeed,
  type Tensor,
  tensor,
  Variable,
  vmap,
} from "@neurite/core";
import { describe, expect, test } from "vitest";

// Tensors are made while tests are collected, too.
setDefaultDevice(reference());

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("axes", () => {
  test("inAxes and outAxes name axes, from the end when negative, in trees that begin as the arguments do", async () => {
    const scaled = vmap((v: Tensor, s: Tensor) => v.mul(s), { inAxes: [1, null], outAxes: -1 });
    expect(await scaled(x, tensor(10)).array()).toEqual([
      [10, 20, 30],
      [40, 50, 60],
    ]);
    const tree = vmap(({ a, b }: { a: Tensor; b: readonly Tensor[] }) => ({ sum: a.add((b[0] as Tensor).sum()), b: b[0] as Tensor }), {
      inAxes: [{ a: 0, b: null }],
      outAxes: { sum: 0, b: null },
    });
    const { sum, b } = tree({ a: tensor([1, 2]), b: [tensor([10, 20])] });
    expect([await sum.array(), await b.array()]).toEqual([
      [31, 32],
      [10, 20],
    ]);
  });

  test("what is the same for all is repeated where it gets an axis", async () => {
    expect(await vmap(() => ops.ones([2]), { axisSize: 3 })().array()).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    const none = vmap((v: Tensor) => v.mul(2).sum())(ops.zeros([0, 4]));
    expect(none.shape).toEqual([0]);
    expect(await none.array()).toEqual([]);
  });

  test("errors name the argument and what was received", () => {
    const plus = (a: Tensor, b: Tensor): Tensor => a.add(b);
    expect(() => vmap(plus)(x, tensor([1, 2, 3]))).toThrow(
      "[vmap] mapped axes must have one size: received 2 for argument 0 and 3 for argument 1",
    );
    expect(() => vmap(plus)(x, tensor(1))).toThrow("[vmap] argument 1 is a scalar, which has no axis to map: received float32[]");
    expect(() => vmap(plus, { inAxes: [0, 2] })(x, x)).toThrow("[vmap] the axis of argument 1 2 is out of range for float32[2,3]");
    expect(() => vmap(plus, { inAxes: [0] })(x, x)).toThrow("[vmap] inAxes must have one entry for each of 2 arguments: received 1");
    expect(() => vmap(plus, { inAxes: null })(x, x)).toThrow("[vmap] no argument is mapped");
    expect(() => vmap((a: Tensor) => a, { outAxes: null })(x)).toThrow("[vmap] result 0 differs between examples");
    expect(() => vmap((a: Tensor) => a, { axisSize: 3 })(x)).toThrow("[vmap] axisSize is 3, but argument 0 has 2 examples");
    expect(() => vmap(((a: number) => ops.ones([a])) as never)(3 as never)).toThrow("[vmap] argument 0 is the number 3");
    const w = new Variable(0, { name: "w" });
    expect(() => vmap((a: Tensor) => (w.assign(a.sum()), a))(x)).toThrow('[assign] variable "w"');
  });
});

describe("composes", () => {
  const f = (a: Tensor): Tensor => a.mul(a.sin()).sum();

  test("with grad, jvp and compile, in any order", async () => {
    const expected = await ops.stack([0, 1].map((i) => grad(f)(x.at(i)))).array();
    expect(await vmap(grad(f))(x).array()).toEqual(expected);
    expect(await grad((a: Tensor) => vmap(f)(a).sum())(x).array()).toEqual(expected);
    expect(await compile(vmap(grad(f)))(x).array()).toEqual(expected);
    expect(await vmap(compile(grad(f)))(x).array()).toEqual(expected);
    const [, pushed] = jvp(vmap(f) as (...a: Tensor[]) => Tensor, [x], [ops.onesLike(x)]);
    const rows = expected as number[][];
    ((await (pushed as Tensor).array()) as number[]).forEach((sum, i) =>
      expect(sum).toBeCloseTo(
        (rows[i] as number[]).reduce((a, b) => a + b),
        5,
      ),
    );
  });

  test("a Jacobian of a mapped function is zero between examples", async () => {
    const j = (await jacobian((a: Tensor) => vmap(f)(a))(x)
      .add(0)
      .array()) as number[][][];
    const g = (await vmap(grad(f))(x).array()) as number[][];
    expect(j).toEqual([
      [g[0], [0, 0, 0]],
      [[0, 0, 0], g[1]],
    ]);
  });

  test("Hessians for each example: diag(2 cos a - a sin a)", async () => {
    const h = (await vmap(hessian(f as (a: Tensor) => Tensor))(x).array()) as number[][][];
    h.forEach((matrix, n) =>
      matrix.forEach((row, i) =>
        row.forEach((entry, k) => {
          const a = 3 * n + i + 1;
          expect(entry).toBeCloseTo(i === k ? 2 * Math.cos(a) - a * Math.sin(a) : 0, 5);
        }),
      ),
    );
  });

  test("with tapes and variables read inside", async () => {
    const w = new Variable([1, 2, 3]);
    const tape = new GradientTape();
    const loss = tape.run(() => vmap((a: Tensor) => a.mul(w).sum())(x).sum());
    expect(await tape.gradient(loss, w)?.array()).toEqual([5, 7, 9]);
  });
});

describe("control flow", () => {
  test("a branch of one example does not spoil another's gradient: log at 0 is never differentiated", async () => {
    const f = (a: Tensor): Tensor =>
      ops.cond(
        a.greater(0),
        () => a.log(),
        () => a.mul(3),
      );
    const points = tensor([0, 1, 2]);
    expect(await vmap(f)(points).array()).toEqual([0, 0, Math.fround(Math.log(2))]);
    expect(await grad((a: Tensor) => vmap(f)(a).sum())(points).array()).toEqual([3, 1, 0.5]);
    expect(await grad((a: Tensor) => vmap(f)(a).sum())(tensor([0, -1])).array()).toEqual([3, 3]);
  });

  test("loops end for each example by itself, and have gradients", async () => {
    const f = (a: Tensor): Tensor =>
      ops.whileLoop(
        (v) => v.less(100),
        (v) => [v.mul(v)],
        [a] as const,
        { maximumIterations: 6 },
      )[0];
    const points = tensor([2, 3, 50, 200]);
    expect(await vmap(f)(points).array()).toEqual([256, 6561, 2500, 200]);
    // v⁸, v⁸, v², v
    expect(await grad((a: Tensor) => vmap(f)(a).sum())(points).array()).toEqual([8 * 2 ** 7, 8 * 3 ** 7, 100, 1]);
  });

  test("scan over one's own and over common slices", async () => {
    const f = (start: Tensor, xs: Tensor): Tensor => ops.scan((s, v) => [s.mul(2).add(v), s], start, xs)[1];
    const starts = tensor([1, 10]);
    const own = await vmap(f)(starts, x).array();
    expect(own).toEqual([
      [1, 3, 8],
      [10, 24, 53],
    ]);
    expect(await vmap(f, { inAxes: [0, null] })(starts, x.at(0)).array()).toEqual([
      [1, 3, 8],
      [10, 21, 44],
    ]);
  });
});

describe("random numbers in bodies", () => {
  const noisy = (generator: SeedGenerator) => (a: Tensor) =>
    a.add(random.uniform([3], { seed: generator })).mul(random.uniform([], { seed: generator }));
  const loop = (): [unknown, unknown] => {
    const generator = new SeedGenerator(7);
    return [ops.stack([0, 1].map((i) => noisy(generator)(x.at(i)))), generator.state.read()];
  };

  test("vmap and map draw what a loop draws, and leave the generator where the loop leaves it", async () => {
    const [values, state] = (await Promise.all(loop().map((t) => (t as Tensor).array()))) as [unknown, unknown];
    const mapped = new SeedGenerator(7);
    expect(await vmap(noisy(mapped))(x).array()).toEqual(values);
    expect(await mapped.state.array()).toEqual(state);
    const scanned = new SeedGenerator(7);
    expect(await ops.map(noisy(scanned), x).array()).toEqual(values);
    expect(await scanned.state.array()).toEqual(state);
    const compiled = new SeedGenerator(7);
    const fn = compile((a: Tensor) => vmap(noisy(compiled))(a));
    expect(await fn(x).array()).toEqual(values);
    expect(await compiled.state.array()).toEqual(state);
    expect(await fn(x).array()).not.toEqual(values);
  });

  test("nested maps draw differently everywhere", async () => {
    setSeed(3);
    const draws = (await vmap(vmap((a: Tensor) => a.mul(0).add(random.uniform([]))))(x).array()) as number[][];
    expect(new Set(draws.flat()).size).toBe(6);
  });

  test("whileLoop draws anew in each round, branches draw, and gradients see the same numbers", async () => {
    const generator = new SeedGenerator(1);
    const [, drawn] = ops.whileLoop(
      (i) => i.less(4),
      (i, all) => [i.add(1), all.add(ops.oneHot(i, 4).mul(random.uniform([], { seed: generator })))],
      [ops.zeros([], { dtype: "int32" }), ops.zeros([4])] as const,
    );
    expect(new Set((await drawn.array()) as number[]).size).toBe(4);
    const taken = ops.cond(
      tensor(true),
      () => random.uniform([2], { seed: generator }),
      () => ops.zeros([2]),
    );
    expect(((await taken.array()) as number[]).every((u) => u > 0 && u < 1)).toBe(true);
    const noise = new SeedGenerator(2);
    const slope = await grad((a: Tensor) => vmap((v: Tensor) => v.mul(random.uniform([3], { seed: noise })))(a).sum())(x).array();
    noise.reset();
    const value = await vmap((v: Tensor) => ops.onesLike(v).mul(random.uniform([3], { seed: noise })))(x).array();
    expect(slope).toEqual(value);
  });
});

describe("gradients by hand inside bodies", () => {
  const clipped = customGradient((z: Tensor) => {
    const e = ops.exp(z);
    return { value: e, gradient: (upstream) => upstream.mul(ops.minimum(e, 3)) };
  });
  const expected = [Math.E, 3, 3];

  test.each([
    ["vmap", (a: Tensor) => vmap(clipped)(a)],
    ["map", (a: Tensor) => ops.map(clipped, a)],
    [
      "cond",
      (a: Tensor) =>
        ops.cond(
          tensor(true),
          () => clipped(a),
          () => a,
        ),
    ],
  ])("customGradient keeps its rule in %s", async (_, f) => {
    const slopes = (await grad((a: Tensor) => f(a).sum())(tensor([1, 2, 3])).array()) as number[];
    slopes.forEach((slope, i) => expect(slope).toBeCloseTo(expected[i] as number, 5));
  });

  test("checkpoint gives the gradients of the function, with the same random numbers", async () => {
    const generator = new SeedGenerator(5);
    const block = (z: Tensor): Tensor => z.mul(z.sin()).mul(random.uniform([3], { seed: generator }));
    const slopes = (fn: (z: Tensor) => Tensor): Promise<unknown> => {
      generator.reset();
      return grad((a: Tensor) => vmap(fn)(a).sum())(x).array();
    };
    expect(await slopes(checkpoint(block))).toEqual(await slopes(block));
  });

  test("checkpoint lets masks in and out", async () => {
    const doubled = checkpoint((z: Tensor): Tensor => {
      const y = ops.where(maskOf(z) as Tensor, z.mul(2), 0);
      setMask(y, z.less(2));
      return y;
    });
    const masked = (z: Tensor): Tensor => {
      setMask(z, z.greater(1));
      const y = doubled(z);
      return ops.where(maskOf(y) as Tensor, y, z.mul(10)).square();
    };
    const given = tensor([0.5, 1.5, 3]);
    const plain = [0, 9, 900];
    expect(await masked(given).array()).toEqual(plain);
    const slopes = grad((a: Tensor) => masked(a).sum());
    expect(await slopes(given).array()).toEqual([0, 12, 600]);
    const rows = ops.stack([given, given]);
    expect(await vmap(masked)(rows).array()).toEqual([plain, plain]);
    expect(await grad((a: Tensor) => vmap(masked)(a).sum())(rows).array()).toEqual([[0, 12, 600], [0, 12, 600]]); // prettier-ignore
  });
});

test("vectorizedMap and vectorize map over slices and broadcast arguments", async () => {
  expect(await ops.vectorizedMap((m: Tensor) => ops.trace(m), ops.ones([5, 3, 3])).array()).toEqual([3, 3, 3, 3, 3]);
  const pair = ops.vectorizedMap(([a, b]: readonly Tensor[]) => [(a as Tensor).add(b as Tensor)], [x, x]) as readonly Tensor[];
  expect(await pair[0]?.array()).toEqual([
    [2, 4, 6],
    [8, 10, 12],
  ]);
  const clip = ops.vectorize((a, b) =>
    ops.cond(
      a.less(b),
      () => a,
      () => b,
    ),
  ) as (...a: unknown[]) => Tensor;
  expect(await clip([[1], [5]], [3, 4]).array()).toEqual([
    [1, 1],
    [3, 4],
  ]);
});
