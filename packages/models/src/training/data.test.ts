import { ops, type Tensor, tensor } from "@neurite/core";
import { Dense, Flatten, Input } from "@neurite/layers";
import { beforeEach, describe, expect, test } from "vitest";
import { type CompileModelOptions, type Data, type FitOptions, Model, Sequential } from "../index.ts";
import { data, fill, formula, setUp, weightsOf } from "../testing/fixtures.ts";
import { asTensor } from "./data.ts";

beforeEach(() => void setUp());

const { x, wide, target, labels, weights } = data;

function regressor(options: CompileModelOptions = {}): Sequential {
  const model = new Sequential([new Dense(4, { activation: "relu", inputShape: [6] }), new Dense(1)]);
  fill(model);
  model.compile({ loss: "mse", optimizer: "sgd", ...options });
  return model;
}

function classifier(options: CompileModelOptions = {}): Sequential {
  const model = new Sequential([new Dense(3, { activation: "softmax", inputShape: [6] })]);
  fill(model);
  model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd", metrics: ["accuracy"], ...options });
  return model;
}

describe("arrays become tensors that models compute with", () => {
  const arrays = [
    ["Float32Array", Float32Array.of(1, 2), "float32", "float32"],
    ["Float64Array", Float64Array.of(1, 2), "float32", "float32"],
    ["Int8Array", Int8Array.of(1, 2), "float32", "int32"],
    ["Uint8Array", Uint8Array.of(1, 2), "float32", "int32"],
    ["Uint8ClampedArray", Uint8ClampedArray.of(1, 2), "float32", "int32"],
    ["Int16Array", Int16Array.of(1, 2), "float32", "int32"],
    ["Uint16Array", Uint16Array.of(1, 2), "float32", "int32"],
    ["Int32Array", Int32Array.of(1, 2), "int32", "int32"],
    ["Uint32Array", Uint32Array.of(1, 2), "uint32", "int32"],
    ["BigInt64Array", BigInt64Array.of(1n, 2n), "int32", "int32"],
    ["BigUint64Array", BigUint64Array.of(1n, 2n), "int32", "int32"],
    ["numbers", [1, 2], "float32", "float32"],
    ["bigints", [1n, 2n], "int32", "int32"],
    ["booleans", [true, false], "bool", "bool"],
  ] as const;

  test.each(arrays)("%s", async (_name, array, asInputs, asTargets) => {
    const values = async (made: ReturnType<typeof asTensor>): Promise<number[]> =>
      Array.from((await made.data()) as ArrayLike<number>, Number);
    for (const [role, dtype] of [
      ["inputs", asInputs],
      ["targets", asTargets],
      ["weights", "float32"],
    ] as const) {
      // prettier-ignore
      const made = asTensor("fit", "x", array, role);
      expect(made.dtype).toBe(dtype);
      expect(await values(made)).toEqual(Array.from(array, Number));
    }
  });

  test("tensors stay as they are, and rows may be typed arrays", () => {
    const given = tensor([1, 2], { dtype: "bool" });
    expect(asTensor("fit", "x", given, "inputs")).toBe(given);
    const rows = asTensor("fit", "x", [Uint8Array.of(1, 2), Uint8Array.of(3, 4)], "inputs");
    expect([rows.dtype, rows.shape]).toEqual(["float32", [2, 2]]);
  });

  test("images of bytes, given as a tensor, are made floats within the program", async () => {
    const model = new Sequential([new Flatten({ inputShape: [2, 2] }), new Dense(1, { kernelInitializer: "ones" })]);
    const images = tensor(Uint8Array.of(1, 2, 3, 4, 255, 255, 255, 255), { shape: [2, 2, 2] });
    expect(await (await model.predict(images, { verbose: 0 })).array()).toEqual([[10], [1020]]);
    model.compile({ loss: "mse", optimizer: "sgd" });
    await model.fit(images, Uint8Array.of(1, 2), { verbose: 0 });
  });

  test.each([
    ["labels", () => labels],
    ["labels in a column", () => tensor(labels, { shape: [50, 1] })],
    ["bigint labels", () => BigInt64Array.from(labels, BigInt)],
    ["small labels", () => Uint8Array.from(labels)],
    ["labels as numbers", () => Array.from(labels)],
    ["labels as floats", () => Float64Array.from(labels)],
  ] as readonly [string, () => Data][])("%s train alike", async (_name, y) => {
    const train = async (given: Data): Promise<unknown> => {
      const model = classifier();
      const { history } = await model.fit(x(), given, { verbose: 0, shuffle: false, batchSize: 8 });
      return { history, weights: await weightsOf(model) };
    };
    expect(await train(y())).toEqual(await train(labels));
  });
});

