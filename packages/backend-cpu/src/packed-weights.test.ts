import { compile, ops, tensor, type Tensor, Variable, withDevice } from "@neurite/core";
import { describe, expect, test } from "vitest";
import { makeBackend, randomNumbers } from "./testing/plans.ts";

function numbers(shape: readonly number[], seed: number): Tensor {
  const next = randomNumbers(seed);
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Float32Array.from({ length: size }, () => next() - 0.5),
    { shape },
  );
}

interface Case {
  readonly apply: (x: Tensor, w: Variable) => Tensor;
  readonly x: readonly number[];
  readonly w: readonly number[];
}

const cases: Readonly<Record<string, Case>> = {
  "a product": { apply: (x, w) => ops.matmul(x, w), x: [32, 200], w: [200, 96] },
  "a product with the transpose": { apply: (x, w) => ops.matmul(x, ops.transpose(w)), x: [20, 200], w: [40, 200] },
  "a 3x3 convolution": { apply: (x, w) => ops.conv(x, w, { padding: "same" }), x: [1, 8, 8, 40], w: [3, 3, 40, 48] },
  "a strided convolution": { apply: (x, w) => ops.conv(x, w, { strides: 2 }), x: [2, 9, 9, 16], w: [5, 5, 16, 40] },
  "a convolution to three features": { apply: (x, w) => ops.conv(x, w), x: [1, 9, 9, 32], w: [3, 3, 32, 3] },
};

/** What a new program with its own copy of the weights gives: it has kept nothing yet. */
function afresh({ apply }: Case, x: Tensor, w: Variable): Float32Array {
  const own = new Variable(tensor(w.dataSync(), { shape: w.shape }));
  return compile((inputs: Tensor) => apply(inputs, own))(x).dataSync() as Float32Array;
}

describe.each(Object.entries(cases))("the weights of %s", (_, c) => {
  test("are packed again after they were written to, by whomever", () => {
    withDevice(makeBackend({ threads: 2 }), () => {
      const w = new Variable(numbers(c.w, 1));
      const x = numbers(c.x, 2);
      const predict = compile((inputs: Tensor) => c.apply(inputs, w));
      const halve = compile(() => {
        w.assign(ops.multiply(w, 0.5));
      });
      const first = afresh(c, x, w);
      for (let run = 0; run < 4; run++) expect(predict(x).dataSync()).toEqual(first);
      w.assign(numbers(c.w, 3));
      const second = afresh(c, x, w);
      expect(second).not.toEqual(first);
      for (let run = 0; run < 4; run++) expect(predict(x).dataSync()).toEqual(second);
      for (let step = 0; step < 3; step++) {
        halve();
        expect(predict(x).dataSync()).toEqual(second.map((value) => value * 0.5 ** (step + 1)));
      }
    });
  });

  test("are kept packed from the second prediction on, within packedLimit", () => {
    const taken = (packedLimit: number): number => {
      const backend = makeBackend({ threads: 2, packedLimit });
      return withDevice(backend, () => {
        const w = new Variable(numbers(c.w, 1));
        const x = numbers(c.x, 2);
        const predict = compile((inputs: Tensor) => c.apply(inputs, w));
        const bytes = [0, 1, 2, 3].map(() => {
          const y = predict(x);
          y.dataSync();
          y.dispose();
          return backend.memory().bytes;
        });
        expect(bytes[3]).toBe(bytes[1]);
        return bytes[1]! - bytes[0]!;
      });
    };
    expect(taken(2 ** 26)).toBeGreaterThan(0);
    expect(taken(100)).toBe(0);
    expect(taken(0)).toBe(0);
  });
});

test("packedLimit must be a number of bytes", () => {
  expect(() => makeBackend({ packedLimit: -1 })).toThrow("[cpu] packedLimit must be a number of bytes: received -1");
  expect(() => makeBackend({ packedLimit: Number.NaN })).toThrow("packedLimit");
  expect(makeBackend({ packedLimit: Number.POSITIVE_INFINITY }).memory().bytes).toBe(0);
});
