import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reference } from "@neurite/backend-reference";
import { createRegistry, ops, resetAutoNames, setDefaultDevice, setSeed, tensor } from "@neurite/core";
import { Add, Dense, Dropout, Input, layersPlugin } from "@neurite/layers";
import { Model, Sequential } from "@neurite/models";
import { Adam, optimizersPlugin } from "@neurite/optimizers";
import { decode } from "fast-png";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFileWriter, decodeEvent, type DecodedSummary, modelGraph, readRecords, TensorBoard } from "./index.ts";

const python = process.env["NEURITE_PYTHON"];
const hasTensorBoard = python !== undefined && spawnSync(python, ["-c", "import tensorboard"]).status === 0;
const oracle = fileURLToPath(new URL("../oracles/read-events.py", import.meta.url));
let folder: string;

beforeAll(() => setDefaultDevice(reference()));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "neurite-tensorboard-"));
  resetAutoNames();
  setSeed(1);
});
afterEach(() => rmSync(folder, { recursive: true }));

type Found = DecodedSummary & { step: number };

function read(path: string): Found[] {
  const files = readdirSync(path);
  expect(files).toHaveLength(1);
  const events = [...readRecords(readFileSync(join(path, files[0]!)))].map(decodeEvent);
  return events.flatMap(({ step, summaries }) => summaries.map((summary) => ({ step, ...summary })));
}

const x = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i));
const y = Float32Array.from({ length: 20 }, (_, i) => Math.cos(i));
const inputs = (): ReturnType<typeof tensor> => ops.reshape(tensor(x), [20, 2]);

function makeModel(): Sequential {
  const model = new Sequential([new Dense(3, { inputShape: [2], activation: "relu" }), new Dense(1)], {
    registry: createRegistry([layersPlugin, optimizersPlugin]),
  });
  model.compile({ loss: "mse", optimizer: new Adam({ learningRate: 0.01 }) });
  return model;
}