describe("lists and objects of arrays", () => {
  const build = (): Model => {
    const [a, b] = [Input({ shape: [2], name: "wide" }), Input({ shape: [6], name: "deep" })];
    const model = new Model({ inputs: [a, b], outputs: [new Dense(1, { name: "main" })(a), new Dense(1, { name: "aux" })(b)] });
    fill(model);
    model.compile({ loss: "mse", optimizer: "sgd" });
    return model;
  };
  const expected = (): Promise<unknown> => build().evaluate([wide(), x()], [target(), wide().slice([0, 0], [50, 1])], { verbose: 0 });

  test("are matched by place and by name, in whatever order", async () => {
    const half = wide().slice([0, 0], [50, 1]);
    const nested = (await target().array()) as number[][];
    for (const y of [{ aux: half, main: target() }, { main: nested, aux: half }, [nested, half]] as Data[]) {
      expect(await build().evaluate({ deep: x(), wide: wide() }, y, { verbose: 0 })).toEqual(await expected());
    }
  });

  test.each([
    [
      "a name that is no input",
      () => build().fit({ deep: x(), broad: wide() }, [target(), target()]),
      /\[fit\] x must hold an array for each of "wide", "deep": got "deep", "broad"/,
    ],
    [
      "too few inputs",
      () => build().evaluate([x()], [target(), target()]),
      /\[evaluate\] x must be a list of 2 arrays, one for each \("wide", "deep"\): got a list of 1/,
    ],
    [
      "one target",
      () => build().trainOnBatch([wide(), x()], target()),
      /\[trainOnBatch\] y must be a list of 2 arrays, one for each \("main", "aux"\): got a tensor float32/,
    ],
    [
      "a name that is no output",
      () => build().testOnBatch([wide(), x()], { main: target(), axu: target() }),
      /\[testOnBatch\] y must hold an array for each of "main", "aux": got "main", "axu"/,
    ],
    ["one input of two", () => build().predict(x()), /\[predict\] x must be a list of 2 arrays/],
    [
      "weights by wrong names",
      () => build().fit([wide(), x()], [target(), target()], { sampleWeight: { min: weights } }),
      /\[fit\] sampleWeight must hold an array for each of "main", "aux": got "min"/,
    ],
    [
      "different lengths, named",
      () => build().fit({ wide: wide(), deep: formula([49, 6], 1, 1) }, [target(), target()]),
      /x\["wide"\] 50, x\["deep"\] 49, y\[0\] 50, y\[1\] 50/,
    ],
  ] as readonly [string, () => Promise<unknown>, RegExp][])("%s is refused", async (_name, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });

  test("a list of one tensor is that tensor", async () => {
    const model = regressor();
    expect(await model.evaluate([x()], [target()], { verbose: 0 })).toEqual(await model.evaluate(x(), target(), { verbose: 0 }));
    // One sample as a typed array within a list is one row.
    expect((await model.predict([Float32Array.of(1, 2, 3, 4, 5, 6)], { verbose: 0 })).shape).toEqual([1, 1]);
  });

  test("one array of weights is for all outputs, a list for each its own", async () => {
    const one = await build().evaluate([wide(), x()], [target(), target()], { verbose: 0, sampleWeight: weights });
    expect(await build().evaluate([wide(), x()], [target(), target()], { verbose: 0, sampleWeight: [weights, weights] })).toEqual(one);
    const [plain, half] = await Promise.all(
      [[Float32Array.from(weights, () => 1), weights], [weights, Float32Array.from(weights, () => 1)]].map((sampleWeight) => build().evaluate([wide(), x()], [target(), target()], { verbose: 0, sampleWeight })), // prettier-ignore
    );
    expect(plain["aux_loss"]).toBeCloseTo(one["aux_loss"], 6);
    expect(half["main_loss"]).toBeCloseTo(one["main_loss"], 6);
    expect(plain["main_loss"]).not.toBeCloseTo(one["main_loss"], 3);
  });
});

