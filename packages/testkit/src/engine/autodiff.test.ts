import {
  checkpoint,
  compile,
  customGradient,
  grad,
  GradientTape,
  hessian,
  jacobian,
  jvp,
  ops,
  setDefaultDevice,
  stopGradient,
  type Tensor,
  tensor,
  valueAndGrad,
  Variable,
  vjp,
} from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { beforeEach, describe, expect, test } from "vitest";
import { type Probe, probe } from "./probe.ts";

let device: Probe;
beforeEach(() => {
  device = probe(reference());
  setDefaultDevice(device);
});

type F = (x: Tensor) => Tensor;
const at = async (f: (x: number) => Tensor, x: number): Promise<number> => f(x).item();
const first = (f: F): ((x: number) => Tensor) => grad(f);
const second = (f: F): ((x: number) => Tensor) => grad(grad(f));

describe("grad", () => {
  // Closed forms of the second derivative; a side tape of saved outputs gets these wrong.
  const cases: [string, F, (x: number) => number][] = [
    ["x exp(x)", (x) => x.mul(x.exp()), (x) => (x + 2) * Math.exp(x)],
    ["x tanh(x)", (x) => x.mul(x.tanh()), (x) => 2 * (1 - Math.tanh(x) ** 2) * (1 - x * Math.tanh(x))],
    [
      "x sigmoid(x)",
      (x) => x.mul(ops.sigmoid(x)),
      (x) => {
        const s = 1 / (1 + Math.exp(-x));
        return s * (1 - s) * (2 + x * (1 - 2 * s));
      },
    ],
    ["sqrt(x)³", (x) => ops.power(x.sqrt(), 3) as Tensor, (x) => 0.75 / Math.sqrt(x)],
    ["log(1 + x²)", (x) => x.mul(x).add(1).log(), (x) => (2 * (1 - x * x)) / (1 + x * x) ** 2],
  ];
  test.each(cases)("second derivative of %s", async (_name, f, expected) => {
    for (const x of [0.3, 0.7, 1.9]) expect(await at(second(f), x)).toBeCloseTo(expected(x), 4);
  });

  test("arguments by number, trees of arguments, and the value beside the gradient", async () => {
    const f = (p: { w: Tensor; b: Tensor }, x: Tensor): Tensor => p.w.mul(x).add(p.b).square().sum();
    const params = { w: tensor([2, 3]), b: tensor(1) };
    const [value, gradient] = valueAndGrad(f)(params, tensor([1, -1]));
    expect(await value.item()).toBe(9 + 4);
    expect(await gradient.w.array()).toEqual([6, 4]);
    expect(await gradient.b.array()).toBe(2);
    const both = grad((a: Tensor, b: Tensor) => a.mul(b).sum(), { argnums: [0, 1] })(tensor([2]), tensor([5]));
    expect(await Promise.all(both.map((g) => g.array()))).toEqual([[5], [2]]);
  });

  test("argnums in any order, and one twice, give the gradients in that order", async () => {
    const f = (a: Tensor, b: Tensor, c: Tensor): Tensor => a.mul(2).add(b.mul(3)).add(c.mul(5)).sum();
    const gradients = grad(f, { argnums: [2, 0, 2] })(tensor([1, 1, 1]), tensor([1]), tensor(1));
    expect(await Promise.all(gradients.map((g) => g.array()))).toEqual([15, [2, 2, 2], 15]);
  });

  test("the same tensor as two arguments has two gradients", async () => {
    const x = tensor(3);
    const both = grad((a: Tensor, b: Tensor) => a.mul(a).mul(b), { argnums: [0, 1] })(x, x);
    expect(await Promise.all(both.map((g) => g.item()))).toEqual([18, 9]);
  });

  test("what the value does not depend on gets zeros", async () => {
    expect(await grad((_x: Tensor) => tensor(1))(tensor([1, 2])).array()).toEqual([0, 0]);
  });

  test("says what is wrong", () => {
    expect(() => grad((x: Tensor) => x)(tensor([1, 2]))).toThrow(/must return a scalar: it returned shape \[2\]/);
    expect(() => grad((x: Tensor) => x.sum())(tensor([1, 2], { dtype: "int32" }))).toThrow(
      /cannot differentiate with respect to int32\[2\]/,
    );
    expect(() => grad((x: Tensor) => Promise.resolve(x))(tensor(1))).toThrow(/the function is async/);
    expect(() => grad((_x: Tensor) => 5)(tensor(1))).toThrow(/must return a scalar tensor/);
    expect(() => grad((x: Tensor) => x, { argnums: 3 })(tensor(1))).toThrow(/argnums 3 is not one of the 1 arguments/);
  });
});

