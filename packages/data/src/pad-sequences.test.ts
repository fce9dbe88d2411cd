import { reference } from "@neurite/backend-reference";
import { setDefaultDevice, type Tensor } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { padSequences } from "./index.ts";

beforeAll(() => setDefaultDevice(reference()));

const flat = async (x: Tensor): Promise<number[]> => Array.from((await x.data()) as Float32Array);

// Expected values are those of Keras 3.
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
