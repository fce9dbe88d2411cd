import { reference } from "@neurite/backend-reference";
import { setDefaultDevice, type Tensor, tensor } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { normalize, padSequences, toCategorical } from "../index.ts";

beforeAll(() => setDefaultDevice(reference()));

const flat = async (x: Tensor): Promise<number[]> => Array.from((await x.data()) as Float32Array);

// Expected values are those of Keras 3.
describe("normalize", () => {
  const x = [[3, 4, 0], [0, 0, 0], [-1, 2, -2]]; // prettier-ignore
  test.each([
    [{ axis: 0, order: 1 }, [0.75, 4 / 6, 0, 0, 0, 0, -0.25, 2 / 6, -1]],
    [{ order: Infinity }, [0.75, 1, 0, 0, 0, 0, -0.5, 1, -1]],
    [{ order: 3 }, [0.6669718, 0.8892957, 0, 0, 0, 0, -0.3889111, 0.7778222, -0.7778222]],
  ])("%o", async (options, expected) => {
    (await flat(normalize(x, options))).forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 6));
  });

  test("integers become float32; an axis that is not there is an error", async () => {
    const result = normalize(tensor([3, 4], { dtype: "int32" }));
    expect(result.dtype).toBe("float32");
    expect(await flat(result)).toEqual([0.6, 0.8].map(Math.fround));
    expect(() => normalize([1, 2], { axis: 1 })).toThrow("axis 1");
  });
});

describe("padSequences", () => {
  const sequences = [[1], [2, 3], [4, 5, 6, 7]];
  test.each([
    [{}, [3, 4], [0, 0, 0, 1, 0, 0, 2, 3, 4, 5, 6, 7]],
    [{ maxlen: 3 }, [3, 3], [0, 0, 1, 0, 2, 3, 5, 6, 7]],
    [{ maxlen: 3, padding: "post" }, [3, 3], [1, 0, 0, 2, 3, 0, 5, 6, 7]],
    [{ maxlen: 3, truncating: "post", value: -1 }, [3, 3], [-1, -1, 1, -1, 2, 3, 4, 5, 6]],
    [{ maxlen: 2, dtype: "float32", value: 0.5, padding: "post", truncating: "post" }, [3, 2], [1, 0.5, 2, 3, 4, 5]],
    [{ maxlen: 0 }, [3, 0], []],
  ] as const)("%o", async (options, shape, expected) => {
    const result = padSequences(sequences, options);
    expect(result.shape).toEqual(shape);
    expect(result.dtype).toBe("dtype" in options ? options.dtype : "int32");
    expect(await flat(result)).toEqual(expected);
  });

  test("elements may be arrays, sequences typed arrays or empty", async () => {
    const pairs = padSequences([[], [[1, 2]], [[3, 4], [5, 6]]], { value: 9 }); // prettier-ignore
    expect(await pairs.array()).toEqual([[[9, 9], [9, 9]], [[9, 9], [1, 2]], [[3, 4], [5, 6]]]); // prettier-ignore
    expect(await padSequences([Int32Array.of(1), Int32Array.of(2, 3)]).array()).toEqual([[0, 1], [2, 3]]); // prettier-ignore
    expect(padSequences([]).shape).toEqual([0, 0]);
  });

  test("what is wrong is said", () => {
    expect(() => padSequences([1, 2] as never)).toThrow("sequence 0 is no array");
    expect(() => padSequences(null as never)).toThrow("sequences must be an array of arrays");
    expect(() => padSequences([[1]], { padding: "both" as never })).toThrow('padding must be "pre" or "post": received "both"');
    expect(() => padSequences([[1]], { maxlen: 1.5 })).toThrow("maxlen must be a whole number: received 1.5");
    expect(() => padSequences([[[1, 2]], [[1, 2, 3]]])).toThrow(/ragged|shape|length/);
  });
});

describe("toCategorical", () => {
  test("gives rows of Keras", async () => {
    expect(await toCategorical([[1], [0], [2]]).array()).toEqual([[0, 1, 0], [1, 0, 0], [0, 0, 1]]); // prettier-ignore
    const wide = toCategorical([[1, 0], [2, 1]], { numClasses: 4 }); // prettier-ignore
    expect(wide.shape).toEqual([2, 2, 4]);
    expect(await flat(wide)).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
    expect(await toCategorical(Uint8Array.of(1, 0)).array()).toEqual([[0, 1], [1, 0]]); // prettier-ignore
    expect(await toCategorical(tensor([1, 0], { dtype: "int32" }), { numClasses: 2 }).array()).toEqual([[0, 1], [1, 0]]); // prettier-ignore
  });

  test("what is wrong is said", () => {
    expect(() => toCategorical([0, -1])).toThrow("labels must be whole numbers from 0 on: received -1");
    expect(() => toCategorical([0, 1.5])).toThrow("received 1.5");
    expect(() => toCategorical([0, 3], { numClasses: 3 })).toThrow("label 3 is not below numClasses, which is 3");
    expect(() => toCategorical(tensor([0, 1]))).toThrow("want numClasses");
    expect(() => toCategorical([0], { numClasses: 0 })).toThrow("numClasses must be a positive integer: received 0");
    expect(() => toCategorical([])).toThrow("no labels");
  });
});
