import { compile, ops, setDefaultDevice, ShapeError, type Tensor, ValueError } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { describe, expect, test } from "vitest";

setDefaultDevice(reference());

const numbers = (...shape: number[]): Tensor =>
  ops.reshape(
    ops.sin(
      ops.arange(
        shape.reduce((product, dim) => product * dim, 1),
        { dtype: "float32" },
      ),
    ),
    shape,
  );

describe("associativeScan", () => {
  test.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 21])("gives the products of a loop, in order, for %i matrices, from both ends", async (n) => {
    const x = numbers(n, 2, 2);
    for (const reverse of [false, true]) {
      const scanned = (matrices: Tensor): Tensor => ops.associativeScan((a: Tensor, b: Tensor) => ops.matmul(a, b), matrices, { reverse });
      const found = (await scanned(x).array()) as number[][][];
      const rows = (await x.array()) as number[][][];
      const order = reverse ? rows.toReversed() : rows;
      const expected: number[][][] = [];
      for (const row of order)
        expected.push(expected.length === 0 ? row : ((await ops.matmul(expected.at(-1)!, row).array()) as number[][]));
      if (reverse) expected.reverse();
      expect(found).toHaveLength(n);
      found.flat(2).forEach((value, i) => expect(value).toBeCloseTo(expected.flat(2)[i]!, 5));
      if (n > 0) expect(await compile(scanned)(x).array()).toEqual(found);
    }
  });

  test("takes nests, another axis, and asks the function as Keras does", async () => {
    const x = numbers(2, 3);
    // keras.ops.associative_scan(lambda a, b: a * b + a, x, axis=-1) on JAX: the function is not associative
    const found = (await ops.associativeScan((a: Tensor, b: Tensor) => a.mul(b).add(a), x, { axis: -1 }).array()) as number[][];
    const expected = [0, 0, 0, 0.1411, 0.0343, 0.0014];
    found.flat().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    // h = a · h + b
    type Pair = readonly [Tensor, Tensor];
    const step = ([a, b]: Pair, [c, d]: Pair): Pair => [a.mul(c), b.mul(c).add(d)];
    const [, states] = ops.associativeScan(step, [numbers(3, 6), ops.cos(numbers(3, 6))] as Pair, { axis: 1 });
    const loop = ops.scan(
      ((h: Tensor, [a, b]: Pair) => {
        const next = h.mul(a).add(b);
        return [next, next];
      }) as never,
      ops.zeros([3]),
      [ops.transpose(numbers(3, 6)), ops.transpose(ops.cos(numbers(3, 6)))],
    )[1] as Tensor;
    const [a, b] = [(await states.array()) as number[][], (await ops.transpose(loop).array()) as number[][]];
    a.flat().forEach((value, i) => expect(value).toBeCloseTo(b.flat()[i]!, 5));
  });

  test("calls the function about twice the logarithm of the size often", () => {
    let calls = 0;
    const add = (a: Tensor, b: Tensor): Tensor => {
      calls++;
      return a.add(b);
    };
    ops.associativeScan(add, numbers(1000));
    expect(calls).toBeLessThan(20);
  });

  test("needs a function, an axis, and options that are an object", () => {
    expect(() => ops.associativeScan(null as never, numbers(3))).toThrow(ValueError);
    expect(() => ops.associativeScan((a: Tensor) => a, numbers(3), { axis: 1 })).toThrow(ShapeError);
    expect(() => ops.associativeScan((a: Tensor) => a, numbers(3), 1 as never)).toThrow("[associative_scan] options must be one object");
  });
});
