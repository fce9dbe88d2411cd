/** What the code of the book's chapter 11 does, in neurite: initializers and activations, normalization, reuse, optimizers, schedules, regularization. */
import { createRegistry, deserializeKerasObject, field, type Field, getDefaultRegistry, ops, random, Sequential, serializeKerasObject, setSeed, type Tensor, tensor, Variable } from "neurite"; // prettier-ignore
import { BatchLearningRateScheduler, exponentialDecay, LearningRateScheduler, OneCycleScheduler, piecewiseConstant, powerDecay, ReduceLROnPlateau } from "neurite/callbacks"; // prettier-ignore
import { MaxNorm } from "neurite/constraints";
import { HeNormal, VarianceScaling } from "neurite/initializers";
import {
  Activation,
  AlphaDropout,
  BatchNormalization,
  Dense,
  type DenseOptions,
  Dropout,
  Flatten,
  isTraining,
  Layer,
  type LayerOptions,
  LeakyReLU,
  PReLU,
  withTraining,
} from "neurite/layers";
import { Adagrad, Adam, Adamax, Ftrl, Nadam, type Optimizer, RMSprop, SGD } from "neurite/optimizers";
import { L1, L1L2, L2 } from "neurite/regularizers";
import { ExponentialDecay, InverseTimeDecay, OneCycle, PiecewiseConstantDecay, PowerDecay } from "neurite/schedules";
import { beforeEach, describe, expect, test } from "vitest";
import { ends, regression, someDigits } from "./testing/data.ts";

beforeEach(() => setSeed(42));

const regressor = (): Sequential => new Sequential([new Dense(30, { activation: "elu", inputShape: [8] }), new Dense(1)]);

