import { reference } from "@neurite/backend-reference";
import { createRegistry, ops, setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { Conv2D } from "../convolutional/conv2d.ts";
import { Conv2DTranspose } from "../convolutional/conv2d-transpose.ts";
import { layersPlugin } from "../plugin.ts";
import { Dense } from "./dense.ts";
import { EinsumDense } from "./einsum-dense.ts";
import { Embedding } from "./embedding.ts";
import type { LowRankUpdate } from "./low-rank.ts";

let x: Tensor;

beforeAll(() => {
  setDefaultDevice(reference());
  x = tensor([[1, 2, 3]]);
});
const values = async (y: unknown): Promise<number[]> => [...((await (y as Tensor).data()) as Float32Array)];

describe("a low-rank update", () => {
  test("begins as none, is added times alpha / rank, and is what is trained", async () => {
    const layer = new Dense(4, { kernelInitializer: "ones" });
    layer(x);
    layer.enableLora(2, { loraAlpha: 6, aInitializer: "ones" });
    expect(await values(layer(x))).toEqual([6, 6, 6, 6]);
    const { a, b } = layer.lora as LowRankUpdate;
    expect([a.shape, b.shape]).toEqual([[3, 2], [2, 4]]); // prettier-ignore
    b.assign(ops.ones([2, 4]));
    // Each element of the kernel: 1 + 6 / 2 · (1 · 1 + 1 · 1) = 7.
    expect(await values(layer(x))).toEqual([42, 42, 42, 42]);
    expect(layer.trainableWeights.map(({ name }) => name.split("/").at(-1))).toEqual(["bias", "lora_kernel_a", "lora_kernel_b"]);
    expect(layer.getConfig()).toMatchObject({ lora_rank: 2, lora_alpha: 6 });
  });

  test("comes with the config, and files hold the kernel", () => {
    const layer = Conv2D.fromConfig<Conv2D>(new Conv2D(4, 3, { loraRank: 2 }).getConfig(), createRegistry([layersPlugin]));
    layer.build([null, 5, 5, 3]);
    expect(layer.lora?.a.shape).toEqual([3, 3, 3, 2]);
    expect(layer.storedWeights).toEqual([layer.kernel, layer.bias]);
    expect("lora_rank" in new Conv2D(4, 3).getConfig()).toBe(false);
  });

  test("of a kernel of an equation has its last axis alone in the second factor", async () => {
    const layer = new EinsumDense("abc,cde->abde", [null, 2, 5], { loraRank: 2, loraAlpha: 1, kernelInitializer: "ones" });
    const inputs = tensor([[[1, 2, 3]]]); // prettier-ignore
    expect(await values(layer(inputs))).toEqual(Array.from({ length: 10 }, () => 6));
    const { a, b } = layer.lora as LowRankUpdate;
    expect([a.shape, b.shape, layer.trainableWeights]).toEqual([[3, 2, 2], [2, 5], [a, b]]); // prettier-ignore
    a.assign(ops.ones(a.shape));
    b.assign(ops.ones(b.shape));
    // Each element of the kernel: 1 + 1 / 2 · (1 · 1 + 1 · 1) = 2.
    expect(await values(layer(inputs))).toEqual(Array.from({ length: 10 }, () => 12));
    expect(layer.storedWeights).toEqual([layer.kernel]);
  });

  test("of what is kept in 8 or 4 bits is added to the product with that", async () => {
    const inputs = tensor([[127, 0, 127]]); // prettier-ignore
    for (const mode of ["int8", "int4"] as const) {
      const dense = new Dense(2, { dtype: `${mode}_from_float32`, loraRank: 1, loraAlpha: 3 });
      const equation = new EinsumDense("ab,bc->ac", 2, { dtype: `${mode}_from_float32`, loraRank: 1, loraAlpha: 3 });
      for (const layer of [dense, equation]) {
        layer(inputs);
        const { a, b } = layer.lora as LowRankUpdate;
        expect([a.shape, b.shape, layer.trainableWeights.filter((weight) => weight === a || weight === b).length]).toEqual([[3, 1], [1, 2], 2]); // prettier-ignore
        // A byte of 1 is 1 in 8 bits; of 4 bits 1 and 0, with the lower half first.
        layer.quantizedKernel!.values.assign(ops.ones(layer.quantizedKernel!.values.shape, { dtype: "int8" }));
        a.assign(ops.ones(a.shape));
        b.assign(tensor([[1, 2]])); // prettier-ignore
        // 254 · 3 · (1, 2) added to (254, 254 or 0).
        expect(await values(layer(inputs))).toEqual([254 + 762, (mode === "int8" ? 254 : 0) + 1524]);
        expect(layer.storedWeights).not.toContain(a);
      }
      const embedding = new Embedding(3, 2, { dtype: `${mode}_from_float32`, loraRank: 1 });
      embedding(tensor([[1]], { dtype: "int32" })); // prettier-ignore
      embedding.quantizedEmbeddings!.values.assign(ops.ones(embedding.quantizedEmbeddings!.values.shape, { dtype: "int8" }));
      (embedding.lora as LowRankUpdate).a.assign(tensor([[1], [2], [3]])); // prettier-ignore
      (embedding.lora as LowRankUpdate).b.assign(tensor([[1, 10]])); // prettier-ignore
      expect(await values(embedding(tensor([2], { dtype: "int32" })))).toEqual([4, mode === "int8" ? 31 : 30]);
      expect(embedding.storedWeights).toEqual([embedding.quantizedEmbeddings!.values, embedding.quantizedEmbeddings!.scale]);
    }
  });

  test("is refused where it cannot be", () => {
    expect(() => new Dense(4).enableLora(2)).toThrow("is not built");
    const constrained = new Dense(4, { kernelConstraint: "max_norm" });
    constrained(x);
    expect(() => constrained.enableLora(2)).toThrow("has a constraint on its kernel");
    const twice = new Dense(4);
    twice(x);
    expect(() => twice.enableLora(0)).toThrow("the rank must be a positive integer: got 0");
    twice.enableLora(1);
    expect(() => twice.enableLora(1)).toThrow("has an update already");
    const transposed = new Conv2DTranspose(2, 2);
    transposed.build([null, 4, 4, 1]);
    expect(() => transposed.enableLora(2)).toThrow("is of a class without low-rank updates");
  });
});
