/** Keras itself loads what is saved here, computes the same and trains on, where NEURITE_PYTHON names a Python that has it. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Field, field, flattenTree, type KerasIdentity, ops, type Tensor, type Variable } from "@neurite/core";
import { Dense, Layer } from "@neurite/layers";
import { Model } from "@neurite/models";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadModel } from "./load.ts";
import { setUp } from "./testing/fixtures.ts";
import { architectures, compiled, fill, formula } from "./testing/models.ts";

const python = process.env["NEURITE_PYTHON"];

/** Loads each file, and gives its outputs, the dtypes and shapes of its arrays, and the losses of two more steps. */
const read = `
import json, os, sys, io, zipfile
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import h5py, keras, numpy as np, warnings
L = keras.layers

@keras.saving.register_keras_serializable("tests")
class Scale(L.Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
    def build(self, shape):
        self.gain = self.add_weight(shape=(shape[-1],), name="gain")
    def call(self, x):
        return x * self.gain * self.factor
    def get_config(self):
        return {**super().get_config(), "factor": self.factor}

@keras.saving.register_keras_serializable("tests")
class Own(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = L.Dense(3, activation="tanh")
        self.blocks = [L.Dense(3), Scale(2.0)]
    def call(self, x):
        for layer in [self.hidden, *self.blocks]:
            x = layer(x)
        return x

formula = lambda shape, a, b: np.sin(np.arange(np.prod(shape), dtype="float64") * a + b).astype("float32").reshape(shape)
results = {}
for case in json.load(sys.stdin):
    result = results[case["name"]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            warnings.filterwarnings("ignore", message=".*input.*structure.*")
            model = keras.saving.load_model(case["path"])
        if case["inputs"]:
            inputs = [np.asarray(x["data"], x["dtype"]).reshape(x["shape"]) for x in case["inputs"]]
            args = keras.tree.pack_sequence_as(model._inputs_struct, inputs) if hasattr(model, "_inputs_struct") else inputs[0]
            outputs = keras.tree.flatten(model(args, training=False))
            result["outputs"] = [np.asarray(keras.ops.cast(y, "float64")).ravel().tolist() for y in outputs]
        for path in case.get("weights", []):
            before = [w.numpy() for w in model.weights]
            for w in model.weights:
                w.assign(keras.ops.zeros_like(w))
            model.load_weights(path)
            same = all(np.array_equal(a, w.numpy()) for a, w in zip(before, model.weights))
            result.setdefault("weights", []).append(same)
        if model.compiled:
            x, y = formula((8, 4), 0.7, 0.1), np.abs(formula((8, 2), 0.9, 0.4))
            result["losses"] = [float(model.train_on_batch(x, y, return_dict=True)["loss"]) for _ in range(3) if model.reset_metrics() is None]
            result["iterations"] = int(getattr(model.optimizer, "inner_optimizer", model.optimizer)._iterations.numpy())
    except Exception as error:
        result["error"] = f"{type(error).__name__}: {str(error)[-600:]}"
print(json.dumps(results))
`;

class Scale extends Layer {
  static readonly keras: KerasIdentity = { module: null, className: "Scale", registeredName: "tests>Scale" };
  static override readonly fields: readonly Field[] = [field.number("factor")];
  declare readonly factor: number;
  gain: Variable | null = null;
  constructor(factor: number, options: object = {}) {
    super({ factor, ...options } as object);
  }
  override build(shape: readonly (number | null)[]): void {
    this.gain = this.addWeight({ name: "gain", shape: [shape.at(-1) as number] });
  }
  override call(x: Tensor): Tensor {
    return ops.multiply(ops.multiply(x, this.gain as Variable), this.factor);
  }
}

class Own extends Model {
  static override readonly keras: KerasIdentity = { module: null, className: "Own", registeredName: "tests>Own" };
  readonly hidden = new Dense(3, { activation: "tanh" });
  readonly blocks: readonly [Dense, Scale] = [new Dense(3), new Scale(2)];
  override call(x: Tensor): Tensor {
    const [first, second] = this.blocks;
    return second(first(this.hidden(x)));
  }
}