describe("products with Jacobians", () => {
  const f = (x: Tensor): Tensor => ops.stack([x.take(0).mul(x.take(1)), x.take(0).exp()]) as Tensor;
  const j = [
    [3, 2],
    [Math.exp(2), 0],
  ];

  test("jacobian, vjp and jvp agree with the closed form", async () => {
    const rows = (await jacobian(f)(tensor([2, 3])).array()) as number[][];
    rows.forEach((row, i) => row.forEach((value, k) => expect(value).toBeCloseTo(j[i]?.[k] as number, 4)));
    const [value, pull] = vjp(f, tensor([2, 3]));
    expect((await value.array()) as number[]).toHaveLength(2);
    const pulled = (await (pull(tensor([1, 10]))[0] as Tensor).array()) as number[];
    expect(pulled[0]).toBeCloseTo(3 + 10 * Math.exp(2), 3);
    expect(pulled[1]).toBeCloseTo(2, 5);
    const [, tangent] = jvp(f, [tensor([2, 3])], [tensor([1, -1])]);
    const [at, same, aux] = jvp((x: Tensor) => [f(x), x.sum()] as const, [tensor([2, 3])], [tensor([1, -1])], { hasAux: true });
    expect(await at.array()).toEqual(await f(tensor([2, 3])).array());
    expect(await same.array()).toEqual(await tangent.array());
    expect(await aux.item()).toBe(5);
    const pushed = (await (tangent as Tensor).array()) as number[];
    expect(pushed[0]).toBeCloseTo(1, 5);
    expect(pushed[1]).toBeCloseTo(Math.exp(2), 4);
  });

  test("hessian of a quadratic form is its symmetric matrix", async () => {
    const a = tensor([
      [2, 1],
      [0, 3],
    ]);
    const quadratic = (x: Tensor): Tensor => x.expandDims(0).matmul(a).matmul(x.expandDims(1)).sum();
    expect(await hessian(quadratic)(tensor([0.3, -4])).array()).toEqual([
      [4, 1],
      [1, 6],
    ]);
  });
});

