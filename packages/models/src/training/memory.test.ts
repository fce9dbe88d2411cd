import { cpu, isAvailable } from "@neurite/backend-cpu";
import { ops, setDefaultDevice, setSeed, type Tensor } from "@neurite/core";
import { Conv2D, Dense, Dropout, Flatten, GRU, Input, Layer, MaxPooling2D, rematScope } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { Model, Sequential } from "../index.ts";
import { SparseCategoricalCrossentropy } from "@neurite/losses";
import { collectGarbage } from "@neurite/testkit";
import { setUp } from "../testing/fixtures.ts";

beforeEach(() => void setUp());

describe("the estimate", () => {
  test("is the book's: 12 MB for 200 maps of 150 × 100, 1.2 GB for a hundred pictures", () => {
    const model = new Sequential([new Conv2D(200, 5, { padding: "same", inputShape: [150, 100, 3] })]);
    expect(model.memory({ batchSize: 1 }).layers.at(-1)).toEqual({ name: "conv2d", outputShape: [1, 150, 100, 200], bytes: 12_000_000 });
    const { layers, estimate, weights, optimizer, planned } = model.memory({ batchSize: 100 });
    expect(layers.at(-1)!.bytes).toBe(1_200_000_000);
    expect(estimate).toEqual({ inference: 1_200_000_000 + 18_000_000, training: 1_200_000_000 + 18_000_000 });
    expect(weights).toBe(15_200 * 4);
    expect([optimizer, planned]).toEqual([0, { inference: null, training: null }]);
  });

  test("counts two consecutive layers for inference and all for training", () => {
    const model = new Sequential([new Dense(100, { inputShape: [10] }), new Dense(50), new Dense(1)]);
    const { estimate } = model.memory({ batchSize: 2 });
    expect(estimate).toEqual({ inference: (100 + 50) * 8, training: (10 + 100 + 50 + 1) * 8 });
  });
});