describe("bad data are refused at the line that is wrong", () => {
  const fit = (model: Model, a: unknown, b: unknown, options: FitOptions = {}) =>
    model.fit(a as Data, b as Data, { verbose: 0, ...options });
  async function* batches(): AsyncGenerator<Tensor> {
    await Promise.resolve();
    yield x();
  }

  test.each([
    [
      "not compiled",
      () => new Sequential([new Dense(1, { inputShape: [6] })]).fit(x(), target()),
      /\[fit\] model "sequential.*" is not compiled: call compile/,
    ],
    ["empty data", () => fit(regressor(), ops.zeros([0, 6]), ops.zeros([0, 1])), /\[fit\] x is empty: float32\[0,6\]/],
    ["empty list", () => fit(regressor(), [], []), /\[fit\] x is empty/],
    ["a number", () => fit(regressor(), 5, 5), /\[fit\] x must be a tensor, a typed array or nested arrays: got 5/],
    ["a scalar", () => fit(regressor(), tensor(5), tensor(5)), /\[fit\] x is a single number|does not fit/],
    [
      "different lengths",
      () => fit(regressor(), x(), formula([49, 1], 1, 1)),
      /\[fit\] arrays hold different numbers of samples: x 50, y 49/,
    ],
    ["different lengths of weights", () => fit(regressor(), x(), target(), { sampleWeight: [1, 2] }), /x 50, y 50, sampleWeight 2/],
    [
      "wrong width",
      () => fit(regressor(), formula([50, 5], 1, 1), target()),
      /input of shape \[\?,5\] does not fit input "input_layer.*" of shape \[\?,6\]/,
    ],
    ["ragged", () => fit(regressor(), [[1, 2], [3]], [1, 2]), /\[fit\] x: ragged array/],
    ["strings inside", () => fit(regressor(), [["a"]], [1]), /\[fit\] x: element \[0\]\[0\] is not a number/],
    ["strings", () => fit(regressor(), "data", target()), /\[fit\] x must be a tensor, a typed array or nested arrays: got "data"/],
    ["no inputs", () => fit(regressor(), undefined, target()), /\[fit\] x is missing: it holds the inputs/],
    ["no targets", () => fit(regressor(), x(), undefined), /\[fit\] y is missing: it holds the targets/],
    [
      "labels beyond 32 bits",
      () =>
        fit(
          classifier(),
          x(),
          BigInt64Array.from(labels, () => 2n ** 40n),
        ),
      /\[fit\] y: element 0 does not fit int32: 1099511627776/,
    ],
    ["a stream of targets", () => fit(regressor(), x(), batches()), /\[fit\] y is a stream of batches \(.*\), where an array must be/],
    ["a batch of a stream", () => regressor().predict(new Set([1]) as never), /\[predict\] x must be a tensor, .* got 1/],
    [
      "batch size",
      () => fit(regressor(), x(), target(), { batchSize: 0 }),
      /\[fit\] batchSize must be a whole number of at least 1: got 0/,
    ],
    ["epochs", () => fit(regressor(), x(), target(), { epochs: 1.5 }), /\[fit\] epochs must be a whole number of at least 0: got 1.5/],
    ["steps", () => regressor().evaluate(x(), target(), { steps: -1 }), /\[evaluate\] steps must be a whole number of at least 1: got -1/],
    ["steps of predict", () => regressor().predict(x(), { steps: 0 }), /\[predict\] steps must be/],
    [
      "split",
      () => fit(regressor(), x(), target(), { validationSplit: 1.5 }),
      /\[fit\] validationSplit must be at least 0 and below 1: got 1.5/,
    ],
    [
      "a split that leaves nothing",
      () => fit(regressor(), formula([1, 6], 1, 1), [[1]], { validationSplit: 0.5 }),
      /leaves none for training/,
    ],
    [
      "validation frequency",
      () => fit(regressor(), x(), target(), { validationFreq: "2" as never }),
      /\[fit\] validationFreq must be a number or a list of epochs: got "2"/,
    ],
    [
      "validation data",
      () => fit(regressor(), x(), target(), { validationData: x() as never }),
      /\[fit\] validationData must be \[x, y\], \[x, y, sampleWeight\] or a stream/,
    ],
    [
      "what is wrong in them",
      () => fit(regressor(), x(), target(), { validationData: [x(), formula([3, 1], 1, 1)] }),
      /\[fit\] validationData: arrays hold different numbers of samples/,
    ],
    [
      "both kinds of weights",
      () => fit(classifier(), x(), labels, { classWeight: { 0: 2 }, sampleWeight: weights }),
      /\[fit\] classWeight and sampleWeight exclude each other/,
    ],
    [
      "class weights that are no numbers",
      () => fit(classifier(), x(), labels, { classWeight: { 0: "2" } as never }),
      /\[fit\] classWeight must be an object of numbers by label: got "2" for "0"/,
    ],
    ["loss name", () => fit(regressor({ loss: "mean_squared_eror" }), x(), target()), /mean_squared_error/],
    ["metric name", () => fit(regressor({ metrics: ["acuracy"] }), x(), target()), /accuracy/],
    [
      "loss of an output that is not there",
      () => fit(regressor({ loss: { man: "mse" } }), x(), target()),
      /\[compile\] loss names output "man": the outputs are dense/,
    ],
    ["more losses than outputs", () => fit(regressor({ loss: ["mse", "mae"] }), x(), target()), /\[compile\] loss lists 2 for 1 output/],
    [
      "an option in Python's spelling",
      () => fit(regressor(), x(), target(), { batch_size: 8 } as never),
      /\[fit\] unknown option "batch_size": did you mean "batchSize"/,
    ],
    [
      "an option of fit in evaluate",
      () => regressor().evaluate(x(), target(), { epochs: 2 } as never),
      /\[evaluate\] unknown option "epochs"/,
    ],
    ["an option nobody has", () => regressor().predict(x(), { batch: 2 } as never), /\[predict\] unknown option "batch"/],
    [
      "nothing to minimize",
      () => fit(regressor({ loss: null }), x(), target()),
      /\[fit\] there is nothing to minimize: give compile\(\) a loss/,
    ],
    [
      "one-hot labels for a sparse loss",
      () => fit(classifier(), x(), formula([50, 3], 1, 1)),
      /labels must have the shape of predictions without the classes/,
    ],
  ] as readonly [string, () => Promise<unknown>, RegExp][])("%s", async (_name, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });

  test("optimizer", () => {
    expect(() => regressor({ optimizer: "adm" })).toThrow(/"adam"/);
    expect(() => regressor({ metric: ["mae"] } as never)).toThrow(/\[compile\] unknown option "metric": did you mean "metrics"/);
    expect(() => regressor({ optimizer: 5 as never })).toThrow(/\[compile\] optimizer must be a name or an optimizer: got 5/);
  });
});