interface Result {
  readonly error?: string;
  readonly outputs?: readonly (readonly number[])[];
  /** Whether each file of weights gave the weights of the model. */
  readonly weights?: readonly boolean[];
  readonly losses?: readonly number[];
  readonly iterations?: number;
}

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "neurite-save-"))));
afterAll(() => rm(folder, { recursive: true }));

/** What Keras makes of files. */
async function readByKeras(cases: readonly object[]): Promise<Record<string, Result>> {
  const running = promisify(execFile)(python as string, ["-c", read], { maxBuffer: 2 ** 26 });
  running.child.stdin?.end(JSON.stringify(cases));
  const { stdout } = await running;
  return JSON.parse(stdout.trim().split("\n").at(-1) as string) as Record<string, Result>;
}

const sizes = (shape: readonly (number | null)[]): number[] => shape.map((size) => size ?? 2);
const numbers = async (x: Tensor): Promise<number[]> => [...((await ops.cast(x, "float64").data()) as Float64Array)];

it.skipIf(python === undefined)(
  "Keras loads models of every kind and computes the same (NEURITE_PYTHON)",
  { timeout: 300_000 },
  async () => {
    const registry = setUp();
    const own = new Own();
    own.build([2, 4]);
    fill(own);
    const models: Record<string, Model> = { own };
    for (const [name, make] of Object.entries(architectures)) models[name] = fill(make());
    const expected: Record<string, number[][]> = {};
    const cases: object[] = [];
    for (const [name, model] of Object.entries(models)) {
      const inputs = name === "own" ? [formula([2, 4], 0.7, 0.1)] : model.inputs.map(({ shape, dtype }, i) => ops.cast(ops.abs(formula(sizes(shape), 0.7, i)), dtype)); // prettier-ignore
      const tree = model.graph === null ? inputs[0] : name === "named" ? { left: inputs[0], right: inputs[1] } : inputs.length === 1 ? inputs[0] : inputs; // prettier-ignore
      const outputs = flattenTree(
        name === "named" ? sortedByKey((model as (x: unknown) => object)(tree)) : (model as (x: unknown) => object)(tree),
      ) as Tensor[];
      expected[name] = await Promise.all(outputs.map(numbers));
      const path = join(folder, `${name}.keras`);
      await model.save(path, { registry });
      cases.push({
        name,
        path,
        inputs: await Promise.all(inputs.map(async (x) => ({ data: await numbers(x), shape: x.shape, dtype: x.dtype }))),
      });
    }
    const results = await readByKeras(cases);
    for (const [name, outputs] of Object.entries(expected)) {
      const result = results[name] as Result;
      expect(result.error, name).toBeUndefined();
      const digits = ["half", "brain", "mixed"].includes(name) ? 1 : 4;
      outputs.forEach((output, i) => {
        expect(result.outputs?.[i], name).toHaveLength(output.length);
        output.forEach((value, j) => expect(result.outputs?.[i]?.[j], name).toBeCloseTo(value, digits));
      });
    }
  },
);

it.skipIf(python === undefined)("Keras trains on where training stopped (NEURITE_PYTHON)", { timeout: 300_000 }, async () => {
  setUp();
  const [x, y] = [formula([8, 4], 0.7, 0.1), ops.abs(formula([8, 2], 0.9, 0.4))];
  const expected: Record<string, number[]> = {};
  const cases: object[] = [];
  for (const [name, make] of Object.entries(compiled)) {
    const model = fill(make());
    for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
    const path = join(folder, `${name}.keras`);
    await model.save(path);
    cases.push({ name, path, inputs: [] });
    const again = await loadModel(path);
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) {
      const loss = (await model.trainOnBatch(x, y))["loss"] as number;
      losses.push(loss);
      expect((await again.trainOnBatch(x, y))["loss"], name).toBe(loss);
    }
    expected[name] = losses;
  }
  const results = await readByKeras(cases);
  for (const [name, losses] of Object.entries(expected)) {
    const result = results[name] as Result;
    expect(result.error, name).toBeUndefined();
    expect(result.iterations, name).toBe(6);
    losses.forEach((loss, i) => expect(result.losses?.[i], `${name}, step ${i}`).toBeCloseTo(loss, 4));
  }
});