describe("vanishing and exploding gradients", () => {
  test("initializers scale with fan-in, or with the mean of the fans", async () => {
    const deviation = async (initializer: HeNormal): Promise<number> => ops.std(initializer([400, 100])).item();
    expect(await deviation(new HeNormal())).toBeCloseTo(Math.sqrt(2 / 400), 2);
    const average = new VarianceScaling({ scale: 2, mode: "fan_avg", distribution: "uniform" });
    expect(await deviation(average)).toBeCloseTo(Math.sqrt(2 / 250), 2);
    const layer = new Dense(10, { activation: "sigmoid", kernelInitializer: average });
    expect(layer([[1, 2, 3]]).shape).toEqual([1, 10]);
  });

  test("activations that do not saturate: by name, as a layer, or as the activation of a layer", async () => {
    const x = [[-2, 0, 3]];
    expect(await new LeakyReLU({ negativeSlope: 0.2 })(x).array()).toEqual([[Math.fround(-0.4), 0, 3]]);
    expect(await new PReLU()(x).array()).toEqual([[0, 0, 3]]); // its slope is learned, and 0 at first
    const leaky = new Dense(3, { activation: new LeakyReLU({ negativeSlope: 0.5 }), kernelInitializer: new VarianceScaling() });
    leaky(x); // makes the weights
    leaky.setWeights([ops.eye(3), ops.zeros([3])]);
    expect(await leaky(x).array()).toEqual([[-1, 0, 3]]);
    const [elu] = (await new Activation("elu")(x).array()) as number[][];
    expect(elu?.[0]).toBeCloseTo(Math.exp(-2) - 1, 5);
    const [selu] = (await new Activation("selu")(x).array()) as number[][];
    expect(selu?.[2]).toBeCloseTo(3 * 1.0507, 4);
  });

  test("the randomized leaky ReLU, a layer of one's own: a random slope in training, its mean in inference", async () => {
    class RReLU extends Layer {
      static override readonly fields: readonly Field[] = [
        field.number("lower", { default: 1 / 8 }),
        field.number("upper", { default: 1 / 3 }),
      ];
      declare readonly lower: number;
      declare readonly upper: number;
      readonly seed = new random.SeedGenerator();
      constructor(options: LayerOptions & { readonly lower?: number; readonly upper?: number } = {}) {
        super(options);
      }
      override call(x: Tensor): Tensor {
        const slope = isTraining()
          ? random.uniform(x.shape, { minval: this.lower, maxval: this.upper, seed: this.seed })
          : (this.lower + this.upper) / 2;
        return ops.where(ops.less(x, 0), ops.multiply(x, slope), x);
      }
    }
    const layer = new RReLU({ lower: 0.1, upper: 0.3 });
    const inference = (await layer([[-1, 2]]).array()) as number[][];
    expect(inference[0]?.[0]).toBeCloseTo(-0.2, 6);
    const slopes = Array.from(await layer(ops.full([1, 2000], -1), { training: true }).data<Float32Array>());
    expect(Math.min(...slopes)).toBeGreaterThanOrEqual(-0.3);
    expect(Math.max(...slopes)).toBeLessThanOrEqual(-0.1);
    expect(Math.max(...slopes) - Math.min(...slopes)).toBeGreaterThan(0.19);
    const registry = createRegistry([...getDefaultRegistry().plugins, { name: "mine", layers: { RReLU } }]);
    const again = deserializeKerasObject(serializeKerasObject(layer), registry) as RReLU;
    expect([again.lower, again.upper]).toEqual([0.1, 0.3]);
  });

  test("SELU keeps mean and deviation through a hundred layers", async () => {
    const model = new Sequential();
    for (let i = 0; i < 100; i++) model.add(new Dense(50, { activation: "selu", kernelInitializer: "lecun_normal" }));
    const outputs = model.predictOnBatch(random.normal([200, 50]));
    expect(Math.abs(await ops.mean(outputs).item())).toBeLessThan(0.3);
    expect(Math.abs((await ops.std(outputs).item()) - 1)).toBeLessThan(0.4);
  });

  test("batch normalization before or after activations has the book's weights, learns, and follows the mode", async () => {
    const dense = { kernelInitializer: "he_normal" } as const;
    const after = new Sequential([
      new Flatten({ inputShape: [28, 28] }),
      new BatchNormalization(),
      new Dense(300, { activation: "elu", ...dense }),
      new BatchNormalization(),
      new Dense(100, { activation: "elu", ...dense }),
      new BatchNormalization(),
      new Dense(10, { activation: "softmax" }),
    ]);
    expect(after.layers.map((layer) => layer.countParams())).toEqual([0, 3136, 235_500, 1200, 30_100, 400, 1010]);
    const norm = after.layers[1] as BatchNormalization;
    expect(norm.weights.map(({ name, trainable }) => [name.split("/").at(-1), trainable])).toEqual([
      ["gamma", true],
      ["beta", true],
      ["moving_mean", false],
      ["moving_variance", false],
    ]);
    const before = new Sequential([
      new Flatten({ inputShape: [28, 28] }),
      new BatchNormalization(),
      new Dense(40, { ...dense, useBias: false }),
      new BatchNormalization({ momentum: 0.9 }),
      new Activation("elu"),
      new Dense(10, { activation: "softmax" }),
    ]);
    const { x, y } = await someDigits(320);
    before.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
    expect(ends((await before.fit(x, y, { epochs: 5, verbose: 0 })).history["accuracy"])[1]).toBeGreaterThan(0.8);
    const moving = (before.layers[1] as BatchNormalization).nonTrainableWeights[0] as Variable;
    expect(await ops.max(moving).item()).toBeGreaterThan(0.1); // mean brightness, from 0 at first
    const [inference, training] = [await before(x).array(), await before(x, { training: true }).array()];
    expect(inference).not.toEqual(training);
  });

  test.each([
    ["clipvalue", { clipvalue: 1 }, [0.9, 1]],
    ["clipnorm", { clipnorm: 1 }, [0.9 / Math.hypot(0.9, 100), 100 / Math.hypot(0.9, 100)]],
  ] as const)("gradient clipping by %s", async (_name, clipping, expected) => {
    const weight = new Variable([0, 0]);
    new SGD({ learningRate: 1, ...clipping }).apply([tensor([0.9, 100])], [weight]);
    const taken = (await weight.array()) as number[];
    expected.forEach((step, i) => expect(taken[i]).toBeCloseTo(-step, 5));
  });
});