describe("labels that are no classes", () => {
  test.each([
    ["too large", (y: Float32Array) => void (y[23] = 3)],
    ["negative", (y: Float32Array) => void (y[23] = -1)],
    ["NaN", (y: Float32Array) => void (y[23] = NaN)],
    ["not whole", (y: Float32Array) => void (y[23] = 0.5)],
  ])("%s: the error surfaces from the job, and weights are those of the last step that was right", async (_name, spoil) => {
    const bad = Float32Array.from(labels);
    spoil(bad);
    const message = /\[sparse_categorical_crossentropy\] labels must be integers from 0 to 2: found one that is not/;
    const options: FitOptions = { batchSize: 5, verbose: 0, shuffle: false };
    for (const callbacks of [[], [{ onTrainBatchEnd: (): void => {} }]]) {
      const model = classifier();
      await expect(model.fit(x(), bad, { ...options, callbacks })).rejects.toThrow(message);
      // Four batches of five samples come before the one that holds sample 23.
      const until = classifier();
      await until.fit(x(), labels, { ...options, stepsPerEpoch: 4 });
      expect(await weightsOf(model)).toEqual(await weightsOf(until));
      await expect(model.evaluate(x(), bad, { verbose: 0 })).rejects.toThrow(message);
      await expect(model.trainOnBatch(x(), bad)).rejects.toThrow(message);
      expect(await weightsOf(model)).toEqual(await weightsOf(until));
      // The model goes on being usable.
      expect((await model.evaluate(x(), labels, { verbose: 0 }))["loss"]).toBeGreaterThan(0);
      await model.fit(x(), labels, options);
    }
  });

  test("NaN targets of a regression are no error, but show in the loss", async () => {
    const model = regressor();
    const nan = Float32Array.from({ length: 50 }, (_, i) => (i === 7 ? NaN : 0));
    expect((await model.evaluate(x(), nan, { verbose: 0 }))["loss"]).toBeNaN();
    expect((await model.evaluate(x(), target(), { verbose: 0 }))["loss"]).toBeGreaterThan(0);
  });
});
