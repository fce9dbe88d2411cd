/** What the code of the book's chapter 12 does, in neurite: tensors and variables, parts of one's own, gradients, training loops, compiled functions. */
import { type AnyTensor, compile, customGradient, deserializeKerasObject, getDefaultRegistry, grad, GradientTape, Input, Model, ops, random, Sequential, serializeKerasObject, setSeed, stopGradient, type SymbolicTensor, type Tensor, tensor, type TensorLike, Variable } from "neurite"; // prettier-ignore
import { NonNeg } from "neurite/constraints";
import { Dense, type DenseOptions, isTraining, Layer } from "neurite/layers";
import { Mean, MeanAbsoluteError, Precision } from "neurite/metrics";
import { Nadam, SGD } from "neurite/optimizers";
import { L2 } from "neurite/regularizers";
import { beforeEach, describe, expect, test } from "vitest";
import { createHuber, HuberLoss, HuberMetric, MyDense, MyGaussianNoise, MyGlorot, MyL1, MyPositive, mySoftplus, registry, ResidualBlock } from "./testing/custom-parts.ts"; // prettier-ignore
import { ends, regression, wideAndDeep } from "./testing/data.ts";

beforeEach(() => setSeed(42));

describe("tensors and variables", () => {
  const t = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore

  test("shapes, slices and operations are those of NumPy", async () => {
    expect([t.shape, t.dtype, tensor(42).shape]).toEqual([[2, 3], "float32", []]); // prettier-ignore
    expect(await t.at(":", [1, null]).array()).toEqual([[2, 3], [5, 6]]); // prettier-ignore
    expect(await t.at("...", 1, null).array()).toEqual([[2], [5]]);
    expect(await t.add(10).array()).toEqual([[11, 12, 13], [14, 15, 16]]); // prettier-ignore
    expect(await ops.square(t).array()).toEqual([[1, 4, 9], [16, 25, 36]]); // prettier-ignore
    expect(await ops.matmul(t, ops.transpose(t)).array()).toEqual([[14, 32], [32, 77]]); // prettier-ignore
    expect(await ops.square(ops.transpose(t)).add(10).array()).toEqual([[11, 26], [14, 35], [19, 46]]); // prettier-ignore
  });

  test("arrays become tensors and tensors arrays; doubles stay doubles", async () => {
    const a = new Float64Array([2, 4, 5]);
    expect(tensor(a).dtype).toBe("float64");
    expect(await ops.square(tensor(a)).data()).toEqual(new Float64Array([4, 16, 25]));
    expect(await t.data()).toEqual(new Float32Array([1, 2, 3, 4, 5, 6]));
  });

  test("types are converted by cast", async () => {
    const double = tensor(40, { dtype: "float64" });
    const sum = ops.add(tensor(2), ops.cast(double, "float32"));
    expect([sum.dtype, await sum.item()]).toEqual(["float32", 42]);
  });

  test("variables are assigned to as a whole, in parts, and at places", async () => {
    const v = new Variable([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
    v.assign(ops.multiply(v, 2));
    v.at(0, 1).assign(42);
    v.at(":", 2).assign([0, 1]);
    expect(await v.array()).toEqual([[2, 42, 0], [8, 10, 1]]); // prettier-ignore
    v.scatterUpdate([[0, 0], [1, 2]], [100, 200]); // prettier-ignore
    expect(await v.array()).toEqual([[100, 42, 0], [8, 10, 200]]); // prettier-ignore
  });
});

/** Through JSON and back. */
const again = <T>(object: T): T => deserializeKerasObject(JSON.parse(JSON.stringify(serializeKerasObject(object))), registry) as T;

describe("losses, metrics and parts of layers", () => {
  const { x, y } = regression(200);
  const errors = [[0.5], [-3]];
  const huberOf = [0.125, 2.5];

  test("a loss is a function, a function made by one, or a class with options", async () => {
    expect(Array.from(await ops.reshape(createHuber()([[0], [0]], errors), [2]).data())).toEqual(huberOf);
    expect(await new HuberLoss({ threshold: 2 })([[0], [0]], errors).item()).toBeCloseTo((0.125 + 4) / 2, 6);
    for (const loss of [createHuber(), createHuber(2), new HuberLoss({ threshold: 2 })]) {
      const model = new Sequential([new Dense(1, { inputShape: [8] })]);
      model.compile({ loss, optimizer: new Nadam({ learningRate: 0.02 }) });
      const [first, last] = ends((await model.fit(x, y, { epochs: 6, verbose: 0 })).history["loss"]);
      expect(last).toBeLessThan(first / 2);
    }
  });

  test("names of one's own are found in a registry, in compile too", async () => {
    const model = new Sequential([new Dense(1, { inputShape: [8] })], { registry });
    model.compile({ loss: "huberOfTwo", metrics: ["HuberMetric"], optimizer: "nadam" });
    const { history } = await model.fit(x, y, { verbose: 0 });
    expect(Object.keys(history)).toEqual(["loss", "HuberMetric"]);
    const stranger = new Sequential([new Dense(1, { inputShape: [8] })]);
    stranger.compile({ loss: "huberOfTwo", optimizer: "nadam" });
    await expect(stranger.fit(x, y, { verbose: 0 })).rejects.toThrow(/huberOfTwo/u);
  });

  test("activation, initializer, regularizer and constraint may be functions", async () => {
    const layer = new Dense(30, {
      activation: mySoftplus,
      kernelInitializer: (shape) => random.normal(shape, { stddev: Math.sqrt(2 / ((shape[0] as number) + (shape[1] as number))) }),
      kernelRegularizer: (weights) => ops.sum(ops.abs(ops.multiply(weights, 0.01))),
      kernelConstraint: (weights) => ops.where(ops.less(weights, 0), 0, weights),
    });
    const model = new Sequential([layer, new Dense(1)]);
    model.compile({ loss: "mse", optimizer: "nadam" });
    await model.fit(x, y, { verbose: 0 });
    const kernel = layer.kernel as Variable;
    expect(await ops.min(kernel).item()).toBeGreaterThanOrEqual(0);
    expect(await (layer.losses[0] as Tensor).item()).toBeCloseTo(0.01 * (await ops.sum(ops.abs(kernel)).item()), 4);
    expect(await ops.min(layer(x)).item()).toBeGreaterThan(0);
  });

  test("as classes they keep their options, and come back from a config", async () => {
    const layer = new Dense(4, {
      activation: mySoftplus,
      kernelInitializer: new MyGlorot({ gain: 2 }),
      kernelRegularizer: new MyL1({ factor: 0.5 }),
      kernelConstraint: new MyPositive(),
    });
    const copy = again(layer);
    copy([[1, 2]]);
    expect(copy.activation).toBe(mySoftplus);
    expect([copy.kernelInitializer, copy.kernelRegularizer, copy.kernelConstraint].map((part) => part?.constructor)).toEqual([MyGlorot, MyL1, MyPositive]); // prettier-ignore
    expect(await (copy.losses[0] as Tensor).item()).toBeCloseTo(0.5 * (await ops.sum(ops.abs(copy.kernel as Variable)).item()), 5);
    expect(again(new HuberLoss({ threshold: 2 })).threshold).toBe(2);
    expect(again(new HuberMetric({ threshold: 3 })).threshold).toBe(3);
    expect(() => deserializeKerasObject(serializeKerasObject(layer), getDefaultRegistry())).toThrow(
      /my_softplus|MyGlorot|MyL1|MyPositive/u,
    );
  });

  test("metrics stream: precision over batches, and one of one's own", async () => {
    const precision = new Precision();
    expect(await precision([0, 1, 1, 1, 0, 1, 0, 1], [1, 1, 0, 1, 0, 1, 0, 1]).item()).toBeCloseTo(0.8, 6);
    expect(await precision([0, 1, 0, 0, 1, 0, 1, 1], [1, 0, 1, 1, 0, 0, 0, 0]).item()).toBeCloseTo(0.5, 6);
    expect(await precision.result().item()).toBeCloseTo(0.5, 6);
    expect(precision.variables).toHaveLength(2);
    precision.resetState();
    expect(await ops.sum(precision.variables[0] as Variable).item()).toBe(0);

    const metric = new HuberMetric({ threshold: 1 });
    metric.updateState([[0], [0]], errors);
    metric.updateState([[0]], [[0]]);
    expect(await metric.result().item()).toBeCloseTo((0.125 + 2.5) / 3, 6);
  });
});

describe("layers and models of one's own", () => {
  const { x, y } = regression(200);

  test("operations serve as layers without weights", async () => {
    const input = Input({ shape: [3] });
    const model = new Model({ inputs: input, outputs: ops.exp(input) });
    expect(await model.predictOnBatch([[0, 1, 2]]).array()).toEqual([[0, 1, 2].map((value) => expect.closeTo(Math.exp(value), 4))]);
  });

  test("a layer with weights is used like any other, and comes back from a config", async () => {
    const model = new Sequential([new MyDense(30, { activationName: "relu", inputShape: [8] }), new MyDense(1)], { registry });
    expect(model.countParams()).toBe(8 * 30 + 30 + 31);
    model.compile({ loss: "mse", optimizer: "sgd" });
    const [first, last] = ends((await model.fit(x, y, { epochs: 10, verbose: 0 })).history["loss"]);
    expect(last).toBeLessThan(first);
    const copy = again(model);
    copy.setWeights(await model.getWeights());
    expect(await copy.predictOnBatch(x).array()).toEqual(await model.predictOnBatch(x).array());
  });

  test("several inputs and outputs", async () => {
    class MyMultiLayer extends Layer {
      override call([a, b]: [Tensor, Tensor]): [Tensor, Tensor, Tensor] {
        return [ops.add(a, b), ops.multiply(a, b), ops.divide(a, b)];
      }
    }
    const layer = new MyMultiLayer();
    const outputs = layer<Tensor[]>([tensor([[6]]), tensor([[2]])]);
    expect(await Promise.all(outputs.map((output) => output.item()))).toEqual([8, 12, 3]);
    const inputs = [Input({ shape: [2] }), Input({ shape: [2] })];
    const symbolic = layer<SymbolicTensor[]>(inputs);
    expect(symbolic.map(({ shape }) => shape)).toEqual([[null, 2], [null, 2], [null, 2]]); // prettier-ignore
  });

  test("a layer may act otherwise in training", async () => {
    const layer = new MyGaussianNoise(0.5);
    expect(await layer(x).array()).toEqual(await x.array());
    expect(await ops.std(ops.subtract(layer(x, { training: true }), x)).item()).toBeCloseTo(0.5, 1);
  });

  test("a residual block, used several times in a model of one's own", async () => {
    class ResidualRegressor extends Model {
      readonly hidden = new Dense(30, { activation: "elu", kernelInitializer: "he_normal" });
      readonly block1 = new ResidualBlock(2, 30);
      readonly block2 = new ResidualBlock(2, 30);
      readonly out = new Dense(1);
      override call(inputs: Tensor): Tensor {
        let z = this.hidden(inputs);
        for (let i = 0; i < 4; i++) z = this.block1(z) as Tensor;
        return this.out(this.block2(z) as Tensor);
      }
    }
    const model = new ResidualRegressor();
    model.compile({ loss: "mse", optimizer: "nadam" });
    const [first, last] = ends((await model.fit(x, y, { epochs: 10, verbose: 0 })).history["loss"]);
    expect(model.countParams()).toBe(8 * 30 + 30 + 4 * (30 * 30 + 30) + 31);
    expect(last).toBeLessThan(first / 2);
    expect(again(new ResidualBlock(3, 5)).hidden).toHaveLength(3);
  });

  test("losses and metrics on internals: a regressor that also reconstructs its inputs", async () => {
    class ReconstructingRegressor extends Model {
      readonly hidden = Array.from({ length: 5 }, () => new Dense(30, { activation: "selu", kernelInitializer: "lecun_normal" }));
      readonly out = new Dense(1);
      readonly reconstruct = new Dense(8);
      readonly reconstructionError = new Mean({ name: "reconstruction_error" });
      override call(inputs: Tensor): Tensor {
        const z = this.hidden.reduce((h, layer) => layer(h), inputs);
        const error = ops.mean(ops.square(ops.subtract(this.reconstruct(z), inputs)));
        this.addLoss(ops.multiply(error, 0.05));
        if (isTraining()) this.reconstructionError.updateState(error);
        return this.out(z);
      }
    }
    const model = new ReconstructingRegressor();
    model.compile({ loss: "mse", optimizer: "nadam" });
    const { history } = await model.fit(x, y, { epochs: 10, verbose: 0 });
    const [first, last] = ends(history["reconstruction_error"]);
    expect(last).toBeLessThan(first);
    const evaluated = await model.evaluate(x, y, { batchSize: 200, verbose: 0 });
    const plain = ops.mean(ops.square(ops.subtract(model(x), y)));
    expect(evaluated["loss"]).toBeCloseTo((await plain.item()) + (await (model.losses[0] as Tensor).item()), 4);
  });
});

describe("gradients", () => {
  const f = (w1: AnyTensor, w2: AnyTensor): Tensor => ops.add(ops.multiply(ops.square(w1), 3), ops.multiply(ops.multiply(w1, w2), 2));
  const [w1, w2] = [new Variable(5), new Variable(3)];
  const numbers = (values: readonly (Tensor | null)[]): Promise<(number | null)[]> =>
    Promise.all(values.map(async (value) => (value === null ? null : value.item())));

  test("by finite differences, by tape, and by a function that gives them", async () => {
    const plain = (a: number, b: number): number => 3 * a ** 2 + 2 * a * b;
    const epsilon = 1e-6;
    expect((plain(5 + epsilon, 3) - plain(5, 3)) / epsilon).toBeCloseTo(36, 4);
    const tape = new GradientTape();
    const z = tape.run(() => f(w1, w2));
    expect(await numbers(tape.gradient(z, [w1, w2]))).toEqual([36, 10]);
    expect(await (grad((a: Tensor) => f(a, w2))(5) as Tensor).item()).toBe(36);
  });

  test("a tape gives them once, unless it is persistent", async () => {
    const tape = new GradientTape();
    const z = tape.run(() => f(w1, w2));
    tape.gradient(z, w1);
    expect(() => tape.gradient(z, w2)).toThrow(/persistent/u);
    const persistent = new GradientTape({ persistent: true });
    const again = persistent.run(() => f(w1, w2));
    expect(await numbers([persistent.gradient(again, w1), persistent.gradient(again, w2)])).toEqual([36, 10]);
  });

  test("constants are followed when they are watched", async () => {
    const [c1, c2] = [tensor(5), tensor(3)];
    const blind = new GradientTape();
    expect(blind.gradient(blind.run(() => f(c1, c2)), [c1, c2])).toEqual([null, null]); // prettier-ignore
    const tape = new GradientTape();
    tape.watch(c1, c2);
    expect(await numbers(tape.gradient(tape.run(() => f(c1, c2)), [c1, c2]))).toEqual([36, 10]); // prettier-ignore
  });

  test("second derivatives: a tape around a tape", async () => {
    const outer = new GradientTape({ persistent: true });
    const jacobian = outer.run(() => {
      const inner = new GradientTape();
      const z = inner.run(() => f(w1, w2));
      return inner.gradient(z, [w1, w2]) as Tensor[];
    });
    const hessian = await Promise.all(jacobian.map((row) => numbers(outer.gradient(row, [w1, w2]))));
    expect(hessian).toEqual([[6, 2], [2, null]]); // prettier-ignore
  });

  test("stopGradient makes a constant of what is inside", async () => {
    const tape = new GradientTape();
    const z = tape.run(() => ops.add(ops.multiply(ops.square(w1), 3), stopGradient(ops.multiply(ops.multiply(w1, w2), 2))));
    expect(await z.item()).toBe(105);
    expect(await numbers(tape.gradient(z, [w1, w2]))).toEqual([30, null]);
  });

  test("a gradient given by hand is stable where the derived one is not", async () => {
    const better = customGradient((z: Tensor) => {
      const exp = ops.exp(z);
      return { value: ops.log(exp.add(1)), gradient: (upstream) => upstream.div(ops.divide(1, exp).add(1)) };
    });
    const x = new Variable([100]);
    const gradientOf = async (fn: (z: TensorLike) => Tensor): Promise<number> => {
      const tape = new GradientTape();
      return ((await numbers([tape.gradient(tape.run(() => fn(x)), x)]))[0] as number); // prettier-ignore
    };
    expect(await gradientOf((z) => mySoftplus(z as AnyTensor))).toBeNaN();
    expect(await gradientOf(better)).toBe(1);
  });
});

describe("training loops", () => {
  const { x, y } = regression(320);

  test("of one's own: gradients by tape, losses of layers, metrics by hand, constraints kept", async () => {
    const options: DenseOptions = { activation: "elu", kernelInitializer: "he_normal", kernelRegularizer: new L2({ l2: 0.05 }) };
    const model = new Sequential([
      new Dense(30, { ...options, kernelConstraint: new NonNeg(), inputShape: [8] }),
      new Dense(1, { kernelRegularizer: new L2({ l2: 0.05 }) }),
    ]);
    const optimizer = new Nadam({ learningRate: 0.01 });
    const [meanLoss, error] = [new Mean(), new MeanAbsoluteError()];
    const epochs: [loss: number, error: number][] = [];
    for (let epoch = 0; epoch < 5; epoch++) {
      for (let step = 0; step < 10; step++) {
        const batch = random.randint([32], 0, 320);
        const [xBatch, yBatch] = [ops.take(x, batch, { axis: 0 }), ops.take(y, batch, { axis: 0 })];
        const tape = new GradientTape();
        const { loss, predictions } = tape.run(() => {
          const outputs = model(xBatch, { training: true });
          const mainLoss = ops.mean(ops.square(ops.subtract(outputs, yBatch)));
          return { predictions: outputs, loss: model.losses.reduce((total, term) => ops.add(total, term), mainLoss) };
        });
        optimizer.apply(tape.gradient(loss, model.trainableVariables), model.trainableVariables);
        meanLoss.updateState(loss);
        error.updateState(yBatch, predictions);
      }
      epochs.push([await meanLoss.result().item(), await error.result().item()]);
      meanLoss.resetState();
      error.resetState();
    }
    expect(ends(epochs.map(([loss]) => loss))[1]).toBeLessThan((epochs[0] as [number, number])[0]);
    expect(ends(epochs.map(([, mae]) => mae))[1]).toBeLessThan((epochs[0] as [number, number])[1]);
    expect(await ops.min((model.layers[0] as Dense).kernel as Variable).item()).toBeGreaterThanOrEqual(0);
  });

  test("with two optimizers: one for the wide path, one for the deep one, in a train step that is compiled", async () => {
    class WideAndDeep extends Model {
      readonly wide = new Dense(1);
      readonly hidden = new Dense(30, { activation: "relu" });
      readonly deep = new Dense(1);
      override call([wide, deep]: [Tensor, Tensor]): Tensor {
        return ops.add(this.wide(wide), this.deep(this.hidden(deep)));
      }
    }
    const model = new WideAndDeep();
    const inputs = wideAndDeep(x);
    model(inputs);
    const groups = [
      { optimizer: new SGD({ learningRate: 0 }), variables: model.wide.trainableVariables },
      { optimizer: new Nadam({ learningRate: 0.01 }), variables: [...model.hidden.trainableVariables, ...model.deep.trainableVariables] },
    ];
    for (const { optimizer, variables } of groups) optimizer.build(variables);
    const trainStep = compile((wide: Tensor, deep: Tensor, target: Tensor) => {
      const tape = new GradientTape({ persistent: true });
      const loss = tape.run(() => ops.mean(ops.square(ops.subtract(model([wide, deep], { training: true }), target))));
      for (const { optimizer, variables } of groups) optimizer.apply(tape.gradient(loss, variables), variables);
      return loss;
    });
    const kernel = await (model.wide.kernel as Variable).array();
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) losses.push(await trainStep(...inputs, y).item());
    expect(ends(losses)[1]).toBeLessThan(ends(losses)[0] * 0.8);
    expect(await (model.wide.kernel as Variable).array()).toEqual(kernel); // its rate is 0: the other optimizer never touched it
  });
});

describe("functions and graphs", () => {
  test("a compiled function gives what the plain one gives, for any shape and dtype", async () => {
    const cube = (x: Tensor): Tensor => ops.power(x, 3);
    const compiled = compile(cube);
    expect(await compiled(tensor(2)).item()).toBe(8);
    const whole = compiled(tensor([2, 3], { dtype: "int32" }));
    expect([whole.dtype, await whole.array()]).toEqual(["int32", [8, 27]]);
  });

  test("it is traced once for each signature: what is not a tensor operation happens only then", async () => {
    let traces = 0;
    const compiled = compile((x: Tensor) => {
      traces++;
      return ops.add(x, 1);
    });
    for (const value of [1, 2, 3]) expect(await compiled(tensor([value])).array()).toEqual([value + 1]);
    expect(traces).toBe(1);
    compiled(tensor([1, 2]));
    expect(traces).toBe(2);
  });

  test("loops on values are operations; loops on plain numbers unroll", async () => {
    const zero = tensor(0, { dtype: "int32" });
    const sumTo = compile((n: Tensor) => {
      const [, sum] = ops.whileLoop(
        (i) => ops.lessEqual(i, n),
        (i, total) => [ops.add(i, 1), ops.add(total, i)],
        [zero, zero],
      );
      return sum;
    });
    expect(await sumTo(tensor(10, { dtype: "int32" })).item()).toBe(55);
    expect(await sumTo(tensor(100, { dtype: "int32" })).item()).toBe(5050);
    const unrolled = compile((x: Tensor) => {
      let y = x;
      for (let i = 0; i < 3; i++) y = ops.multiply(y, x);
      return y;
    });
    expect(await unrolled(tensor(2)).item()).toBe(16);
  });
});