describe("reusing layers", () => {
  test("frozen layers keep their weights until they are thawed; the first model, cloned, keeps its own", async () => {
    const { x, y } = regression(200);
    const task = ops.cast(ops.greater(y, 0), "float32");
    const modelA = regressor();
    modelA.compile({ loss: "mse", optimizer: "sgd" });
    await modelA.fit(x, y, { epochs: 3, verbose: 0 });

    const clone = Sequential.fromConfig(modelA.getConfig());
    clone.setWeights(await modelA.getWeights());
    const modelB = new Sequential(clone.layers.slice(0, -1));
    modelB.add(new Dense(1, { activation: "sigmoid" }));
    const reused = modelB.layers[0] as Dense;
    const kernel = async (layer: Dense): Promise<unknown> => (layer.kernel as Variable).array();
    const before = await kernel(reused);
    expect(before).toEqual(await kernel(modelA.layers[0] as Dense));

    reused.trainable = false;
    modelB.compile({ loss: "binary_crossentropy", optimizer: "sgd", metrics: ["accuracy"] });
    const frozen = await modelB.fit(x, task, { epochs: 4, verbose: 0 });
    expect(modelB.trainableWeights).toHaveLength(2);
    expect(await kernel(reused)).toEqual(before);

    reused.trainable = true;
    modelB.compile({ loss: "binary_crossentropy", optimizer: new SGD({ learningRate: 0.05 }), metrics: ["accuracy"] });
    const thawed = await modelB.fit(x, task, { epochs: 16, verbose: 0 });
    expect(await kernel(reused)).not.toEqual(before);
    expect(await kernel(modelA.layers[0] as Dense)).toEqual(before);
    expect(ends(thawed.history["loss"])[1]).toBeLessThan(ends(frozen.history["loss"])[1]);
  });

  test("outputs of frozen layers can be computed once, to train what follows on them", async () => {
    const { x, y } = regression(100);
    const lower = new Sequential([new Dense(16, { activation: "relu", inputShape: [8] })]);
    lower.trainable = false;
    const head = new Sequential([new Dense(1, { inputShape: [16] })]);
    head.compile({ loss: "mse", optimizer: "sgd" });
    await head.fit(await lower.predict(x, { verbose: 0 }), y, { epochs: 5, verbose: 0 });
    const whole = new Sequential([lower, head]);
    whole.compile({ loss: "mse", optimizer: "sgd" });
    const cached = await head.evaluate(await lower.predict(x, { verbose: 0 }), y, { verbose: 0 });
    expect((await whole.evaluate(x, y, { verbose: 0 }))["loss"]).toBeCloseTo(cached["loss"] as number, 5);
  });

  test("unsupervised pretraining: the encoder of an autoencoder starts a classifier", async () => {
    const { x, y } = await someDigits(300);
    const flat = ops.reshape(x, [300, 784]);
    const encoder = new Sequential([new Dense(32, { activation: "relu", inputShape: [784] })]);
    const autoencoder = new Sequential([encoder, new Dense(784, { activation: "sigmoid" })]);
    autoencoder.compile({ loss: "mse", optimizer: "adam" });
    const [first, last] = ends((await autoencoder.fit(flat, flat, { epochs: 5, verbose: 0 })).history["loss"]);
    expect(last).toBeLessThan(first * 0.7);
    const classifier = new Sequential([encoder, new Dense(10, { activation: "softmax" })]);
    classifier.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });
    expect(ends((await classifier.fit(flat, y, { epochs: 10, verbose: 0 })).history["accuracy"])[1]).toBeGreaterThan(0.6);
  });
});

