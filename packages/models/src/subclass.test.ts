import { GradientTape, ops, resetAutoNames, type Tensor, tensor } from "@neurite/core";
import { BatchNormalization, Dense, Dropout, type Layer } from "@neurite/layers";
import { Mean } from "@neurite/metrics";
import { SGD } from "@neurite/optimizers";
import { beforeEach, describe, expect, test } from "vitest";
import { Model, Sequential } from "./index.ts";
import { data, expectClose, fill, formula, kerasFixture, setUp, weightsOf } from "./testing/fixtures.ts";

beforeEach(() => {
  setUp();
  resetAutoNames();
});

const { x, wide, target, labels } = data;

class Blocks extends Model {
  readonly first = new Dense(4, { activation: "relu", name: "first" });
  readonly blocks = [0, 1].map((i) => new Sequential([new Dense(4, { name: `block${i}` }), new BatchNormalization({ name: `norm${i}` })]));
  readonly heads = { main: new Dense(1, { name: "main" }), aux: new Dense(3, { activation: "softmax", name: "aux" }) };
  override call(inputs: Tensor): unknown {
    const h = this.blocks.reduce((z, block) => ops.add(z, block(z)), this.first(inputs));
    return { price: this.heads.main(h), kind: this.heads.aux(h) };
  }
}

