import { flattenTree, ops, type Tensor, tensor } from "@neurite/core";
import { BatchNormalization, Concatenate, Dense, Input, Layer } from "@neurite/layers";
import { MeanAbsoluteError } from "@neurite/metrics";
import { Adam, RMSprop, SGD } from "@neurite/optimizers";
import { beforeEach, describe, expect, test } from "vitest";
import { type CompileModelOptions, type Data, type EvaluateOptions, type FitOptions, Model, Sequential } from "../index.ts";
import { data, expectClose, fill, head, kerasFixture, setUp } from "../testing/fixtures.ts";

beforeEach(() => void setUp());

/** Computed by oracles/training.py. */
interface KerasRun {
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly evaluate: Readonly<Record<string, number>>;
  /** For the first two samples. */
  readonly predict: readonly number[];
}

interface Case {
  readonly build: () => Model;
  readonly y: () => Data | null;
  readonly compile: () => CompileModelOptions;
  readonly x?: () => Data;
  readonly fit?: () => FitOptions;
  readonly evaluate?: () => EvaluateOptions;
  readonly before?: (model: Model) => Promise<void>;
}

const { x, wide, labels, target, weights } = data;
const binary = (): Tensor => tensor(Float32Array.from(labels, (label) => (label > 0 ? 1 : 0)), { shape: [50, 1] }); // prettier-ignore
const sgd = (options: object = {}): SGD => new SGD({ learningRate: 0.05, ...options });
const stack =
  (...layers: (() => Layer)[]) =>
  (): Model =>
    new Sequential([Input({ shape: [6] }), ...layers.map((make) => make())]);

function heads(): { inputs: readonly Tensor[]; outputs: readonly Tensor[] } {
  const a = Input({ shape: [2], name: "wide" });
  const b = Input({ shape: [6], name: "deep" });
  const hidden = new Dense(4, { activation: "relu", name: "hidden" })(b);
  const main = new Dense(1, { name: "main" })(new Concatenate({ name: "joined" })([a, hidden]));
  return { inputs: [a, b], outputs: [main, new Dense(3, { activation: "softmax", name: "aux" })(hidden)] } as never;
}
const twoHeads = (): Model => new Model(heads());
const namedHeads = (): Model => {
  const { inputs, outputs } = heads();
  return new Model({ inputs: { wide: inputs[0], deep: inputs[1] }, outputs: { price: outputs[0], kind: outputs[1] } });
};

class Penalty extends Layer {
  override call(inputs: Tensor): Tensor {
    this.addLoss(ops.multiply(ops.sum(ops.square(inputs)), 0.01));
    return inputs;
  }
}

function squared(yTrue: unknown, yPred: unknown): Tensor {
  return ops.mean(ops.square(ops.subtract(yTrue as Tensor, yPred as Tensor)), { axis: -1 });
}

