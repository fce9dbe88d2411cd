import { reference } from "@neurite/backend-reference";
import { setDefaultDevice, type Tensor, tensor } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { normalize } from "./index.ts";

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
