import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import { type KerasIdentity, type Registry, SerializationError, type Tensor } from "@neurite/core";
import { Dense, Input, Layer } from "@neurite/layers";
import { Model, modelToBytes, Sequential } from "@neurite/models";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { readArchive } from "./archive/read-archive.ts";
import { withHdf5 } from "./hdf5/hdf5-file.ts";
import { loadModel, loadWeights, readModelConfig } from "./load.ts";
import { expected, expectSaved, expectValues, fixtureBytes, fixturePath, inputs, setUp, targets } from "./testing/fixtures.ts";

let registry: Registry;

beforeEach(() => {
  registry = setUp();
});

/** The model of stack.h5, with weights of its own. */
const stack = (units = 3): Sequential => new Sequential([Input({ shape: [4] }), new Dense(units, { activation: "relu" }), new Dense(2)]);
const bytesOf = async (model: Model): Promise<unknown[]> => Promise.all(model.weights.map((weight) => weight.array()));

describe("models of Keras come out as they were saved", () => {
  const plain = "plain.keras";
  test.each([
    ["a path", () => fixturePath(plain)],
    ["a URL", () => pathToFileURL(fixturePath(plain))],
    ["bytes", () => fixtureBytes(plain)],
    ["an ArrayBuffer", () => fixtureBytes(plain).buffer as ArrayBuffer],
    ["a Blob", () => new Blob([fixtureBytes(plain) as Uint8Array<ArrayBuffer>])],
  ])("from %s", async (_, source) => {
    const model = await loadModel(source());
    expect(model.name).toBe("plain");
    expect(model.layers.map(({ name }) => name)).toEqual(["a", "hidden", "norm", "out"]);
    await expectSaved(model, expected);
  });

  test("with the state of training, which goes on where it stopped", async () => {
    const model = await loadModel(fixturePath(plain));
    await expectValues(model.optimizer.variables, expected.optimizer);
    const logs = await model.trainOnBatch(inputs(), targets());
    expect(logs["loss"]).toBeCloseTo(expected.next["loss"], 5);
    expect(logs["mae"]).toBeCloseTo(expected.next["mae"], 5);
  });

  test("without it, where that is not wanted", async () => {
    const model = await loadModel(fixturePath(plain), { compile: false });
    expect(model.compiled).toBe(false);
    await expectSaved(model, expected);
  });

  test("from an HDF5 file of a whole model, its optimizer included", async () => {
    const model = await loadModel(fixturePath("stack.h5"));
    await expectSaved(model, expected.stack);
    await expectValues(model.optimizer.variables, expected.stack.optimizer);
  });

  test("with a dtype policy for each path", async () => {
    const model = await loadModel(fixturePath("mapped.keras"));
    expect(model.weights.map(({ dtype }) => dtype)).toEqual(expected.mapped.dtypes);
    await expectSaved(model, expected.mapped);
  });

  test("with the scale of the loss, where the policy of the model wants one", async () => {
    const model = await loadModel(fixturePath("scaled.keras"));
    expect(model.dtypePolicy.name).toBe("mixed_float16");
    await expectSaved(model, expected.scaled);
    expect(model.optimizer.variables).toHaveLength(10);
    expect(await model.optimizer.iterations.item()).toBe(1);
    await model.trainOnBatch(inputs(), targets());
  });

  test("with attention to the same masked tensor by several layers, in Keras's order: MultiHeadAttention takes the mask away", async () => {
    await expectSaved(await loadModel(fixturePath("masked.keras")), expected.masked);
  });

  test("the config can be read by itself", async () => {
    const { model, kerasVersion } = await readModelConfig(fixturePath(plain));
    expect(model.class_name).toBe("Functional");
    expect(kerasVersion).toBe("3.15.1");
  });
});

