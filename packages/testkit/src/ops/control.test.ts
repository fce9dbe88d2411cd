import { compile, grad, GradientTape, ops, setDefaultDevice, type Tensor, tensor, Variable } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

const value = (x: unknown): Promise<unknown> => (x as Tensor).array();

describe("cond", () => {
  test("computes the branch that holds, with values of enclosing code", async () => {
    const x = tensor([1, 2]);
    const w = tensor([10, 20]);
    const choose = (flag: Tensor): Tensor =>
      ops.cond(
        flag,
        () => x.add(w),
        () => x.mul(2),
      );
    expect(await value(choose(tensor(true)))).toEqual([11, 22]);
    expect(await value(choose(tensor(false)))).toEqual([2, 4]);
    expect(await value(compile(choose)(tensor([3])))).toEqual([11, 22]);
  });

  test("structures and plain booleans", async () => {
    const result = ops.cond(
      tensor(true),
      () => ({ a: ops.ones([2]), b: [ops.zeros([])] }),
      () => ({ a: ops.zeros([2]), b: [ops.ones([])] }),
    );
    expect(await value(result.a)).toEqual([1, 1]);
    expect(await value(result.b[0])).toBe(0);
    expect(
      ops.cond(
        true,
        () => "now",
        () => "never",
      ),
    ).toBe("now");
  });

  test("gradients reach variables read in a branch", async () => {
    const w = new Variable([2, 3]);
    const tape = new GradientTape();
    const y = tape.run(() =>
      ops.cond(
        tensor(true),
        () => ops.sum(w.mul(w)),
        () => ops.sum(w.mul(1)),
      ),
    ) as Tensor;
    expect(await value(tape.gradient(y, w))).toEqual([4, 6]);
  });

  test("branches must agree", () => {
    expect(() =>
      ops.cond(
        tensor(true),
        () => ops.ones([2]),
        () => ops.ones([3]),
      ),
    ).toThrow(/output 0 of the branches must agree/);
    expect(() =>
      ops.cond(
        tensor(true),
        () => [ops.ones([2])],
        () => [],
      ),
    ).toThrow(/same structure/);
  });

  test("switch", async () => {
    const pick = (i: Tensor): Tensor => ops.switch(i, [() => ops.zeros([]), () => ops.ones([]), () => ops.full([], 2)]);
    const index = (i: number): Tensor => tensor(new Int32Array([i]), { shape: [] });
    expect(await Promise.all([-1, 0, 1, 2, 7].map((i) => value(pick(index(i)))))).toEqual([0, 0, 1, 2, 2]);
  });
});

describe("loops", () => {
  test("whileLoop runs until the condition fails, or the limit", async () => {
    const [i, x] = ops.whileLoop(
      (n) => n.less(5),
      (n, y) => [n.add(1), y.mul(2)],
      [ops.zeros([]), ops.ones([])],
    );
    expect([await value(i), await value(x)]).toEqual([5, 32]);
    expect(
      await value(
        ops.whileLoop(
          () => tensor(true),
          (n) => n.add(1),
          ops.zeros([]),
          { maximumIterations: 3 },
        ),
      ),
    ).toBe(3);
  });

  test("loop variables keep their shape", () => {
    expect(() =>
      ops.whileLoop(
        (x) => ops.sum(x).less(9),
        (x) => ops.concatenate([x, x]),
        ops.ones([2]),
      ),
    ).toThrow("[while_loop] loop variable 0 must keep its shape and dtype: it was float32[2], the body gave float32[4]");
  });

  test("scan carries and stacks, both ways", async () => {
    const step = (sum: Tensor, x: Tensor): [Tensor, Tensor] => [sum.add(x), sum.add(x)];
    const [total, partial] = ops.scan(step, ops.zeros([]), tensor([1, 2, 3, 4]));
    expect([await value(total), await value(partial)]).toEqual([10, [1, 3, 6, 10]]);
    const [, backwards] = ops.scan(step, ops.zeros([]), tensor([1, 2, 3, 4]), { reverse: true });
    expect(await value(backwards)).toEqual([10, 9, 7, 4]);
    const [doubled] = ops.scan((x) => [x.mul(2), null], ops.ones([]), null, { length: 5 });
    expect(await value(doubled)).toBe(32);
  });

  test("what a step makes of its product alone is kept for the gradient, in the product's place", async () => {
    const kernel = tensor([
      [0.5, -0.25],
      [0.125, 1],
    ]);
    const cell = (h: Tensor, x: Tensor): [Tensor, null] => [ops.tanh(ops.add(x, ops.matmul(h, kernel))), null];
    const last = (h: Tensor, xs: Tensor): Tensor => ops.sum(ops.scan(cell, h, xs)[0]);
    const both = compile((h: Tensor, xs: Tensor) => grad(last, { argnums: [0, 1] })(h, xs));
    const [h, xs] = [tensor([[0.5, -1]]), tensor([[[1, 0.5]], [[-0.5, 2]], [[0.25, 0.75]]])];
    const [, back] = both
      .describe(h, xs)
      .trace.split(/(?=^%\d+, %\d+ = scan)/m)
      .slice(1) as [string, string];
    // Backwards there are a product with the slope of tanh, and one with the kernel.
    expect(back.match(/= (?!input)\w+/g)).toEqual(["= scan", "= mul", "= transpose", "= dot"]);
    const unrolled = (first: Tensor, inputs: Tensor): Tensor =>
      ops.sum([0, 1, 2].reduce((state, t) => cell(state, ops.take(inputs, t, { axis: 0 }))[0], first));
    const expected = grad(unrolled, { argnums: [0, 1] })(h, xs);
    const found = both(h, xs);
    for (const i of [0, 1] as const) expect(await value(ops.max(ops.abs(ops.subtract(found[i], expected[i]))))).toBeLessThan(1e-6);
  });

  test("foriLoop, map, vectorize and associativeScan", async () => {
    expect(await value(ops.foriLoop(1, 5, (i, x: Tensor) => x.mul(i), ops.ones([], { dtype: "int32" })))).toBe(24);
    const end = tensor(new Int32Array([4]), { shape: [] });
    expect(await value(ops.foriLoop(0, end, (i, x: Tensor) => x.add(i), ops.zeros([], { dtype: "int32" })))).toBe(6);
    expect(
      await value(
        ops.map(
          (x) => ops.sum(x),
          tensor([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    ).toEqual([3, 7]);
    const inner = ops.vectorize((a, b) => a.mul(b).sum(), { signature: "(n),(n)->()" });
    expect(
      await value(
        inner(
          [
            [1, 2],
            [3, 4],
          ],
          [1, 10],
        ),
      ),
    ).toEqual([21, 43]);
    const running = (reverse: boolean): Tensor =>
      ops.associativeScan((a: Tensor, b: Tensor) => a.add(b), tensor([1, 2, 3, 4, 5]) as Tensor, { reverse });
    expect(await value(running(false))).toEqual([1, 3, 6, 10, 15]);
    expect(await value(running(true))).toEqual([15, 14, 12, 9, 5]);
  });
});