it.skipIf(python === undefined)("Keras loads weights from one file and from several (NEURITE_PYTHON)", { timeout: 300_000 }, async () => {
  setUp();
  const cases = await Promise.all(
    ["many", "nested", "brain", "recurrent"].map(async (name) => {
      const model = fill((architectures[name] as () => Model)());
      const [path, whole, spread] = ["keras", "weights.h5", "weights.json"].map((end) => join(folder, `${name}-weights.${end}`)) as [string, string, string]; // prettier-ignore
      // Keras loads folders, too.
      await model.save(name === "nested" ? path.replace(".keras", "") : path, { zipped: name !== "nested" });
      await model.saveWeights(whole);
      await model.saveWeights(spread, { maxShardSize: 400 / 2 ** 30 });
      return { name, path: name === "nested" ? path.replace(".keras", "") : path, weights: [whole, spread], inputs: [] };
    }),
  );
  const results = await readByKeras(cases);
  for (const { name } of cases) expect(results[name], name).toEqual({ weights: [true, true] });
});

const sortedByKey = (tree: object): object => Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));

it.skipIf(python === undefined)("h5py reads arrays of every dtype (NEURITE_PYTHON)", { timeout: 60_000 }, async () => {
  const { hdf5Bytes } = await import("./hdf5/write-hdf5.ts");
  const children = new Map<string, { dtype: never; shape: readonly number[]; bytes: Uint8Array }>();
  const add = (dtype: string, data: ArrayBufferView, shape = [2]): unknown =>
    children.set(dtype + shape.join(), { dtype: dtype as never, shape, bytes: new Uint8Array(data.buffer) });
  add("float16", Uint16Array.of(0x3c00, 0xc000));
  add("bfloat16", Uint16Array.of(0x3f80, 0xc000));
  add("float32", Float32Array.of(1, -2));
  add("float64", Float64Array.of(1, -2));
  add("float32", Float32Array.of(), [0, 3]);
  add("float64", Float64Array.of(3), []);
  add("bool", Uint8Array.of(1, 0));
  for (const type of [Int8Array, Int16Array, Int32Array]) add(type.name.replace("Array", "").toLowerCase(), type.of(1, -2));
  for (const type of [Uint8Array, Uint16Array, Uint32Array]) add(type.name.replace("Array", "").toLowerCase(), type.of(1, -2));
  add("int64", BigInt64Array.of(1n, -2n));
  add("uint64", BigUint64Array.of(1n, 2n ** 63n));
  const many = new Map(Array.from({ length: 700 }, (_, i) => [`größe ${i}`, { attributes: { name: `ü${i}` }, children: new Map() }]));
  const path = join(folder, "arrays.h5");
  await writeFile(path, hdf5Bytes({ attributes: { of: "tests" }, children: new Map<string, never>([...children, ["many", { attributes: {}, children: many }]] as never) })); // prettier-ignore
  const script = `
import h5py, json, sys
file = h5py.File(sys.argv[1])
arrays = {k: [str(v.dtype), list(v.shape), v[()].tobytes().hex(), dict(v.attrs)] for k, v in file.items() if k != "many"}
many = file["many"]
print(json.dumps([arrays, dict(file.attrs), len(many), all(many[f"größe {i}"].attrs["name"] == f"ü{i}" for i in range(700))]))
`;
  const { stdout } = await promisify(execFile)(python as string, ["-c", script, path]);
  const [arrays, attributes, count, named] = JSON.parse(stdout) as [Record<string, unknown>, object, number, boolean];
  expect([attributes, count, named]).toEqual([{ of: "tests" }, 700, true]);
  for (const [name, { dtype, shape, bytes }] of children) {
    const attrs = dtype === "bfloat16" ? { dtype } : {};
    expect(arrays[name], name).toEqual([dtype === "bfloat16" ? "|V2" : dtype, shape, Buffer.from(bytes).toString("hex"), attrs]);
  }
});