describe("a subclass with a call of its own", () => {
  test("finds layers in fields, arrays and objects, in their order", () => {
    const model = new Blocks();
    expect(model.layers.map(({ name }) => name)).toEqual(["first", "sequential", "sequential_1", "main", "aux"]);
    expect([model.built, model.weights.length]).toEqual([false, 0]);
    model(x());
    expect(model.weights.map(({ name }) => name)).toEqual(
      ["first", "block0", "norm0", "block1", "norm1", "main", "aux"].flatMap((layer) =>
        (layer.startsWith("norm") ? ["gamma", "beta", "moving_mean", "moving_variance"] : ["kernel", "bias"]).map((weight) =>
          expect.stringMatching(new RegExp(`${layer}/${weight}$`)),
        ),
      ) as never,
    );
    expect(model.trainableWeights).toHaveLength(14);
    expect(model.getLayer("aux")).toBe(model.heads.aux);
  });

  test("is trained, evaluated and predicts by the names of its outputs", async () => {
    const model = new Blocks();
    model.compile({
      loss: { price: "mse", kind: "sparse_categorical_crossentropy" },
      metrics: { kind: ["accuracy"] },
      optimizer: "adam",
    });
    const { history } = await model.fit(x(), { kind: labels, price: target() }, { epochs: 30, verbose: 0, shuffle: false });
    expect(Object.keys(history)).toEqual(["loss", "price_loss", "kind_loss", "kind_accuracy"]);
    expect(history["loss"][29]).toBeLessThan(history["loss"][0]);
    const outputs = await model.predict<{ price: Tensor; kind: Tensor }>(x(), { verbose: 0, batchSize: 20 });
    expect([outputs.price.shape, outputs.kind.shape]).toEqual([[50, 1], [50, 3]]); // prettier-ignore
    const again = model.predictOnBatch<typeof outputs>(x());
    expectClose(Array.from(await again.price.data<Float32Array>()), Array.from(await outputs.price.data<Float32Array>()), "price");
  });

  test("gives the numbers of the functional model of the same layers", async () => {
    class Regressor extends Model {
      readonly hidden = new Dense(5, { activation: "tanh" });
      readonly out = new Dense(1);
      override call(inputs: Tensor): Tensor {
        return this.out(this.hidden(inputs));
      }
    }
    const model = new Regressor();
    model(x());
    fill(model);
    const { history } = kerasFixture<Record<string, { history: Record<string, number[]> }>>("training")["regression"];
    const { SGD } = await import("@neurite/optimizers");
    model.compile({ loss: "mse", metrics: ["mae"], optimizer: new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true }) });
    const own = await model.fit(x(), target(), { epochs: 3, batchSize: 8, shuffle: false, verbose: 0, validationSplit: 0.2 });
    for (const [name, values] of Object.entries(history)) expectClose(own.history[name], values, name);
  });

  test("takes lists and objects of inputs as they are", async () => {
    class Joined extends Model {
      readonly out = new Dense(1);
      override call(inputs: { readonly deep: Tensor; readonly more: readonly Tensor[] }): Tensor {
        return this.out(ops.concatenate([inputs.deep, ...inputs.more], { axis: -1 }));
      }
    }
    const model = new Joined();
    model.compile({ loss: "mse" });
    const inputs = { deep: x(), more: [wide(), wide()] };
    await model.fit(inputs, target(), { verbose: 0 });
    expect(model.weights[0].shape).toEqual([10, 1]);
    expect((await model.predict(inputs, { verbose: 0 })).shape).toEqual([50, 1]);
    expect(model.metricsNames).toEqual(["loss"]);
  });

  test("hears the mode: training: true is Monte Carlo dropout", async () => {
    class Noisy extends Model {
      readonly dropout = new Dropout(0.5);
      override call(inputs: Tensor): Tensor {
        return this.dropout(inputs);
      }
    }
    const model = new Noisy();
    const zeros = async (options: object): Promise<number> => {
      const outputs = await model.predict(ops.ones([40, 6]), { verbose: 0, ...options });
      return ops.sum(ops.cast(ops.equal(outputs, 0), "float32")).item();
    };
    expect(await zeros({})).toBe(0);
    const [first, second] = [await zeros({ training: true }), await zeros({ training: true })];
    expect(first).toBeGreaterThan(60);
    expect(first).toBeLessThan(180);
    expect(second).toBeGreaterThan(60);
    const [a, b] = [await model.predict(ops.ones([40, 6]), { verbose: 0, training: true }), await model.predict<Tensor>(ops.ones([40, 6]), { verbose: 0, training: true })]; // prettier-ignore
    expect(await a.array()).not.toEqual(await b.array());
  });

  test("works under a tape, and within a model", async () => {
    class Inner extends Model {
      readonly dense = new Dense(2, { useBias: false, kernelInitializer: "ones" });
      override call(inputs: Tensor): Tensor {
        return this.dense(inputs);
      }
    }
    const inner = new Inner();
    const outer = new Sequential([inner, new Dense(1, { kernelInitializer: "ones" })]);
    const tape = new GradientTape();
    const loss = tape.run(() => ops.sum(outer(ops.ones([3, 6]))));
    const gradients = tape.gradient(loss, outer.trainableVariables) as Tensor[];
    expect(await gradients[0].array()).toEqual(Array.from({ length: 6 }, () => [3, 3]));
    expect(outer.weights.slice(0, 1)).toEqual(inner.weights);
    outer.compile({ loss: "mse", optimizer: "sgd" });
    const before = await weightsOf(inner);
    await outer.fit(x(), target(), { verbose: 0 });
    expect(await weightsOf(inner)).not.toEqual(before);
  });

  test("adds losses of its own", async () => {
    class Penalized extends Model {
      readonly dense = new Dense(1, { kernelInitializer: "ones", kernelRegularizer: "l2" });
      override call(inputs: Tensor): Tensor {
        const y = this.dense(inputs);
        this.addLoss(ops.multiply(ops.mean(ops.square(y)), 0.5));
        return y;
      }
    }
    const model = new Penalized();
    const inputs = formula([4, 2], 1, 0);
    model(inputs);
    const [added, penalty] = await Promise.all(model.losses.map((loss) => loss.item()));
    expect(model.losses).toHaveLength(2);
    expect(penalty).toBeCloseTo(0.02, 6);
    model.compile({ loss: null });
    const scores = await model.evaluate(inputs, null, { verbose: 0 });
    expect(scores["loss"]).toBeCloseTo(added + penalty, 5);
  });

  test("reports metrics of what it computes inside, tensors by name and metrics as they are", async () => {
    class Watched extends Model {
      readonly dense = new Dense(1, { kernelInitializer: "ones" });
      readonly spread = new Mean({ name: "spread" });
      override call(inputs: Tensor): Tensor {
        const y = this.dense(inputs);
        this.addMetric(ops.mean(ops.square(y)), { name: "power" });
        this.spread.updateState(ops.max(y));
        this.addMetric(this.spread);
        return y;
      }
    }
    const model = new Watched();
    model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0 }) });
    const { history } = await model.fit(x(), target(), { epochs: 2, verbose: 0, batchSize: 25, validationData: [x(), target()] });
    const y = ops.sum(x(), { axis: 1 });
    const power = await ops.mean(ops.square(y)).item();
    const maxima = (await Promise.all([0, 25].map((start) => ops.max(ops.slice(y, [start], [25])).item()))) as [number, number];
    expect(Object.keys(history).toSorted()).toEqual(["loss", "power", "spread", "val_loss", "val_power", "val_spread"]);
    for (const value of [...history["power"]!, ...history["val_power"]!]) expect(value).toBeCloseTo(power, 5);
    const shuffledAlike = await model.evaluate(x(), target(), { verbose: 0, batchSize: 25 });
    expect(shuffledAlike["spread"]).toBeCloseTo((maxima[0] + maxima[1]) / 2, 5);
    expect(() => model.addMetric(tensor(1))).toThrow(/\[addMetric\] a tensor is reported under a name/);
  });

  test("without a call says so", () => {
    class Empty extends Model {}
    expect(() => new Empty()(x())).toThrow(/\[call\] model "empty" has neither inputs and outputs nor a call method of its own/);
  });

  test("has the options of its class in its config", () => {
    class Plain extends Model {
      readonly dense: Layer = new Dense(1);
      override call(inputs: Tensor): Tensor {
        return this.dense(inputs);
      }
    }
    expect(new Plain({ name: "p" }).getConfig()).toMatchObject({ name: "p", trainable: true });
  });
});