describe("weights", () => {
  test.each(["plain.weights.h5", "plain.keras"])("from %s, also through the model", async (file) => {
    for (const load of [loadWeights, (model: Model, source: string) => model.loadWeights(source)]) {
      const model = await loadModel(fixturePath("plain.keras"));
      for (const weight of model.weights) weight.assign(weight.mul(0));
      await load(model, fixturePath(file));
      await expectSaved(model, expected);
    }
  });

  test.each(["stack.h5", "stack.weights.json"])("from %s", async (file) => {
    const model = stack();
    await loadWeights(model, fixturePath(file));
    await expectSaved(model, expected.stack);
  });

  test("give an optimizer its state, or leave it and warn where that is the state of another", async () => {
    const model = await loadModel(fixturePath("plain.keras"));
    model.compile({ optimizer: "adam", loss: "mse" });
    await loadWeights(model, fixturePath("plain.weights.h5"));
    await expectValues(model.optimizer.variables, expected.optimizer);
    model.compile({ optimizer: "sgd", loss: "mse" });
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await loadWeights(model, fixturePath("plain.weights.h5"));
    expect(warn.mock.calls.flat().join()).toMatch(
      /optimizer "sgd\w*" starts anew: it has 2 variables, .*plain\.weights\.h5" holds the state of/,
    );
    warn.mockRestore();
    await model.trainOnBatch(inputs(), targets());
  });

  test("spread over several files need their folder", async () => {
    await expect(loadWeights(stack(), fixtureBytes("stack.weights.json"))).rejects.toThrow('"stack_00000.weights.h5" is needed too');
  });

  test("of other element types, compressed or the other way round, become float32", async () => {
    const model = stack();
    await loadWeights(model, fixturePath("dtypes.weights.h5"));
    const counted = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
    expect((await bytesOf(model)).map((nested) => (nested as number[]).flat())).toEqual([12, 3, 6, 2].map(counted));
    await loadWeights(model, fixturePath("bfloat16.weights.h5"));
    expect((await bytesOf(model)).map((nested) => (nested as number[]).flat())).toEqual([counted(12), [1, 1, 1], counted(6), [1, 1]]);
  });

  test("that do not fit change nothing, and the error names layer, weight and both shapes", async () => {
    const model = stack(5);
    const before = await bytesOf(model);
    const failure = loadWeights(model, fixturePath("dtypes.weights.h5"));
    await expect(failure).rejects.toThrow(SerializationError);
    await expect(failure).rejects.toThrow(
      /weight "\S*dense\S*\/kernel" of layer "\S+" \(Dense, units=5\) has shape \[4,5\], layers\/dense\/vars\/0 of the file \[4,3\]/,
    );
    expect(await bytesOf(model)).toEqual(before);
    await loadWeights(model, fixturePath("dtypes.weights.h5"), { skipMismatch: true });
    const after = await bytesOf(model);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).toEqual([0, 1]);
  });

  test("of layers that only one side has are named", async () => {
    const short = new Sequential([Input({ shape: [4] }), new Dense(3)]);
    await expect(loadWeights(short, fixturePath("dtypes.weights.h5"))).rejects.toThrow(
      'the file has weights at "layers/dense_1", for which the model has no layer',
    );
    const long = new Sequential([...stack().layers, new Dense(1, { name: "last" })]);
    long.build([null, 4]);
    await expect(loadWeights(long, fixturePath("dtypes.weights.h5"))).rejects.toThrow(
      'the file has no weights for layer "last" (Dense, units=1): nothing is at "layers/dense_2"',
    );
    const bare = new Sequential([Input({ shape: [4] }), new Dense(3, { useBias: false }), new Dense(2)]);
    await expect(loadWeights(bare, fixturePath("dtypes.weights.h5"))).rejects.toThrow(/has 1 weights \(.*kernel \[4,3\]\), the file has 2/);
    await expect(loadWeights(long, fixturePath("stack.h5"))).rejects.toThrow("the model has 3 layers with weights");
  });

  test("of a model that was not built are refused", async () => {
    await expect(loadWeights(new Sequential([new Dense(3), new Dense(2)]), fixturePath("dtypes.weights.h5"))).rejects.toThrow(
      "has no weights yet",
    );
  });
});