describe("GradientTape", () => {
  test("watches trainable variables by itself, tensors on request, and gives null where nothing connects", async () => {
    const w = new Variable([1, 2]);
    const frozen = new Variable([5, 5], { trainable: false });
    const x = tensor([3, 4]);
    const tape = new GradientTape();
    tape.watch(x);
    const loss = tape.run(() => ops.multiply(ops.multiply(w, frozen), x).sum());
    const gradients = tape.gradient(loss, { w, frozen, x, other: new Variable([1]) });
    expect(await (gradients.w as Tensor).array()).toEqual([15, 20]);
    expect(await (gradients.x as Tensor).array()).toEqual([5, 10]);
    expect(gradients.frozen).toBeNull();
    expect(gradients.other).toBeNull();
  });

  test("zeros on request", async () => {
    const v = new Variable([1, 2]);
    const tape = new GradientTape();
    const loss = tape.run(() => tensor(1).mul(2));
    expect(await (tape.gradient(loss, v, { unconnectedGradients: "zero" }) as Tensor).array()).toEqual([0, 0]);
  });

  test("is used up unless persistent", () => {
    const w = new Variable(2);
    const once = new GradientTape();
    const loss = once.run(() => w.mul(w));
    once.gradient(loss, w);
    expect(() => once.gradient(loss, w)).toThrow(/persistent: true/);
    const often = new GradientTape({ persistent: true });
    const again = often.run(() => w.mul(w));
    expect(often.gradient(again, w)?.itemSync()).toBe(4);
    expect(often.gradient(again, w)?.itemSync()).toBe(4);
  });

  test("nested tapes give second derivatives", async () => {
    const w = new Variable(3);
    const outer = new GradientTape();
    const slope = outer.run(() => {
      const inner = new GradientTape();
      const y = inner.run(() => w.mul(w).mul(w));
      return inner.gradient(y, w) as Tensor;
    });
    expect(await slope.item()).toBe(27);
    expect(await (outer.gradient(slope, w) as Tensor).item()).toBe(18);
  });

  test("several targets, weighted targets, and its Jacobian", async () => {
    const w = new Variable([1, 2]);
    const tape = new GradientTape({ persistent: true });
    const { a, b } = tape.run(() => ({ a: w.mul(3), b: w.square() }));
    expect(await (tape.gradient([a, b], w) as Tensor).array()).toEqual([5, 7]);
    expect(await (tape.gradient(b, w, { outputGradients: [10, 1] }) as Tensor).array()).toEqual([20, 4]);
    expect(await tape.jacobian(b, w).array()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect(() => tape.gradient(b, w, { outputGradients: [1, 2, 3] })).toThrow(/shape \[3\]: its target has \[2\]/);
  });

  test("refuses async bodies", () => {
    expect(() => new GradientTape().run((async () => tensor(1)) as never)).toThrow(/async/);
  });

  test("works the same inside a compiled function, with updates of the variables", async () => {
    const step = (w: Variable): Tensor => {
      const tape = new GradientTape();
      const loss = tape.run(() => w.square().sum());
      w.assignSub((tape.gradient(loss, w) as Tensor).mul(0.1));
      return loss;
    };
    const plain = new Variable([1, -2]);
    const traced = new Variable([1, -2]);
    const compiled = compile(() => step(traced));
    for (let i = 0; i < 3; i++) expect(await compiled().item()).toBeCloseTo(await step(plain).item(), 5);
    expect(await traced.array()).toEqual(await plain.array());
  });
});

describe("control of gradients", () => {
  test("stopGradient", async () => {
    expect(await grad((x: Tensor) => stopGradient(x).mul(x))(5).item()).toBe(5);
  });

  test("customGradient replaces the gradient, and its own derivative is the second one", async () => {
    const square = customGradient((z) => ({ value: z.mul(z), gradient: (upstream) => upstream.mul(z.mul(z).mul(z)) }));
    expect(await grad((x: Tensor) => square(x).mul(2))(2).item()).toBe(16);
    expect(
      await at(
        second((x) => square(x)),
        2,
      ),
    ).toBe(12);
    const wrong = customGradient((a) => ({ value: a, gradient: () => [] }));
    expect(() => grad((x: Tensor) => wrong(x))(1)).toThrow(/1 gradients are needed.*got 0/);
  });

  test("customGradient may use intermediate results in the gradient, also twice differentiated", async () => {
    const softplus = customGradient((z) => {
      const e = z.exp();
      return { value: e.add(1).log(), gradient: (upstream) => upstream.mul(e).div(e.add(1)) };
    });
    const s = 1 / (1 + Math.exp(-0.4));
    expect(
      await at(
        first((x) => softplus(x)),
        0.4,
      ),
    ).toBeCloseTo(s, 5);
    expect(
      await at(
        second((x) => softplus(x)),
        0.4,
      ),
    ).toBeCloseTo(s * (1 - s), 5);
  });

  test("checkpoint gives the same gradients, of arguments and of weights it closes over, and computes again", async () => {
    const w = new Variable([
      [1, 2],
      [3, 4],
    ]);
    const block = (x: Tensor): Tensor => ops.tanh(ops.matmul(x, w)) as Tensor;
    const run = async (f: (x: Tensor) => Tensor): Promise<unknown[]> => {
      const x = tensor([[0.1, -0.2]]);
      const tape = new GradientTape();
      tape.watch(x);
      const loss = tape.run(() => f(f(x)).square().sum());
      const gradients = tape.gradient(loss, [w, x]) as Tensor[];
      return Promise.all(gradients.map((g) => g.array()));
    };
    const plain = await run(block);
    const products = device.executions("dot");
    const again = await run(checkpoint(block));
    expect(again).toEqual(plain);
    expect(device.executions("dot") - products).toBeGreaterThan(products);
  });
});