describe("optimizers", () => {
  const optimizers: Record<string, () => Optimizer> = {
    momentum: () => new SGD({ learningRate: 0.01, momentum: 0.9 }),
    "Nesterov momentum": () => new SGD({ learningRate: 0.01, momentum: 0.9, nesterov: true }),
    AdaGrad: () => new Adagrad({ learningRate: 0.05 }),
    RMSprop: () => new RMSprop({ learningRate: 0.005, rho: 0.9 }),
    Adam: () => new Adam({ learningRate: 0.01, beta1: 0.9, beta2: 0.999 }),
    Adamax: () => new Adamax({ learningRate: 0.01 }),
    Nadam: () => new Nadam({ learningRate: 0.01 }),
    FTRL: () => new Ftrl({ learningRate: 0.3 }),
  };
  test.each(Object.keys(optimizers))("%s learns", async (name) => {
    const { x, y } = regression();
    const model = regressor();
    model.compile({ loss: "mse", optimizer: (optimizers[name] as () => Optimizer)() });
    const [first, last] = ends((await model.fit(x, y, { epochs: 12, verbose: 0 })).history["loss"]);
    expect(last).toBeLessThan(first * 0.6);
  });

  test("momentum and Nesterov momentum take the steps of their equations", async () => {
    for (const nesterov of [false, true]) {
      const weight = new Variable([1]);
      const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9, nesterov });
      let [theta, m] = [1, 0];
      for (let step = 0; step < 3; step++) {
        const gradient = 2 * theta; // of theta squared
        m = 0.9 * m - 0.1 * gradient;
        theta += nesterov ? 0.9 * m - 0.1 * gradient : m;
        optimizer.apply([ops.multiply(weight, 2)], [weight]);
      }
      expect(await weight.array()).toEqual([expect.closeTo(theta, 5)]);
    }
  });

  test("FTRL with l1 gives sparse weights", async () => {
    const { x, y } = regression();
    const model = new Sequential([new Dense(1, { inputShape: [8] })]);
    model.compile({ loss: "mse", optimizer: new Ftrl({ learningRate: 0.3, l1RegularizationStrength: 4 }) });
    await model.fit(x, y, { epochs: 10, verbose: 0 });
    const kernel = Array.from(await ((model.layers[0] as Dense).kernel as Variable).data<Float32Array>());
    expect(kernel.filter((weight) => weight === 0).length).toBeGreaterThanOrEqual(2);
    expect(Math.abs(kernel[0] as number)).toBeGreaterThan(0.1);
  });
});

