import { reference } from "@neurite/backend-reference";
import { createRegistry, ops, setDefaultDevice, setDefaultRegistry, ShapeError, type Tensor, tensor, ValueError } from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import { Bidirectional, Dense, Embedding, GRU, LayerNormalization, layersPlugin, LSTM } from "../index.ts";

beforeAll(() => {
  setDefaultDevice(reference());
  setDefaultRegistry(() => createRegistry([layersPlugin]));
});

describe("autocast: false", () => {
  it("leaves inputs and weights in their dtypes", async () => {
    const x = tensor([[1 / 3, 2]]);
    const cast = new Dense(1, { dtype: "mixed_bfloat16", kernelInitializer: "ones" });
    const uncast = new Dense(1, { dtype: "mixed_bfloat16", kernelInitializer: "ones", autocast: false });
    expect([cast(x).dtype, uncast(x).dtype]).toEqual(["bfloat16", "float32"]);
    expect(await uncast(x).array()).toEqual([[Math.fround(Math.fround(1 / 3) + 2)]]);
    expect(uncast.getConfig()).not.toHaveProperty("autocast");
  });

  it("is what normalization does: it computes in the dtype of its inputs, and gives that of its policy", () => {
    expect(new LayerNormalization({ dtype: "mixed_float16" })(tensor([[1, 3]])).dtype).toBe("float16");
    expect(() => new Dense(1, { autocast: 1 as never })).toThrow(ValueError);
  });
});

describe("useCudnn", () => {
  it("is taken, and is no part of configs", () => {
    expect(new LSTM(2).useCudnn).toBe("auto");
    expect(new GRU(2, { useCudnn: true }).useCudnn).toBe(true);
    expect(new LSTM(2, { useCudnn: false }).getConfig()).not.toHaveProperty("use_cudnn");
    const both = new Bidirectional(new LSTM(2, { useCudnn: false }));
    expect([both.forwardLayer, both.backwardLayer].map((layer) => (layer as LSTM).useCudnn)).toEqual([false, false]);
  });

  it("is one of three", () => {
    expect(() => new GRU(2, { useCudnn: "yes" as never })).toThrow('[GRU] useCudnn must be "auto", true or false: got "yes"');
  });
});

describe("weights as an option", () => {
  it("makes an embedding of them", async () => {
    const table = [[1, 2], [3, 4], [5, 6]]; // prettier-ignore
    for (const weights of [table, [table], tensor(table), [tensor(table)]]) {
      const layer = new Embedding(3, 2, { weights });
      expect(layer.built).toBe(true);
      expect(await layer(tensor([[2, 0]], { dtype: "int32" })).array()).toEqual([[[5, 6], [1, 2]]]); // prettier-ignore
    }
    expect(() => new Embedding(3, 3, { weights: table })).toThrow(ShapeError);
  });

  it("are those of both directions, the forward ones first", async () => {
    const x = ops.ones([1, 3, 2]);
    const trained = new Bidirectional(new GRU(2));
    const y = trained(x);
    const layer = new Bidirectional(new GRU(2), { weights: await trained.getWeights() });
    expect(await layer(x).array()).toEqual(await y.array());
    const few = new Bidirectional(new GRU(2), { weights: (await trained.getWeights()).slice(1) });
    expect(() => few(x)).toThrow(ValueError);
  });
});

describe("a low-rank update of embeddings", () => {
  it("is trained in the place of the embeddings, which files hold", async () => {
    const layer = new Embedding(3, 2, { embeddingsInitializer: "ones", loraRank: 1, loraAlpha: 3 });
    layer.build();
    expect(layer.trainableWeights.map(({ name }) => name.split("/").at(-1))).toEqual(["lora_embeddings_a", "lora_embeddings_b"]);
    expect(layer.storedWeights).toEqual([layer.embeddings]);
    layer.lora?.a.assign([[1], [2], [3]]);
    layer.lora?.b.assign([[1, 10]]);
    // 1 + 3 / 1 · a · b
    expect(await (layer(tensor([[1]], { dtype: "int32" })) as Tensor).array()).toEqual([[[7, 61]]]);
    layer.afterLoading();
    expect(await (layer(tensor([[1]], { dtype: "int32" })) as Tensor).array()).toEqual([[[1, 1]]]);
  });

  it("is refused where it cannot be", () => {
    expect(() => new Embedding(3, 2).enableLora(1)).toThrow("is not built");
    const constrained = new Embedding(3, 2, { embeddingsConstraint: "unit_norm" });
    constrained.build();
    expect(() => constrained.enableLora(1)).toThrow("has a constraint on its embeddings");
    const twice = new Embedding(3, 2, { loraRank: 1 });
    twice.build();
    expect(() => twice.enableLora(1)).toThrow("has an update already");
  });
});