describe("a file runs no code", () => {
  test("a Python lambda is refused", async () => {
    await expect(loadModel(fixturePath("lambda.keras"))).rejects.toThrow(SerializationError);
  });

  test("a layer of one's own comes from the registry, by the name it was registered under", async () => {
    await expect(loadModel(fixturePath("own_layer.keras"))).rejects.toThrow(/nothing is called "Twice"/);
    class Twice extends Layer {
      override call(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    const model = await loadModel(fixturePath("own_layer.keras"), {
      registry: registry.with({ name: "mine", layers: { "mine>Twice": Twice } }),
    });
    expect(await (model([[1, 2, 3, 4]]) as Tensor).array()).toEqual([[2, 4, 6, 8]]);
  });

  test("a model of a class of one's own, too, with the weights of the layers that it holds", async () => {
    class Own extends Model {
      readonly hidden = new Dense(3, { activation: "tanh", name: "hidden" });
      readonly out = new Dense(2, { name: "out" });
      override call(x: Tensor): Tensor {
        return this.out(this.hidden(x));
      }
    }
    const file = fixturePath("own_model.keras");
    await expectSaved(await loadModel(file, { registry: registry.with({ name: "mine", models: { "mine>Own": Own } }) }), expected.own);
    const made = new Own();
    made.build([null, 4]);
    await loadWeights(made, file);
    await expectSaved(made, expected.own);
  });
});

test("layers in lists and dictionaries of lists are found where Keras keeps them, and written there", async () => {
  class Pair extends Layer {
    static readonly keras: KerasIdentity = { module: null, className: "Pair", registeredName: "mine>Pair" };
    readonly sides: Readonly<Record<"left" | "right", readonly [Dense]>> = { left: [new Dense(3)], right: [new Dense(3)] };
    override call(x: Tensor): Tensor {
      return this.sides.left[0](x).mul(this.sides.right[0](x));
    }
  }
  class Stages extends Model {
    static override readonly keras: KerasIdentity = { module: null, className: "Stages", registeredName: "mine>Stages" };
    readonly stages = [[1, 2], [new Dense(4), new Dense(3)], { pair: new Pair(), more: [[new Dense(2)]] }] as const;
    override call(x: Tensor): Tensor {
      const [, [first, second], { pair, more }] = this.stages;
      return more[0][0]((pair as (x: Tensor) => Tensor)(second(first(x))));
    }
  }
  const { output } = JSON.parse(readFileSync(fixturePath("containers.json"), "utf8")) as { readonly output: number[][] };
  const own = registry.with({ name: "mine", layers: { "mine>Pair": Pair }, models: { "mine>Stages": Stages } });
  const model = await loadModel(fixturePath("containers.keras"), { registry: own });
  await expectValues([model(inputs()) as Tensor], [output]);
  const again = await loadModel(await modelToBytes(model), { registry: own });
  await expectValues([again(inputs()) as Tensor], [output]);
  const groups = (source: Uint8Array): Promise<unknown> =>
    readArchive(source, "model", () => true).then((members) => withHdf5(members.get("model.weights.h5") as Uint8Array, "weights", (file) => [...file.arrays("")].toSorted())); // prettier-ignore
  expect(await groups(await modelToBytes(model))).toEqual(await groups(fixtureBytes("containers.keras")));
});

describe("what is no model says so", () => {
  test.each([
    ["nothing at that path", () => loadModel("/nowhere/model.keras"), 'cannot read "/nowhere/model.keras"'],
    ["unknown bytes", () => loadModel(new Uint8Array(100)), "the file of 100 bytes is of no known format"],
    ["an empty file", () => loadModel(new Uint8Array(0)), "the file of 0 bytes is of no known format"],
    ["a number", () => loadModel(3 as never), "given by its path, URL or bytes: received 3"],
    ["weights alone", () => loadModel(fixturePath("plain.weights.h5")), "holds weights and no model"],
    ["an index of weights", () => loadModel(fixturePath("stack.weights.json")), "which holds no whole model"],
  ] as const)("%s", async (_, load, message) => {
    await expect(load()).rejects.toThrow(SerializationError);
    await expect(load()).rejects.toThrow(message);
  });
});