describe.skipIf(!isAvailable())("what the native planner reserves", () => {
  beforeEach(() => setDefaultDevice(cpu()));

  function cnn(): Sequential {
    const model = new Sequential([
      new Conv2D(8, 3, { activation: "relu", padding: "same", inputShape: [16, 16, 3] }),
      new MaxPooling2D({ poolSize: 2 }),
      new Conv2D(16, 3, { activation: "relu", padding: "same" }),
      new Flatten(),
      new Dense(10, { activation: "softmax" }),
    ]);
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
    return model;
  }

  function recurrent(): Sequential {
    const model = new Sequential([new GRU(32, { inputShape: [50, 32], returnSequences: true }), new GRU(16), new Dense(10)]);
    model.compile({ loss: new SparseCategoricalCrossentropy({ fromLogits: true }), optimizer: "adam" });
    return model;
  }

  test("grows in step with the batch, is larger in training, and below twice the estimate", () => {
    const model = cnn();
    const [one, two] = [model.memory({ batchSize: 32 }), model.memory({ batchSize: 64 })];
    expect(one.planned.training).toBeGreaterThan(one.planned.inference!);
    expect(two.planned.training! / one.planned.training!).toBeGreaterThan(1.7);
    expect(two.planned.training! / one.planned.training!).toBeLessThan(2.1);
    expect(one.planned.training).toBeLessThan(2 * one.estimate.training!);
    expect(two.optimizer).toBeGreaterThanOrEqual(2 * two.weights);
  });

  test.each([
    ["a convolutional model", cnn, [16, 16, 3]],
    ["a recurrent one", recurrent, [50, 32]],
  ] as const)("is what training of %s then holds, beside weights, optimizer and data", async (_, make, shape) => {
    const device = cpu();
    setDefaultDevice(device);
    const model = make();
    const x = ops.zeros([128, ...shape]).realize();
    const y = ops.zeros([128], { dtype: "int32" }).realize();
    await model.fit(x, y, { batchSize: 64, epochs: 2, verbose: 0 });
    await collectGarbage();
    const { planned, weights, optimizer } = model.memory({ batchSize: 64 });
    const held = device.memory().bytes - weights - optimizer - 4 * (x.size + y.size);
    expect(held).toBeGreaterThanOrEqual(planned.training!);
    // Batches of data, and what memory is rounded up to.
    expect(held).toBeLessThan(1.25 * planned.training! + 2 * 64 * 4 * (x.size / 128));
  });

  test("is a tenth for a recurrent layer with checkpoint, which trains as it does without", async () => {
    const trained = async (checkpoint: boolean): Promise<{ planned: number; losses: readonly number[] }> => {
      setSeed(3);
      const model = new Sequential([new GRU(16, { inputShape: [400, 4], checkpoint }), new Dense(1)]);
      model.compile({ loss: "mse", optimizer: "sgd" });
      const planned = model.memory({ batchSize: 16 }).planned.training!;
      const x = ops.sin(ops.reshape(ops.arange(16 * 1600, { dtype: "float32" }), [16, 400, 4]));
      const { history } = await model.fit(x, ops.ones([16, 1]), { batchSize: 16, epochs: 3, verbose: 0 });
      return { planned, losses: history.loss! };
    };
    const [plain, again] = [await trained(false), await trained(true)];
    expect(again.planned).toBeLessThan(plain.planned / 10);
    again.losses.forEach((loss, i) => expect(loss).toBeCloseTo(plain.losses[i]!, 5));
  });

  test("is a fraction for layers made in rematScope", () => {
    class Block extends Layer {
      readonly wide = new Dense(256, { activation: "gelu" });
      readonly dropout = new Dropout(0.1);
      readonly back = new Dense(32);
      override call(x: Tensor): Tensor {
        return ops.add(x, this.back(this.dropout(this.wide(x))));
      }
    }
    const planned = (mode: "full" | null): number => {
      const layers = rematScope({ mode }, () => Array.from({ length: 12 }, () => new Block()));
      const model = new Sequential([new Dense(32, { inputShape: [8] }), ...layers, new Dense(1)]);
      model.compile({ loss: "mse", optimizer: "sgd" });
      return model.memory({ batchSize: 64 }).planned.training!;
    };
    expect(planned("full")).toBeLessThan(planned(null) / 4);
  });

  test.each([
    ["a list", ["mse", "sparse_categorical_crossentropy"]],
    ["a dictionary", { label: new SparseCategoricalCrossentropy(), place: "mse" }],
    ["a dictionary without one", { label: "sparse_categorical_crossentropy" }],
  ] as const)("takes labels for those outputs whose loss does, of losses in %s", (_, loss) => {
    const x = Input({ shape: [4] });
    const outputs = [new Dense(2, { name: "place" })(x), new Dense(3, { name: "label", activation: "softmax" })(x)];
    const model = new Model({ inputs: x, outputs });
    model.compile({ loss: loss as never, optimizer: "sgd" });
    expect(model.memory({ batchSize: 16 }).planned.training).toBeGreaterThan(0);
  });

  test("is what fit then runs with: nothing is compiled anew", async () => {
    const model = cnn();
    const { planned } = model.memory({ batchSize: 4 });
    const x = ops.zeros([4, 16, 16, 3]);
    const before = await model.weights[0]!.array();
    expect(await model.weights[0]!.array()).toEqual(before);
    await model.fit(x, new Int32Array(4), { batchSize: 4, shuffle: false, verbose: 0 });
    expect(model.memory({ batchSize: 4 }).planned).toEqual(planned);
  });

  test("takes examples where shapes are not known", () => {
    class Inner extends Model {
      readonly dense = new Dense(1);
      override call(x: Tensor): Tensor {
        return this.dense(x);
      }
    }
    const model = new Inner();
    model.compile({ loss: "mse" });
    expect(() => model.memory()).toThrow(/\[memory\] model "inner" does not say what it takes: give \{ x \}/);
    const { layers, estimate, planned } = model.memory({ x: ops.ones([1, 5]), y: ops.ones([1, 1]), batchSize: 8 });
    expect([layers, estimate]).toEqual([[], { inference: null, training: null }]);
    expect(planned.training).toBeGreaterThan(0);
    expect(() => model.memory({ batchSize: 0 })).toThrow(/batchSize must be a positive integer/);
  });
});