const cases: Record<string, Case> = {
  regression: {
    build: stack(() => new Dense(5, { activation: "tanh" }), () => new Dense(1)), // prettier-ignore
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd({ momentum: 0.9, nesterov: true }), metrics: ["mae"] }),
    fit: () => ({ validationSplit: 0.2 }),
  },
  float8: {
    build: stack(
      () => new Dense(8, { activation: "tanh", dtype: "float8_from_float32" }),
      () => new Dense(1, { useBias: false, dtype: "float8_from_float32" }),
    ),
    y: target,
    compile: () => ({ loss: "mse", optimizer: new Adam({ learningRate: 0.02, clipnorm: 0.5 }) }),
  },
  classification: {
    build: stack(
      () => new Dense(8, { activation: "tanh" }),
      () => new BatchNormalization(),
      () => new Dense(3, { activation: "softmax" }),
    ),
    y: () => labels,
    compile: () => ({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] }),
    fit: () => ({ validationData: [head(x(), 10), labels.slice(0, 10)] }),
  },
  weighted: {
    build: stack(
      () => new Dense(4, { activation: "selu", kernelRegularizer: "l2" }),
      () => new Dense(1, { activation: "sigmoid" }),
    ),
    y: binary,
    compile: () => ({ loss: "binary_crossentropy", optimizer: "adam", metrics: ["accuracy"], weightedMetrics: ["mse"] }),
    fit: () => ({ sampleWeight: weights, validationData: [head(x(), 20), head(binary(), 20), weights.slice(0, 20)] }),
    evaluate: () => ({ sampleWeight: weights }),
  },
  classWeighted: {
    build: stack(() => new Dense(3, { activation: "softmax" })),
    y: () => labels,
    compile: () => ({
      loss: "sparse_categorical_crossentropy",
      optimizer: "sgd",
      metrics: ["accuracy"],
      weightedMetrics: ["accuracy"],
    }),
    fit: () => ({ classWeight: { 0: 2, 1: 0.5 }, validationSplit: 0.2 }),
  },
  oneHotClassWeighted: {
    build: stack(() => new Dense(3, { activation: "softmax" })),
    y: () => Array.from(labels, (label) => [0, 1, 2].map((k) => Number(k === label))),
    compile: () => ({ loss: "crossentropy", optimizer: "sgd", metrics: ["accuracy"] }),
    fit: () => ({ classWeight: { 0: 2, 1: 0.5, 2: 1 } }),
  },
  rmsprop: {
    build: stack(() => new Dense(5, { activation: "relu" }), () => new Dense(1)), // prettier-ignore
    y: target,
    compile: () => ({ loss: "mae", optimizer: new RMSprop({ learningRate: 0.01 }) }),
  },
  flatTargets: {
    build: stack(() => new Dense(5, { activation: "relu" }), () => new Dense(1)), // prettier-ignore
    y: () => ops.squeeze(target(), { axis: 1 }),
    compile: () => ({ loss: squared, optimizer: sgd(), metrics: [new MeanAbsoluteError({ name: "off" }), squared] }),
  },
  movingAverage: {
    build: stack(() => new Dense(1)),
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd({ useEma: true, emaMomentum: 0.9 }) }),
  },
  scaledLoss: {
    build: stack(() => new Dense(1)),
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd({ lossScaleFactor: 8 }) }),
  },
  accumulated: {
    build: stack(() => new Dense(1)),
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd({ gradientAccumulationSteps: 3 }) }),
  },
  addedLosses: {
    build: stack(
      () => new Dense(4, { activityRegularizer: "l2" }),
      () => new Penalty(),
      () => new Dense(1),
    ),
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd() }),
  },
  onlyAddedLosses: {
    build: stack(() => new Dense(4), () => new Penalty()), // prettier-ignore
    y: () => null,
    compile: () => ({ optimizer: sgd() }),
  },
  frozen: {
    build: stack(() => new Dense(4, { activation: "tanh" }), () => new Dense(1)), // prettier-ignore
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd() }),
    async before(model) {
      await model.fit(x(), target(), { shuffle: false, verbose: 0, batchSize: 8 });
      model.layers[0].trainable = false;
      model.compile({ loss: "mse", optimizer: sgd() });
    },
  },
  stepsPerEpoch: {
    build: stack(() => new Dense(1)),
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd() }),
    fit: () => ({ epochs: 5, stepsPerEpoch: 3 }),
  },
  stepsWithoutBatchSize: {
    build: stack(() => new Dense(1)),
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd() }),
    fit: () => ({ batchSize: null, stepsPerEpoch: 4 }),
    evaluate: () => ({ steps: 3 }),
  },
  validationOptions: {
    build: stack(() => new Dense(1)),
    y: target,
    compile: () => ({ loss: "mse", optimizer: sgd() }),
    fit: () => ({
      epochs: 5,
      validationData: [head(x(), 30), head(target(), 30)],
      validationFreq: [1, 4],
      validationSteps: 2,
      validationBatchSize: 4,
    }),
  },
  twoHeads: {
    build: twoHeads,
    x: () => [wide(), x()],
    y: () => [target(), labels],
    compile: () => ({
      loss: ["mse", "sparse_categorical_crossentropy"],
      lossWeights: [0.9, 0.2],
      metrics: ["mae", ["accuracy", "sparse_categorical_crossentropy"]],
      optimizer: sgd(),
    }),
    evaluate: () => ({ batchSize: 10 }),
    fit: () => ({ batchSize: 10 }),
  },
  twoHeadsByName: {
    build: twoHeads,
    x: () => ({ deep: x(), wide: wide() }),
    y: () => ({ aux: labels, main: target() }),
    compile: () => ({
      loss: { aux: "sparse_categorical_crossentropy", main: "mse" },
      lossWeights: { aux: 0.2, main: 0.9 },
      metrics: { aux: ["accuracy"] },
      weightedMetrics: { aux: ["accuracy"], main: ["mae"] },
      optimizer: sgd(),
    }),
    evaluate: () => ({ batchSize: 10 }),
    fit: () => ({ batchSize: 10, sampleWeight: { aux: weights.slice().reverse(), main: weights } }),
  },
  namedHeads: {
    build: namedHeads,
    x: () => ({ deep: x(), wide: wide() }),
    y: () => ({ kind: labels, price: target() }),
    compile: () => ({
      loss: { kind: "sparse_categorical_crossentropy", price: "mse" },
      metrics: { kind: ["accuracy"] },
      optimizer: sgd(),
    }),
    evaluate: () => ({ batchSize: 10 }),
    fit: () => ({ batchSize: 10 }),
  },
  oneLossOfTwo: {
    build: twoHeads,
    x: () => [wide(), x()],
    y: () => [target(), labels],
    evaluate: () => ({ batchSize: 10 }),
    compile: () => ({ loss: ["mse", null], metrics: [["mae"], null], optimizer: sgd() }),
  },
};

