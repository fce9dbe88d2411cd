/** What the code of the book's chapter 10 does, in neurite: classifiers and regressors with the three ways to make a model, and callbacks. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plotModel } from "@neurite/plot";
import { Input, Model, ops, Sequential, setSeed, type Tensor } from "neurite";
import { Callback, EarlyStopping, findLearningRate, type Logs } from "neurite/callbacks";
import { Concatenate, Dense, Flatten } from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { createFileWriter, decodeEvent, readRecords, TensorBoard } from "neurite/tensorboard";
import { beforeEach, describe, expect, test } from "vitest";
import { ends, regression, someDigits, wideAndDeep } from "./testing/data.ts";

beforeEach(() => setSeed(42));

describe("an image classifier with the Sequential API", () => {
  const classifier = (): Sequential =>
    new Sequential([
      new Flatten({ inputShape: [28, 28] }),
      new Dense(300, { activation: "relu" }),
      new Dense(100, { activation: "relu" }),
      new Dense(10, { activation: "softmax" }),
    ]);

  test("can be added up or given as a list, and counts the book's parameters", () => {
    const added = new Sequential();
    added.add(new Flatten({ inputShape: [28, 28] }));
    added.add(new Dense(300, { activation: "relu" }));
    added.add(new Dense(100, { activation: "relu" }));
    added.add(new Dense(10, { activation: "softmax" }));
    expect(added.layers.map((layer) => layer.countParams())).toEqual([0, 235_500, 30_100, 1010]);
    expect(classifier().countParams()).toBe(266_610);
  });

  test("its layers are found by place and name; weights are random at first, biases zero", async () => {
    const model = classifier();
    const hidden = model.layers[1] as Dense;
    expect(model.getLayer(hidden.name)).toBe(hidden);
    const [weights, biases] = (await hidden.getWeights()) as unknown as [Tensor, Tensor];
    expect([weights.shape, biases.shape]).toEqual([[784, 300], [300]]); // prettier-ignore
    expect(await ops.std(weights).item()).toBeGreaterThan(0.01);
    expect(await ops.max(ops.abs(biases)).item()).toBe(0);
    hidden.setWeights([ops.zeros([784, 300]), ops.ones([300])]);
    expect(await ops.mean(hidden.bias as never).item()).toBe(1);
  });

  test("can be drawn, with the shapes between its layers", async () => {
    const svg = await plotModel(classifier(), { showShapes: true });
    expect(svg).toContain("<svg");
    for (const text of ["Flatten", "(None, 28, 28)", "(None, 300)", "(None, 10)"]) expect(svg).toContain(text);
  });

  test("learns, keeps a history, evaluates and predicts", async () => {
    const { x, y } = await someDigits(600);
    const model = classifier();
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: new SGD({ learningRate: 0.05 }), metrics: ["accuracy"] });
    const { history, epoch, params } = await model.fit(x, y, { epochs: 8, validationSplit: 1 / 6, verbose: 0 });
    expect(Object.keys(history)).toEqual(["loss", "accuracy", "val_loss", "val_accuracy"]);
    expect([epoch.length, params.epochs]).toEqual([8, 8]);
    expect(ends(history["val_accuracy"])[1]).toBeGreaterThan(0.7);

    const { loss, accuracy } = await model.evaluate(x, y, { verbose: 0 });
    expect(loss).toBeLessThan(ends(history["loss"])[0]);
    const probabilities = await model.predict(x, { verbose: 0 });
    const right = ops.equal(ops.argmax(probabilities, { axis: -1 }), y);
    expect(await ops.mean(ops.cast(right, "float32")).item()).toBeCloseTo(accuracy as number, 5);
    for (const sum of await ops.sum(probabilities, { axis: -1 }).data<Float32Array>()) expect(sum).toBeCloseTo(1, 5);
  });

  test("a class weight makes its class matter more", async () => {
    const { x, y } = await someDigits(200);
    const share = async (classWeight: Record<number, number>): Promise<number> => {
      setSeed(1);
      const model = classifier();
      model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd" });
      await model.fit(x, y, { epochs: 2, classWeight, verbose: 0 });
      return ops.mean(ops.slice(await model.predict(x, { verbose: 0 }), [0, 3], [200, 1])).item();
    };
    expect(await share({ 3: 20 })).toBeGreaterThan((await share({})) * 1.5);
  });
});

describe("regression", () => {
  const { x, y } = regression();

  test("by a Sequential with one output and no activation learns", async () => {
    const model = new Sequential([new Dense(30, { activation: "relu", inputShape: [8] }), new Dense(1)]);
    model.compile({ loss: "mean_squared_error", optimizer: "sgd" });
    const { history } = await model.fit(x, y, { epochs: 20, validationSplit: 0.2, verbose: 0 });
    const [first, last] = ends(history["val_loss"]);
    expect(last).toBeLessThan(first / 2);
    expect((await model.predict(ops.slice(x, [0, 0], [3, 8]), { verbose: 0 })).shape).toEqual([3, 1]);
  });

  test("wide and deep: the functional API joins the input with the last hidden layer", async () => {
    const input = Input({ shape: [8] });
    const hidden1 = new Dense(30, { activation: "relu" })(input);
    const hidden2 = new Dense(30, { activation: "relu" })(hidden1);
    const joined = new Concatenate()([input, hidden2]);
    const model = new Model({ inputs: [input], outputs: [new Dense(1)(joined)] });
    expect(model.layers.at(-1)?.countParams()).toBe(8 + 30 + 1);
    model.compile({ loss: "mse", optimizer: "sgd" });
    const [first, last] = ends((await model.fit(x, y, { epochs: 10, verbose: 0 })).history["loss"]);
    expect(last).toBeLessThan(first / 2);
  });

  test("two inputs take two arrays, in the order of the inputs", async () => {
    const [a, b] = [Input({ shape: [5], name: "wide" }), Input({ shape: [6], name: "deep" })];
    const hidden = new Dense(30, { activation: "relu" })(new Dense(30, { activation: "relu" })(b));
    const model = new Model({ inputs: [a, b], outputs: new Dense(1)(new Concatenate()([a, hidden])) });
    model.compile({ loss: "mse", optimizer: "sgd" });
    const [wide, deep] = wideAndDeep(x);
    const options = { epochs: 10, validationData: [[wide, deep], y], verbose: 0 } as const;
    const [first, last] = ends((await model.fit([wide, deep], y, options)).history["val_loss"]);
    expect(last).toBeLessThan(first);
    const byName = await model.predict({ deep, wide }, { verbose: 0 });
    expect(await byName.array()).toEqual(await (await model.predict([wide, deep], { verbose: 0 })).array());
    await expect(model.predict([deep, wide], { verbose: 0 })).rejects.toThrow(/shape/u);
  });

  test("two outputs have losses of their own, and the total is their weighted sum", async () => {
    const [a, b] = [Input({ shape: [5] }), Input({ shape: [6] })];
    const hidden = new Dense(30, { activation: "relu" })(new Dense(30, { activation: "relu" })(b));
    const main = new Dense(1, { name: "main" })(new Concatenate()([a, hidden]));
    const auxiliary = new Dense(1, { name: "auxiliary" })(hidden);
    const model = new Model({ inputs: [a, b], outputs: [main, auxiliary] });
    model.compile({ loss: ["mse", "mse"], lossWeights: [0.9, 0.1], optimizer: "sgd" });
    const inputs = wideAndDeep(x);
    await model.fit(inputs, [y, y], { epochs: 3, validationData: [inputs, [y, y]], verbose: 0 });
    const { loss, main_loss, auxiliary_loss } = (await model.evaluate(inputs, [y, y], { verbose: 0 })) as Record<string, number>;
    expect(loss).toBeCloseTo(0.9 * (main_loss as number) + 0.1 * (auxiliary_loss as number), 4);
    const [mainPredictions, auxiliaryPredictions] = await model.predict(inputs, { verbose: 0 });
    expect([mainPredictions.shape, auxiliaryPredictions.shape]).toEqual([[320, 1], [320, 1]]); // prettier-ignore
  });

  test("a subclass computes in call what it likes, and keeps its layers in fields", async () => {
    class WideAndDeepModel extends Model {
      readonly hidden1 = new Dense(30, { activation: "relu" });
      readonly hidden2 = new Dense(30, { activation: "relu" });
      readonly main = new Dense(1);
      readonly auxiliary = new Dense(1);
      override call([wide, deep]: [Tensor, Tensor]): [Tensor, Tensor] {
        const hidden = this.hidden2(this.hidden1(deep));
        return [this.main(ops.concatenate([wide, hidden], { axis: -1 })), this.auxiliary(hidden)];
      }
    }
    const model = new WideAndDeepModel();
    model.compile({ loss: ["mse", "mse"], lossWeights: [0.9, 0.1], optimizer: "sgd" });
    const inputs = wideAndDeep(x);
    const [first, last] = ends((await model.fit(inputs, [y, y], { epochs: 10, verbose: 0 })).history["loss"]);
    expect(last).toBeLessThan(first);
    expect(model.countParams()).toBe(6 * 30 + 30 + 30 * 30 + 30 + 35 + 1 + 31);
  });

  test("weights move to another model of the same layers", async () => {
    const make = (): Sequential => new Sequential([new Dense(5, { inputShape: [8] }), new Dense(1)]);
    const [model, other] = [make(), make()];
    other.setWeights(await model.getWeights());
    expect(await other.predictOnBatch(x).array()).toEqual(await model.predictOnBatch(x).array());
  });
});

describe("callbacks", () => {
  const { x, y } = regression(128);
  const compiled = (learningRate = 0.01): Sequential => {
    const model = new Sequential([new Dense(30, { activation: "relu", inputShape: [8] }), new Dense(1)]);
    model.compile({ loss: "mse", optimizer: new SGD({ learningRate }) });
    return model;
  };

  test("early stopping ends the training and puts the best weights back", async () => {
    const model = compiled();
    // Validated on other targets: learning makes it worse there, soon.
    const validation = [x, ops.negative(y)] as const;
    const { history } = await model.fit(x, y, {
      epochs: 50,
      validationData: validation,
      callbacks: [new EarlyStopping({ patience: 3, restoreBestWeights: true })],
      verbose: 0,
    });
    const losses = history["val_loss"] as readonly number[];
    expect(losses.length).toBeLessThan(50);
    expect((await model.evaluate(...validation, { verbose: 0 }))["loss"]).toBeCloseTo(Math.min(...losses), 4);
  });

  test("one of your own hears of epochs and may stop the training", async () => {
    const ratios: number[] = [];
    class ValTrainRatio extends Callback {
      override onEpochEnd(epoch: number, logs: Logs = {}): void {
        ratios.push((logs["val_loss"] as number) / (logs["loss"] as number));
        if (epoch === 3) this.model.stopTraining = true;
      }
    }
    const { history } = await compiled().fit(x, y, { epochs: 9, validationSplit: 0.25, callbacks: [new ValTrainRatio()], verbose: 0 });
    expect(ratios).toEqual(history["val_loss"]?.map((value: number, i: number) => value / (history["loss"]?.[i] as number)));
    expect(ratios).toHaveLength(4);
  });

  test("TensorBoard gets the curves of runs, and summaries of one's own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "neurite-book-"));
    try {
      await compiled().fit(x, y, {
        epochs: 2,
        validationSplit: 0.25,
        callbacks: [new TensorBoard({ logDir: join(folder, "run") })],
        verbose: 0,
      });
      expect((await readdir(join(folder, "run"))).sort()).toEqual(["train", "validation"]);
      const writer = createFileWriter(join(folder, "mine"));
      for (let step = 1; step <= 10; step++) writer.scalar("my_scalar", Math.sin(step / 10), { step });
      await writer.close();
      const [file] = await readdir(join(folder, "mine"));
      const events = [...readRecords(await readFile(join(folder, "mine", file as string)))].map((record) => decodeEvent(record));
      const values = events.flatMap(({ step, summaries }) => summaries.map(({ tag, values: [value] }) => ({ step, tag, value })));
      expect(values).toEqual(
        Array.from({ length: 10 }, (_, i) => ({ step: i + 1, tag: "my_scalar", value: Math.fround(Math.sin((i + 1) / 10)) })),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("finding a learning rate gives a curve and leaves the model as it was", async () => {
    const model = compiled();
    const before = await model.evaluate(x, y, { verbose: 0 });
    const { rates, losses, bestRate } = await findLearningRate(model, x, y, { epochs: 20, minRate: 1e-4, maxRate: 100 });
    expect(rates.length).toBe(losses.length);
    expect(bestRate).toBeGreaterThan(1e-3);
    expect(Math.max(...losses)).toBeGreaterThan(2 * Math.min(...losses));
    expect((await model.evaluate(x, y, { verbose: 0 }))["loss"]).toBeCloseTo(before["loss"] as number, 5);
  });

  test("a search of hyperparameters is a loop over models made by a function", async () => {
    const trials = [];
    for (const learningRate of [1e-6, 1e-2]) {
      setSeed(7);
      const model = compiled(learningRate);
      await model.fit(x, y, { epochs: 10, verbose: 0 });
      trials.push({ learningRate, loss: (await model.evaluate(x, y, { verbose: 0 }))["loss"] as number });
    }
    trials.sort((a, b) => a.loss - b.loss);
    expect(trials[0]?.learningRate).toBe(1e-2);
  });
});
