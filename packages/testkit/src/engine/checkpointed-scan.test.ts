import {
  compile, grad, GradientTape, ops, random, SeedGenerator, setDefaultDevice, type Tensor, tensor, ValueError, Variable, vmap,
} from "@neurite/core"; // prettier-ignore
import { reference } from "@neurite/backend-reference";
import { describe, expect, test } from "vitest";

setDefaultDevice(reference());

const numbers = (shape: readonly number[], seed: number): Tensor => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + seed)),
    { shape: [...shape] },
  );
};

interface Options {
  readonly reverse?: boolean;
  readonly checkpoint?: boolean | number;
  readonly length?: number;
}

/** A cell with two carried values, one of which whole numbers, that emits a value. */
function run(w: Tensor, h: Tensor, xs: Tensor, options: Options): readonly [Tensor, Tensor, Tensor] {
  const cell = ([state, count]: readonly [Tensor, Tensor], x: Tensor): [[Tensor, Tensor], Tensor] => {
    const next = ops.tanh(state.matmul(w).add(x).mul(ops.cast(count, "float32").add(1)));
    return [[next, ops.subtract(1, count)], next.mul(x)];
  };
  const start: [Tensor, Tensor] = [h, tensor(0, { dtype: "int32" })];
  const [[state, count], ys] = ops.scan(cell, start, xs, options);
  return [state, count, ys];
}

const w = numbers([3, 3], 1);
const h = numbers([2, 3], 2);
const xs = numbers([7, 3], 3);

function loss(options: Options): (w: Tensor, h: Tensor, xs: Tensor) => Tensor {
  return (...given) => {
    const [state, , ys] = run(...given, options);
    return state
      .square()
      .sum()
      .add(
        ys
          .mul(ys)
          .mul(numbers([7, 2, 3], 4))
          .sum(),
      );
  };
}

async function expectClose(found: readonly Tensor[], expected: readonly Tensor[]): Promise<void> {
  expect(found).toHaveLength(expected.length);
  for (const [i, tensor_] of found.entries()) {
    const [a, b] = [await tensor_.data(), await (expected[i] as Tensor).data()];
    expect(tensor_.shape).toEqual((expected[i] as Tensor).shape);
    a.forEach((value, j) => expect(Math.abs(Number(value) - Number(b[j]))).toBeLessThan(1e-5));
  }
}

describe("a scan with checkpoint", () => {
  const ways = [true, 1, 2, 3, 4, 6, 7, 100].flatMap((steps) => [false, true].map((reverse) => ({ checkpoint: steps, reverse })));

  test.each(ways)("%j: gives the results and gradients of the plain one", async (options) => {
    const plain = { reverse: options.reverse };
    await expectClose(run(w, h, xs, options), run(w, h, xs, plain));
    const argnums = [0, 1, 2];
    const expected = grad(loss(plain), { argnums })(w, h, xs) as unknown as Tensor[];
    await expectClose(grad(loss(options), { argnums })(w, h, xs) as unknown as Tensor[], expected);
    await expectClose(compile(grad(loss(options), { argnums }))(w, h, xs) as unknown as Tensor[], expected);
  });

  test("has second derivatives, and derivatives for many examples at once", async () => {
    const slope = (options: Options) => (start: Tensor) =>
      grad((from: Tensor) => loss(options)(w, from, xs))(start)
        .square()
        .sum();
    await expectClose([grad(slope({ checkpoint: true }))(h)], [grad(slope({}))(h)]);
    const many = numbers([4, 2, 3], 5);
    const slopes = (options: Options): Tensor => grad((all: Tensor) => vmap((one: Tensor) => loss(options)(w, one, xs))(all).sum())(many);
    await expectClose([slopes({ checkpoint: 3 })], [slopes({})]);
  });

  test("draws the random numbers of the plain one, also when it computes again", async () => {
    const generator = new SeedGenerator(3);
    const noisy = (options: Options): Tensor[] => {
      generator.reset();
      const step = (state: Tensor): [Tensor, null] => [ops.sin(state.mul(random.uniform([2, 3], { seed: generator }))), null];
      const value = (start: Tensor): Tensor => ops.scan(step, start, null, { ...options, length: 7 })[0].sum();
      return [grad(value)(h)];
    };
    for (const reverse of [false, true]) await expectClose(noisy({ checkpoint: 3, reverse }), noisy({ reverse }));
  });

  test("reaches variables on a tape", async () => {
    const kernel = new Variable(w);
    const slope = (options: Options): Tensor => {
      const tape = new GradientTape();
      return tape.gradient(
        tape.run(() => loss(options)(kernel.read(), h, xs)),
        kernel,
      ) as Tensor;
    };
    await expectClose([slope({ checkpoint: true })], [slope({})]);
  });

  test("needs a positive number of rounds", () => {
    expect(() => run(w, h, xs, { checkpoint: 0 })).toThrow(ValueError);
    expect(() => run(w, h, xs, { checkpoint: 1.5 })).toThrow("[scan] checkpoint must be an integer of at least 1: received 1.5");
    expect(ops.scan((a) => [a, a], h, null, { checkpoint: true, length: 0 })[1]).toMatchObject({ shape: [0, 2, 3] });
  });
});
