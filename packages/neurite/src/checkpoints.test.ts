/** Training that is interrupted and taken up again, and models saved on the way, with everything as users meet it. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BackupAndRestore, LambdaCallback, ModelCheckpoint } from "./callbacks.ts";
import { Input, loadModel, type Logs, resetAutoNames, Sequential, tensor } from "./index.ts";
import { Dense } from "./layers.ts";
import { Adam } from "./optimizers.ts";
import { ExponentialDecay } from "./schedules.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "neurite-checkpoints-"))));
afterEach(() => rm(folder, { recursive: true }));

const wave = (rows: number, columns: number, a: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin((i * columns + j) * a)));
const [x, y] = [wave(32, 4, 0.7), wave(32, 2, 0.3)];

function made(): Sequential {
  resetAutoNames();
  const model = new Sequential([Input({ shape: [4] }), new Dense(5, { activation: "tanh" }), new Dense(2)]);
  model.weights.forEach((weight, i) => weight.assign(weight.shape.length === 1 ? weight : tensor(wave(...(weight.shape as unknown as [number, number]), i + 1)))); // prettier-ignore
  model.compile({ optimizer: new Adam({ learningRate: new ExponentialDecay(0.1, 5, 0.9) }), loss: "mse" });
  return model;
}

const train = async (model: Sequential, epochs: number, callbacks: readonly object[]): Promise<readonly number[]> =>
  (await model.fit(x, y, { epochs, batchSize: 8, shuffle: false, verbose: 0, callbacks: callbacks as never })).history["loss"]!;

describe("BackupAndRestore", () => {
  test.each(["epoch", 4] as const)("interrupted training goes on as if it had not been, saved after %s", async (saveFreq) => {
    const whole = await train(made(), 6, []);
    const backup = join(folder, "backup");
    const interrupt = new LambdaCallback({
      onEpochBegin: (epoch) => {
        if (epoch === 3) throw new Error("power failure");
      },
    });
    const callbacks = (): BackupAndRestore[] => [new BackupAndRestore(backup, { saveFreq })];
    await expect(train(made(), 6, [...callbacks(), interrupt])).rejects.toThrow("power failure");
    expect(await readdir(backup)).toHaveLength(2);
    const rest = await train(made(), 6, callbacks());
    // The last batch of an epoch is saved before the epoch is over: it is begun again.
    expect(rest).toHaveLength(saveFreq === "epoch" ? 3 : 4);
    if (saveFreq === "epoch") expect(rest).toEqual(whole.slice(3));
    expect(await readdir(folder)).toEqual([]);
    expect(await train(made(), 2, [])).toEqual(whole.slice(0, 2));
  });

  test("a fit that begins anew begins at its own epoch", async () => {
    const model = made();
    const backup = join(folder, "backup");
    await train(model, 2, [new BackupAndRestore(backup, { deleteCheckpoint: false })]);
    expect(await train(model, 2, [new BackupAndRestore(backup, { deleteCheckpoint: false })])).toBeUndefined();
    expect(await train(model, 2, [])).toHaveLength(2);
  });
});

describe("ModelCheckpoint", () => {
  test("models saved on the way train on from there", async () => {
    const model = made();
    const whole = await train(model, 5, [new ModelCheckpoint(join(folder, "{epoch:02d}.keras"))]);
    expect((await readdir(folder)).toSorted()).toEqual(["01.keras", "02.keras", "03.keras", "04.keras", "05.keras"]);
    const third = await loadModel<Sequential>(join(folder, "03.keras"));
    expect(await train(third, 2, [])).toEqual(whole.slice(3));
  });

  test("the best weights, after batches", async () => {
    const seen: number[] = [];
    const model = made();
    const file = join(folder, "{batch}-best.weights.h5");
    await train(model, 2, [
      new ModelCheckpoint(file, { saveWeightsOnly: true, saveBestOnly: true, monitor: "loss", saveFreq: 2 }),
      new LambdaCallback({ onTrainBatchEnd: (_batch: number, logs?: Logs) => void seen.push(logs?.["loss"] as number) }),
    ]);
    expect(seen).toHaveLength(8);
    const files = (await readdir(folder)).toSorted();
    expect(files.length).toBeGreaterThan(0);
    expect(files.every((name) => /^[24]-best\.weights\.h5$/.test(name))).toBe(true);
    const other = made();
    await other.loadWeights(join(folder, files[0] as string));
    expect(await other.optimizer.iterations.item()).toBeGreaterThan(0);
  });
});
