import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRegistry, field, type Field, isFloating, type KerasIdentity, ops, type Registry, SerializationError, type Tensor, ValueError } from "@neurite/core"; // prettier-ignore
import { Dense, Dropout, Input, Lambda, Layer } from "@neurite/layers";
import { type Loss } from "@neurite/losses";
import { Model, modelToBytes, saveModel, saveWeights, Sequential, weightsToBytes } from "@neurite/models";
import { Adam, SGD } from "@neurite/optimizers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadModel, loadWeights, readModelConfig } from "./load.ts";
import { fixturePath, setUp } from "./testing/fixtures.ts";
import { architectures, compiled, fill, formula } from "./testing/models.ts";

let registry: Registry;
let folder: string;

beforeEach(async () => {
  registry = setUp();
  folder = await mkdtemp(join(tmpdir(), "neurite-save-"));
});
afterEach(() => rm(folder, { recursive: true }));

const valuesOf = (model: Model): Promise<unknown[]> => Promise.all(model.weights.map((weight) => weight.data()));
/** The config in a file. Which dtype policies are one object is nothing that it means. */
async function writtenConfig(source: string | Uint8Array): Promise<unknown> {
  const { model } = await readModelConfig(source);
  return JSON.parse(JSON.stringify(model, (key, value: unknown) => (key === "shared_object_id" ? undefined : value)));
}

const stack = (): Sequential => fill(architectures["stack"]!()) as Sequential;