describe("TensorBoard writes", () => {
  it("epoch metrics with the rate into train, validation metrics into validation", async () => {
    const board = new TensorBoard({ logDir: folder });
    const options = { epochs: 3, verbose: 0, validationData: [inputs(), y], callbacks: [board] } as const;
    const { history } = await makeModel().fit(inputs(), y, options);
    const train = read(join(folder, "train"));
    const losses = train.filter(({ tag }) => tag === "epoch_loss");
    expect(losses.map(({ step }) => step)).toEqual([0, 1, 2]);
    losses.forEach(({ values }, i) => expect(values[0]).toBeCloseTo(history["loss"]![i]!, 6));
    expect(train.filter(({ tag }) => tag === "epoch_learning_rate").map(({ values }) => values[0])).toEqual(
      [0, 1, 2].map(() => Math.fround(0.01)),
    );
    const validation = read(join(folder, "validation"));
    validation
      .filter(({ tag }) => tag === "epoch_loss")
      .forEach(({ values }, i) => expect(values[0]).toBeCloseTo(history["val_loss"]![i]!, 6));
    expect(validation.filter(({ tag }) => tag === "evaluation_loss_vs_iterations").map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it("batch metrics as often as asked", async () => {
    const board = new TensorBoard({ logDir: folder, updateFreq: 2, writeStepsPerSecond: true });
    await makeModel().fit(inputs(), y, { epochs: 2, batchSize: 4, verbose: 0, callbacks: [board] });
    const train = read(join(folder, "train"));
    expect(train.filter(({ tag }) => tag === "batch_loss").map(({ step }) => step)).toEqual([2, 4, 6, 8, 10]);
    for (const tag of ["batch_steps_per_second", "epoch_steps_per_second"])
      for (const { values } of train.filter((summary) => summary.tag === tag)) expect(values[0]).toBeGreaterThan(0);
  });

  it("histograms and pictures of the weights", async () => {
    const board = new TensorBoard({ logDir: folder, histogramFreq: 2, writeImages: true });
    const model = makeModel();
    await model.fit(inputs(), y, { epochs: 3, verbose: 0, callbacks: [board] });
    const train = read(join(folder, "train"));
    const kernel = model.layers[0]!.weights[0]!;
    const histograms = train.filter(({ tag }) => tag === `${kernel.name}/histogram`);
    expect(histograms.map(({ step }) => step)).toEqual([0, 2]);
    const rows = histograms[1]!.values as number[];
    const values = (await kernel.data()) as Float32Array;
    expect([rows[0], rows.at(-2)]).toEqual([Math.min(...values), Math.max(...values)]);
    expect(rows.filter((_, i) => i % 3 === 2).reduce((a, b) => a + b)).toBe(6);
    const picture = train.find(({ tag }) => tag === `${kernel.name}/image`)!;
    expect(picture.values.slice(0, 2).map((bytes) => Buffer.from(bytes as Uint8Array).toString())).toEqual(["3", "2"]);
  });

  it("nothing where nothing listens to batches: steps stay in one call", () => {
    expect(new TensorBoard().onTrainBatchEnd).toBeUndefined();
  });

  it("refuses frequencies that are none", () => {
    expect(() => new TensorBoard({ histogramFreq: -1 })).toThrow(/histogramFreq must be a whole number/);
    expect(() => new TensorBoard({ updateFreq: "often" as never })).toThrow(/updateFreq must be "epoch", "batch"/);
  });
});

describe("a file writer", () => {
  it("writes scalars, histograms, pictures, text and audio in order", async () => {
    const writer = createFileWriter(folder);
    for (const step of [0, 1]) writer.scalar("scalar", tensor(step / 4), { step });
    writer.histogram("histogram", [1, 2, 3], { step: 1, buckets: 2 });
    writer.image(
      "image",
      tensor([
        [
          [[0], [1]],
          [[0.5], [2]],
        ],
      ]),
      { step: 1 },
    );
    writer.text("text", ["# one", "two"], { step: 1, description: "words" });
    writer.audio("audio", ops.zeros([2, 10, 1]), { step: 1, sampleRate: 8000, maxOutputs: 1 });
    await writer.close();
    const found = read(folder);
    expect(found.map(({ tag, plugin, shape }) => [tag, plugin, shape])).toEqual([
      ["scalar", "scalars", []],
      ["scalar", "scalars", []],
      ["histogram", "histograms", [2, 3]],
      ["image", "images", [3]],
      ["text", "text", [2]],
      ["audio", "audio", [1, 2]],
    ]);
    const png = decode(found[3]!.values[2] as Uint8Array);
    expect([png.width, png.height, png.channels, ...png.data]).toEqual([2, 2, 1, 0, 255, 127, 255]);
  });

  it("says what is wrong at the call, and what could not be written at the flush", async () => {
    const writer = createFileWriter(folder);
    expect(() => writer.scalar("a", 1, { step: 0.5 })).toThrow(/\[scalar\] step must be an integer: got 0.5/);
    expect(() => writer.scalar("", 1, { step: 0 })).toThrow(/name must be a string/);
    writer.histogram("a", [NaN], { step: 0 });
    writer.image("b", [1, 2], { step: 0 });
    await expect(writer.flush()).rejects.toThrow(/values must be finite/);
    await writer.close();
    expect(() => writer.scalar("a", 1, { step: 0 })).toThrow(/closed/);
    const blocked = createFileWriter(join(oracle, "no-folder"));
    blocked.scalar("a", 1, { step: 0 });
    await expect(blocked.close()).rejects.toThrow(/ENOTDIR/);
  });
});

it.skipIf(!hasTensorBoard)(
  "TensorBoard itself reads it all (NEURITE_PYTHON, with the package tensorboard)",
  { timeout: 60_000 },
  async () => {
    const writer = createFileWriter(folder);
    writer.scalar("scalar", 0.25, { step: 7, description: "a number" });
    writer.histogram("histogram", [0, 1, 1, 4], { step: 1, buckets: 2 });
    writer.image("image", ops.zeros([1, 4, 5, 3]), { step: 2 });
    writer.text("text", "hello", { step: 3 });
    writer.audio("audio", ops.zeros([1, 10, 2]), { step: 4, sampleRate: 8000 });
    const input = Input({ shape: [2], name: "in" });
    const hidden = new Dense(2, { name: "hidden" })(input);
    const model = new Model({ inputs: input, outputs: new Add({ name: "sum" })([hidden, new Dropout(0.5, { name: "drop" })(hidden)]) });
    writer.graph(modelGraph(model.getConfig())!);
    await writer.close();
    const read = JSON.parse(execFileSync(python!, [oracle, folder], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })) as unknown;
    expect(read).toMatchObject({
      tensors: {
        scalar: { plugin: "scalars", data_class: 1, description: "a number", events: [{ step: 7, shape: [], values: [0.25] }] },
        histogram: { plugin: "histograms", data_class: 2, events: [{ step: 1, shape: [2, 3], values: [0, 2, 3, 2, 4, 1] }] },
        image: { plugin: "images", data_class: 3, events: [{ values: [{ text: "5" }, { text: "4" }, { start: "89504e470d0a1a0a" }] }] },
        text: { plugin: "text", events: [{ step: 3, values: [{ text: "hello" }] }] },
        audio: { plugin: "audio", events: [{ shape: [1, 2], values: [{ bytes: 84 }, { bytes: 0 }] }] },
      },
      graph: [
        { name: "in", op: "InputLayer", input: [] },
        { name: "hidden", op: "Dense", input: ["in"] },
        { name: "drop", op: "Dropout", input: ["hidden"] },
        { name: "sum", op: "Add", input: ["hidden", "drop"] },
      ],
    });
  },
);