describe("learning rate schedules", () => {
  const rate = async (schedule: (step: number) => Tensor, step: number): Promise<number> => schedule(step).item();

  test("of the step: exponential, power, inverse time, piecewise constant, one cycle", async () => {
    expect(await rate(new ExponentialDecay(0.01, 100, 0.1), 50)).toBeCloseTo(0.01 * 0.1 ** 0.5, 7);
    expect(await rate(new PowerDecay(0.01, 100), 300)).toBeCloseTo(0.01 / 4, 7);
    expect(await rate(new InverseTimeDecay(0.01, 1, 1e-4), 10_000)).toBeCloseTo(0.005, 7);
    const piecewise = new PiecewiseConstantDecay([5, 15], [0.01, 0.005, 0.001]);
    expect([await rate(piecewise, 5), await rate(piecewise, 6), await rate(piecewise, 16)].map((value) => Number(value.toFixed(6)))).toEqual([0.01, 0.005, 0.001]); // prettier-ignore
    const cycle = new OneCycle(100, 0.5);
    const [start, top, end] = [await rate(cycle, 0), await rate(cycle, 44), await rate(cycle, 99)];
    expect(start).toBeCloseTo(0.05, 5);
    expect(top).toBeCloseTo(0.5, 5);
    expect(end).toBeLessThan(0.01);
  });

  test("given to an optimizer, they drive its rate step by step", async () => {
    const { x, y } = regression(320);
    const model = regressor();
    const optimizer = new SGD({ learningRate: new ExponentialDecay(0.01, 20, 0.1) });
    model.compile({ loss: "mse", optimizer });
    await model.fit(x, y, { epochs: 2, verbose: 0 }); // 20 steps; the last one is taken at step 19
    expect(await optimizer.learningRate.item()).toBeCloseTo(0.01 * 0.1 ** (19 / 20), 6);
  });

  test("as callbacks, from the epoch or from the rate before it", async () => {
    const { x, y } = regression(64);
    const rates = async (schedule: (epoch: number, rate: number) => number): Promise<readonly number[]> => {
      const model = regressor();
      model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.01 }) });
      const callbacks = [new LearningRateScheduler(schedule)];
      return (await model.fit(x, y, { epochs: 4, callbacks, verbose: 0 })).history["learning_rate"] as readonly number[];
    };
    const expectRates = (taken: readonly number[], expected: readonly number[]): void =>
      expected.forEach((value, i) => expect(taken[i]).toBeCloseTo(value, 7));
    const epochs = [0, 1, 2, 3];
    expectRates(await rates(exponentialDecay(0.01, 20)), epochs.map((epoch) => 0.01 * 0.1 ** (epoch / 20))); // prettier-ignore
    expectRates(await rates((_epoch, before) => before * 0.1 ** (1 / 20)), epochs.map((epoch) => 0.01 * 0.1 ** ((epoch + 1) / 20))); // prettier-ignore
    expectRates(await rates(powerDecay(0.01, 2)), epochs.map((epoch) => 0.01 / (1 + epoch / 2))); // prettier-ignore
    expectRates(await rates(piecewiseConstant([1, 3], [0.01, 0.005, 0.001])), [0.01, 0.005, 0.005, 0.001]);
  });

  test("batch by batch, and as one cycle", async () => {
    const { x, y } = regression(160);
    const fitWith = async (callback: BatchLearningRateScheduler): Promise<number> => {
      const model = regressor();
      const optimizer = new SGD({ learningRate: 0.01 });
      model.compile({ loss: "mse", optimizer });
      await model.fit(x, y, { epochs: 2, callbacks: [callback], verbose: 0 });
      return optimizer.learningRate.item();
    };
    expect(await fitWith(new BatchLearningRateScheduler((_step, before) => before * 0.9))).toBeCloseTo(0.01 * 0.9 ** 10, 6);
    expect(await fitWith(new OneCycleScheduler(10, 0.05))).toBeLessThan(0.005);
  });

  test("performance scheduling lowers the rate when the loss stays", async () => {
    const { x, y } = regression(64);
    const model = regressor();
    model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.01 }) });
    const callback = new ReduceLROnPlateau({ factor: 0.5, patience: 2 });
    // Validated on the opposite of what it learns: the loss does not get better.
    const { history } = await model.fit(x, y, { epochs: 8, validationData: [x, ops.negative(y)], callbacks: [callback], verbose: 0 });
    const rates = history["learning_rate"] as readonly number[];
    expect(rates[0]).toBeCloseTo(0.01, 7);
    expect(ends(rates)[1]).toBeLessThan(0.006);
  });
});