describe("what was saved comes back", () => {
  test.each(Object.keys(architectures))("%s: the same config, and every bit of the weights", async (name) => {
    const model = fill(architectures[name]!());
    const bytes = await modelToBytes(model);
    const again = await loadModel(bytes);
    expect(await valuesOf(again)).toEqual(await valuesOf(model));
    expect(again.weights.map(({ dtype }) => dtype)).toEqual(model.weights.map(({ dtype }) => dtype));
    expect(await writtenConfig(await modelToBytes(again))).toEqual(await writtenConfig(bytes));
  });

  test.each(Object.keys(compiled))("training with %s goes on as if it had never stopped", async (name) => {
    const [x, y] = [formula([8, 4], 0.7, 0.1), ops.abs(formula([8, 2], 0.9, 0.4))];
    const model = fill(compiled[name]!());
    for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
    const again = await loadModel(await modelToBytes(model));
    for (let step = 0; step < 3; step++) expect(await again.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
    expect(await valuesOf(again)).toEqual(await valuesOf(model));
  });

  test("a compiled model that was never trained, without a warning", async () => {
    const warn = vi.spyOn(console, "warn");
    const model = compiled["adam"]!();
    const again = await loadModel(await modelToBytes(model));
    expect(warn).not.toHaveBeenCalled();
    expect([again.compiled, await again.optimizer.iterations.item()]).toEqual([true, 0]);
    warn.mockRestore();
  });

  test("the learning rate as a callback has set it", async () => {
    const model = compiled["sgd"]!();
    model.optimizer.learningRate = 0.125;
    const again = await loadModel(await modelToBytes(model));
    expect(await again.optimizer.learningRate.item()).toBe(0.125);
  });

  test("state as it was when it was saved, whatever training does meanwhile", async () => {
    const [x, y] = [formula([8, 4], 0.7, 0.1), formula([8, 2], 0.9, 0.4)];
    const model = fill(compiled["adam"]!());
    await model.trainOnBatch(x, y);
    const before = await valuesOf(model);
    const saving = modelToBytes(model);
    await model.trainOnBatch(x, y);
    expect(await valuesOf(await loadModel(await saving))).toEqual(before);
  });

  test.each(["plain.keras", "mapped.keras", "masked.keras", "scaled.keras"])("%s, which Keras wrote, has the same config when it is written again", async (file) => {
    const theirs = await writtenConfig(fixturePath(file));
    const ours = await writtenConfig(await modelToBytes(await loadModel(fixturePath(file))));
    // The optimizer of a scaled loss is written as what it is.
    const hidden = file === "scaled.keras" ? { compile_config: expect.objectContaining({ loss: "mse" }) as unknown } : {};
    expect(ours).toEqual({ ...(theirs as object), ...hidden });
  }); // prettier-ignore

  test("objects in several places once", async () => {
    const shared = new Dense(4, { kernelInitializer: "zeros" }).kernelInitializer;
    const model = new Sequential([Input({ shape: [4] }), ...[1, 2].map(() => new Dense(4, { kernelInitializer: shared as never }))]);
    const { layers } = (await readModelConfig(await modelToBytes(model))).model.config as { layers: { config: { kernel_initializer: { shared_object_id?: number } } }[] }; // prettier-ignore
    const [, first, second] = layers.map(({ config }) => config.kernel_initializer?.shared_object_id);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });

  test("files that layers keep beside their weights", async () => {
    class Words extends Layer {
      static readonly keras: KerasIdentity = { module: null, className: "Words", registeredName: "tests>Words" };
      words = "";
      override call(x: Tensor): Tensor {
        return x;
      }
      saveAssets(): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
        return new Map([["words.txt", new TextEncoder().encode(this.words)]]);
      }
      loadAssets(files: ReadonlyMap<string, Uint8Array>): void {
        this.words = new TextDecoder().decode(files.get("words.txt"));
      }
    }
    const layer = new Words();
    layer.words = "über\nunter";
    const bytes = await modelToBytes(new Sequential([Input({ shape: [2] }), layer]));
    const again = await loadModel(bytes, { registry: registry.with({ name: "tests", layers: { "tests>Words": Words } }) });
    expect((again.layers[0] as Words).words).toBe(layer.words);
    const target = join(folder, "words");
    await saveModel(again, target, { zipped: false });
    const third = await loadModel(target, { registry: registry.with({ name: "tests", layers: { "tests>Words": Words } }) });
    expect((third.layers[0] as Words).words).toBe(layer.words);
  });

  test("layers, losses and models of one's own, by the names of the registry", async () => {
    class Scale extends Layer {
      static readonly keras: KerasIdentity = { module: null, className: "Scale", registeredName: "tests>Scale" };
      static override readonly fields: readonly Field[] = [field.number("factor")];
      declare readonly factor: number;
      constructor(factor: number, options: object = {}) {
        super({ factor, ...options } as object);
      }
      override call(x: Tensor): Tensor {
        return ops.multiply(x, this.factor);
      }
    }
    class Own extends Model {
      static override readonly keras: KerasIdentity = { module: null, className: "Own", registeredName: "tests>Own" };
      readonly blocks: readonly [Dense, Scale] = [new Dense(3), new Scale(2)];
      override call(x: Tensor): Tensor {
        const [dense, scale] = this.blocks;
        return scale(dense(x));
      }
    }
    const steep = (yTrue: Tensor, yPred: Tensor): Tensor => ops.multiply(ops.mean(ops.square(ops.subtract(yTrue, yPred)), { axis: -1 }), 3);
    const model = new Own();
    model.compile({ loss: steep as unknown as Loss, optimizer: "adam" });
    const [x, y] = [formula([8, 4], 0.7, 0.1), formula([8, 3], 0.9, 0.4)];
    await model.trainOnBatch(x, y);
    const bytes = await modelToBytes(model);
    await expect(loadModel(bytes)).rejects.toThrow(/nothing is called "Own"/);
    const plugin = { name: "tests", layers: { "tests>Scale": Scale }, models: { "tests>Own": Own }, losses: { steep } };
    const again = await loadModel(bytes, { registry: registry.with(plugin) });
    expect(again).toBeInstanceOf(Own);
    expect(await again.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
  });
});

describe("weights", () => {
  test("in one file, with the state of the optimizer", async () => {
    const model = fill(compiled["adam"]!());
    await model.trainOnBatch(formula([8, 4], 0.7, 0.1), formula([8, 2], 0.9, 0.4));
    const file = join(folder, "own.weights.h5");
    await model.saveWeights(file);
    const other = compiled["adam"]!();
    for (const source of [file, await weightsToBytes(model)]) {
      await other.loadWeights(source);
      expect(await valuesOf(other)).toEqual(await valuesOf(model));
      expect(await other.optimizer.iterations.item()).toBe(1);
    }
    const plain = architectures["stack"]!();
    await expect(plain.loadWeights(file)).rejects.toThrow("does not fit the model");
  });

  test("in several files, none larger than was said", async () => {
    const model = fill(architectures["many"]!());
    const file = join(folder, "large.weights.json");
    const limit = 300;
    await saveWeights(model, file, { maxShardSize: limit / 2 ** 30 });
    const names = (await readdir(folder)).toSorted();
    expect(names.slice(0, 2)).toEqual(["large.weights.json", "large_00000.weights.h5"]);
    expect(names.length).toBeGreaterThan(5);
    const other = architectures["many"]!();
    await loadWeights(other, file);
    expect(await valuesOf(other)).toEqual(await valuesOf(model));
    const index = JSON.parse(await readFile(file, "utf8")) as { metadata: object; weight_map: Record<string, unknown> };
    const size = model.weights.reduce((sum, weight) => sum + weight.size * 4, 0);
    expect(index.metadata).toEqual({ total_size: size });
    expect(index.weight_map["/layers/dense/vars"]).toBe("large_00000.weights.h5");
  });

  test.each([
    ["one file for several", "a.weights.h5", { maxShardSize: 1 }, /end it in \.weights\.json/],
    ["several files without a size", "a.weights.json", {}, /say with maxShardSize how large/],
    ["another name", "a.h5", {}, /ends in \.weights\.h5, as Keras wants it: received "a\.h5"/],
    ["a name of no format", "a.bin", {}, /no format writes weights to "a\.bin": the name ends in one of \.weights\.h5/],
    ["the name of a whole model", "a.keras", {}, /a Keras archive \(\.keras\) is not written with weights: end the name in one of/],
    ["a weight that is too large", "a.weights.json", { maxShardSize: 1e-8 }, /weight \/layers\/dense\/vars\/0 of "dense\w*" has 120 bytes, and with maxShardSize/],
    ["a size that is none", "a.weights.json", { maxShardSize: 0 }, /maxShardSize must be a positive number of GB, or null: received 0/],
    ["what is no option", "a.weights.h5", null, /options must be one object/],
  ] as const)("%s: refused, and nothing is written", async (_what, name, options, message) => {
    await expect(saveWeights(stack(), join(folder, name), options as never)).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
  }); // prettier-ignore
});

describe("files", () => {
  test("are given by a path or a URL, and replaced whole", async () => {
    const [first, second] = [stack(), stack()];
    second.weights[0]!.assign(second.weights[0]!.mul(2));
    const file = join(folder, "model.keras");
    await first.save(file);
    await saveModel(second, pathToFileURL(file));
    expect(await valuesOf(await loadModel(file))).toEqual(await valuesOf(second));
    expect(await readdir(folder)).toEqual(["model.keras"]);
  });

  test("that are there stay where overwrite is false", async () => {
    const file = join(folder, "model.keras");
    await writeFile(file, "mine");
    await expect(stack().save(file, { overwrite: false })).rejects.toThrow(/model\.keras" is there already, and overwrite is false/);
    expect(await readFile(file, "utf8")).toBe("mine");
    await stack().save(join(folder, "other.keras"), { overwrite: false });
    expect((await readdir(folder)).toSorted()).toEqual(["model.keras", "other.keras"]);
  });

  test("behind a link are replaced, and not the link", async () => {
    const [file, link] = [join(folder, "real.keras"), join(folder, "link.keras")];
    await writeFile(file, "");
    await symlink(file, link);
    await stack().save(link);
    expect((await stat(file)).size).toBeGreaterThan(1000);
    expect(await loadModel(link)).toBeInstanceOf(Sequential);
  });

  test("that cannot be written leave nothing behind", async () => {
    await expect(stack().save(join(folder, "nowhere", "model.keras"))).rejects.toThrow(/cannot write ".*nowhere.model\.keras": ENOENT/);
    await mkdir(join(folder, "taken.keras"));
    await expect(stack().save(join(folder, "taken.keras"))).rejects.toThrow(SerializationError);
    expect(await readdir(folder)).toEqual(["taken.keras"]);
  });

  test("in a folder, where one file is not wanted; what else is in it stays", async () => {
    const model = fill(compiled["adam"]!());
    await model.trainOnBatch(formula([8, 4], 0.7, 0.1), formula([8, 2], 0.9, 0.4));
    const target = join(folder, "deep");
    for (const overwrite of [false, true]) {
      await model.save(target, { zipped: false, overwrite });
      expect((await readdir(target)).toSorted()).toEqual([
        "config.json",
        "metadata.json",
        "model.weights.h5",
        ...(overwrite ? ["notes.txt"] : []),
      ]);
      const again = await loadModel(target);
      expect(await valuesOf(again)).toEqual(await valuesOf(model));
      expect(await again.optimizer.iterations.item()).toBe(1);
      await writeFile(join(target, "notes.txt"), "mine");
    }
    const other = compiled["adam"]!();
    await other.loadWeights(pathToFileURL(target));
    expect(await valuesOf(other)).toEqual(await valuesOf(model));
    await expect(model.save(target, { zipped: false, overwrite: false })).rejects.toThrow(/deep" is there already/);
    await expect(model.save(join(folder, "a.keras"), { zipped: false })).rejects.toThrow(
      /a folder is written, whose name does not end in \.keras: received "a\.keras"/,
    );
    await expect(loadModel(folder)).rejects.toThrow(/is of no known format/);
  });

  test("of the same model are the same, but for the date in them", async () => {
    const model = stack();
    vi.useFakeTimers({ toFake: ["Date"], now: new Date(2024, 1, 3, 4, 5, 6) });
    try {
      expect(await modelToBytes(model)).toEqual(await modelToBytes(model));
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    [
      "the older format of whole models",
      "a.h5",
      /an? HDF5 file of Keras \(\.h5\) is not written with whole models: end the name in one of \.keras/,
    ],
    ["weights alone", "a.weights.h5", /\(\.weights\.h5\) is not written with whole models/],
    ["no end", "model", /no format writes whole models to "model": the name ends in one of \.keras/],
  ] as const)("of %s: refused", async (_what, name, message) => {
    await expect(stack().save(join(folder, name))).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
  });

  test("on the web, and what is no place", async () => {
    await expect(stack().save("https://example.org/a.keras")).rejects.toThrow(/nothing can be written to https:\/\/example\.org/);
    await expect(stack().save("")).rejects.toThrow(/the place for a file is its path or file: URL: received ""/);
    await expect(stack().save(3 as never)).rejects.toThrow(/received number/);
  });
});

describe("what cannot be saved is named", () => {
  test("a model without weights", async () => {
    const model = new Sequential([new Dense(2)], { name: "blank" });
    for (const save of [() => model.save("a.keras"), () => model.saveWeights("a.weights.h5"), () => modelToBytes(model), () => weightsToBytes(model)]) {
      await expect(save()).rejects.toThrow(ValueError);
      await expect(save()).rejects.toThrow(/model "blank" has no weights yet: call it once, or build it, before/);
    }
    await expect(modelToBytes({} as never)).rejects.toThrow(/a model is needed/);
  }); // prettier-ignore

  test.each([
    ["in a layer", () => new Dense(2, { name: "d", activation: (x: Tensor): Tensor => ops.multiply(x, 2) }), /activation of Dense "d": a function without a name cannot be written: \(x\) => .*multiply.*\(x, 2\)/],
    ["in a Lambda", () => new Lambda((x: Tensor) => ops.multiply(x, 3), { name: "triple" }), /function of Lambda "triple": a function without a name cannot be written: \(x\) => .*multiply.*\(x, 3\)/],
  ])("a function without a name %s", async (_where, layer, message) => {
    const model = new Sequential([Input({ shape: [2] }), layer() as Layer]);
    await expect(modelToBytes(model)).rejects.toThrow(SerializationError);
    await expect(modelToBytes(model)).rejects.toThrow(message);
  }); // prettier-ignore

  test("a function without a name among the options of compile", async () => {
    const model = stack();
    model.compile({
      loss: ((yTrue: Tensor, yPred: Tensor) => ops.mean(ops.abs(ops.subtract(yTrue, yPred)), { axis: -1 })) as never,
      optimizer: "sgd",
    });
    await expect(modelToBytes(model)).rejects.toThrow(/\[compile\] loss: a function without a name cannot be written: \(yTrue, yPred\) =>/);
  });

  test("a registry without formats", async () => {
    await expect(modelToBytes(stack(), { registry: createRegistry([]) })).rejects.toThrow(
      /add kerasFormatPlugin of @neurite\/keras-format/,
    );
  });
});

test("what random layers drew is no part of a file", async () => {
  const model = new Sequential([Input({ shape: [4] }), new Dropout(0.5), new Dense(1)]);
  model.compile({ optimizer: new Adam(), loss: "mse" });
  await model.fit(formula([8, 4], 0.7, 0.1), formula([8, 1], 0.9, 0.4), { verbose: 0 });
  const again = await loadModel(await modelToBytes(model));
  expect(await valuesOf(again)).toEqual(await valuesOf(model));
  expect(again.weights.every(({ dtype }) => isFloating(dtype))).toBe(true);
  expect(again.optimizer).not.toBeInstanceOf(SGD);
});