const expectedRuns = kerasFixture<Record<string, KerasRun>>("training");

describe("fit, evaluate and predict give the numbers of Keras", () => {
  test("there is a case for each of its runs", () => expect(Object.keys(cases)).toEqual(Object.keys(expectedRuns)));

  test.each(Object.keys(cases))("%s", async (name) => {
    const { build, y, compile, fit, evaluate, before, x: inputs = x } = cases[name];
    const expected = expectedRuns[name];
    const model = build();
    model.compile(compile());
    fill(model);
    await before?.(model);
    const { history } = await model.fit(inputs(), y(), { epochs: 3, batchSize: 8, shuffle: false, verbose: 0, ...fit?.() });
    expect(Object.keys(history).sort()).toEqual(Object.keys(expected.history).sort());
    for (const [metric, values] of Object.entries(expected.history)) expectClose(history[metric], values, metric);
    const scores = await model.evaluate(inputs(), y(), { verbose: 0, ...evaluate?.() });
    for (const [metric, value] of Object.entries(expected.evaluate)) expectClose([scores[metric]], [value], `evaluate ${metric}`);
    expect(Object.keys(scores)).toHaveLength(Object.keys(expected.evaluate).length);
    const outputs = flattenTree(await model.predict<unknown>(inputs(), { verbose: 0 })) as Tensor[];
    const rows = await Promise.all(outputs.map((output) => head(output, 2).data()));
    expectClose(rows.flatMap((row) => Array.from(row)), expected.predict, "predict"); // prettier-ignore
  });
});

test("one loss of two outputs needs one target, by place or by name", async () => {
  for (const y of [target(), { main: target() }, [target()]]) {
    const model = twoHeads();
    model.compile({ loss: { main: "mse" }, metrics: { main: ["mae"] }, optimizer: sgd() });
    fill(model);
    const { history } = await model.fit([wide(), x()], y, { epochs: 3, batchSize: 8, shuffle: false, verbose: 0 });
    expectClose(history["loss"], expectedRuns["oneLossOfTwo"].history["loss"], "loss");
  }
});