describe("regularization", () => {
  test("l1, l2 and both add their penalty, and l2 makes smaller weights", async () => {
    const weight = [[1, -2]];
    expect(await new L1({ l1: 0.1 })(tensor(weight)).item()).toBeCloseTo(0.3, 6);
    expect(await new L2({ l2: 0.01 })(tensor(weight)).item()).toBeCloseTo(0.05, 6);
    expect(await new L1L2({ l1: 0.1, l2: 0.01 })(tensor(weight)).item()).toBeCloseTo(0.35, 6);

    const { x, y } = regression(200);
    const norm = async (l2: number): Promise<number> => {
      setSeed(3);
      // The book's partial(): a function that makes layers with the same options, unless told otherwise.
      const regularized = (units: number, options: DenseOptions = {}): Dense =>
        new Dense(units, { activation: "elu", kernelInitializer: "he_normal", kernelRegularizer: new L2({ l2 }), ...options });
      const model = new Sequential([
        regularized(20, { inputShape: [8] }),
        regularized(1, { activation: "linear", kernelInitializer: "glorot_uniform" }),
      ]);
      expect(model.losses).toHaveLength(2);
      model.compile({ loss: "mse", optimizer: new Nadam({ learningRate: 0.02 }) });
      await model.fit(x, y, { epochs: 20, verbose: 0 });
      return ops.sum(ops.square((model.layers[0] as Dense).kernel as Variable)).item();
    };
    expect(await norm(0.1)).toBeLessThan((await norm(0)) / 2);
  });

  test("dropout zeroes in training and scales the rest; alpha dropout keeps mean and variance", async () => {
    const ones = ops.ones([100, 100]);
    expect(await ops.min(new Dropout(0.2)(ones)).item()).toBe(1);
    const dropped = new Dropout(0.2)(ones, { training: true });
    expect(await ops.mean(ops.cast(ops.equal(dropped, 0), "float32")).item()).toBeCloseTo(0.2, 1);
    expect(await ops.max(dropped).item()).toBeCloseTo(1.25, 6);
    const alpha = new AlphaDropout(0.2)(random.normal([200, 200]), { training: true });
    expect(Math.abs(await ops.mean(alpha).item())).toBeLessThan(0.05);
    expect(Math.abs((await ops.std(alpha).item()) - 1)).toBeLessThan(0.05);
  });

  test("Monte Carlo dropout: many predictions in training mode, by predict, by a layer, or by a subclass that never rests", async () => {
    class MCDropout extends Dropout {
      override call(x: Tensor): Tensor {
        return withTraining(true, () => super.call(x));
      }
    }
    const { x, y } = await someDigits(200);
    const model = new Sequential([
      new Flatten({ inputShape: [28, 28] }),
      new Dropout(0.2),
      new Dense(50, { activation: "elu", kernelInitializer: "he_normal" }),
      new Dropout(0.2),
      new Dense(10, { activation: "softmax" }),
    ]);
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
    await model.fit(x, y, { epochs: 8, verbose: 0 });

    const draws = ops.stack(Array.from({ length: 20 }, () => model(x, { training: true }) as Tensor)); // prettier-ignore
    expect(draws.shape).toEqual([20, 200, 10]);
    const mean = ops.mean(draws, { axis: 0 });
    expect(await ops.mean(ops.cast(ops.equal(ops.argmax(mean, { axis: -1 }), y), "float32")).item()).toBeGreaterThan(0.7);
    expect(await ops.max(ops.std(draws, { axis: 0 })).item()).toBeGreaterThan(0.05);
    expect(await ops.max(ops.std(ops.stack([model(x), model(x)]), { axis: 0 })).item()).toBe(0);

    const restless = new Sequential([new MCDropout(0.5, { inputShape: [50] })]);
    const zeros = ops.cast(ops.equal(await restless.predict(ops.ones([40, 50]), { verbose: 0 }), 0), "float32");
    expect(await ops.mean(zeros).item()).toBeCloseTo(0.5, 1);
  });

  test("max-norm keeps the weights of each unit within a ball", async () => {
    const { x, y } = regression(200);
    const model = new Sequential([
      new Dense(20, {
        activation: "elu",
        kernelInitializer: "he_normal",
        kernelConstraint: new MaxNorm({ maxValue: 0.5 }),
        inputShape: [8],
      }),
      new Dense(1),
    ]);
    model.compile({ loss: "mse", optimizer: "nadam" });
    const norms = (): Tensor => ops.sqrt(ops.sum(ops.square((model.layers[0] as Dense).kernel as Variable), { axis: 0 }));
    expect(await ops.max(norms()).item()).toBeGreaterThan(0.5);
    await model.fit(x, y, { epochs: 2, verbose: 0 });
    expect(await ops.max(norms()).item()).toBeLessThan(0.5001);
  });
});
