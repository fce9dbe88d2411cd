import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallbackModel, SerializationError, ValueError } from "@neurite/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BackupAndRestore } from "./backup-and-restore.ts";
import { fileName } from "./file-pattern.ts";
import { ModelCheckpoint } from "./model-checkpoint.ts";

/** Computed by oracles/checkpoints.py. */
interface KerasRun {
  readonly filepath: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly values: readonly number[];
  readonly batches: number;
  readonly saved: readonly (readonly ["save" | "saveWeights", string])[];
  readonly best: number | null;
  readonly printed: readonly string[];
}
const { runs, formatted } = JSON.parse(readFileSync(new URL("../testing/fixtures/checkpoints.json", import.meta.url), "utf8")) as {
  readonly runs: readonly KerasRun[];
  readonly formatted: readonly (readonly [format: string, number: string, text: string | null])[];
};
const camelCase = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "neurite-checkpoint-"))));
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** A model that writes down what it is asked to do. */
function fake(): CallbackModel & { readonly calls: [string, string][]; failing: string | null } {
  const calls: [string, string][] = [];
  const model = {
    name: "fake",
    stopTraining: false,
    optimizer: null,
    initialEpoch: null as number | null,
    failing: null as string | null,
    calls,
    getWeights: () => Promise.resolve([]),
    setWeights: (): void => {},
    save: async (path: string): Promise<void> => void calls.push(["save", path]),
    saveWeights: async (path: string): Promise<void> => {
      calls.push(["saveWeights", path]);
      await writeFile(path, String(calls.length));
    },
    loadWeights: (path: string): Promise<void> => {
      calls.push(["loadWeights", path]);
      if (path !== model.failing) return Promise.resolve();
      model.failing = null;
      return Promise.reject(new SerializationError("damaged"));
    },
  };
  return model;
}

describe("ModelCheckpoint", () => {
  test.each(runs.map((run, i) => [i, run] as const))("saves what Keras saves, and says so: %i", async (_, run) => {
    const options = Object.fromEntries(Object.entries(run.options).map(([key, value]) => [camelCase(key), value]));
    const checkpoint = new ModelCheckpoint(join(folder, run.filepath), options);
    const model = fake();
    if (options["saveWeightsOnly"] === true) model.saveWeights = async (path) => void model.calls.push(["saveWeights", path]);
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line.replace(`${folder}/`, "")));
    checkpoint.setModel(model);
    for (const [epoch, value] of run.values.entries()) {
      checkpoint.onEpochBegin(epoch);
      for (let batch = 0; batch < run.batches; batch++) await checkpoint.onTrainBatchEnd?.(batch, { loss: 1 / (1 + epoch * run.batches + batch) }); // prettier-ignore
      await checkpoint.onEpochEnd(epoch, { loss: 0.5, val_loss: value, accuracy: value, mae: value });
    }
    expect(model.calls.map(([job, path]) => [job, path.replace(`${folder}/`, "")])).toEqual(run.saved);
    if (options["saveBestOnly"] === true) expect(checkpoint.best).toBe(run.best);
    expect(printed).toEqual(run.printed);
  });

  test("listens to batches only where it saves after batches", () => {
    expect(new ModelCheckpoint("a.keras").onTrainBatchEnd).toBeUndefined();
    expect(new ModelCheckpoint("a.keras", { saveFreq: 2 }).onTrainBatchEnd).toBeDefined();
  });

  test("saves without the metric too, and warns once", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const checkpoint = new ModelCheckpoint(join(folder, "{epoch}.keras"), { saveBestOnly: true });
    const model = fake();
    checkpoint.setModel(model);
    for (const epoch of [0, 1]) await checkpoint.onEpochEnd(epoch, { loss: 1 });
    expect(model.calls).toHaveLength(2);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/there is no metric "val_loss" to tell the best model by.*: the metrics are loss/)],
    ]);
  });

  test("a model after one that was no number is better", async () => {
    const checkpoint = new ModelCheckpoint(join(folder, "a.keras"), { saveBestOnly: true });
    const model = fake();
    checkpoint.setModel(model);
    for (const [epoch, loss] of [NaN, 0.5, 0.7].entries()) await checkpoint.onEpochEnd(epoch, { val_loss: loss });
    expect([model.calls.length, checkpoint.best]).toEqual([2, 0.5]);
  });

  test.each([
    ["another end", () => new ModelCheckpoint("a.h5"), /a model is saved to a path that ends in \.keras: got "a\.h5"/],
    ["weights as a model", () => new ModelCheckpoint("a.keras", { saveWeightsOnly: true }), /weights are saved to a path that ends in \.weights\.h5/],
    ["no path", () => new ModelCheckpoint(3 as never), /ends in \.keras: got 3/],
    ["another frequency", () => new ModelCheckpoint("a.keras", { saveFreq: 0 }), /saveFreq must be "epoch" or a positive number of batches: got 0/],
    ["a metric that tells nothing", () => new ModelCheckpoint("a.keras", { saveBestOnly: true, monitor: "speed" }), /does not tell whether lower or higher is better/],
    ["another mode", () => new ModelCheckpoint("a.keras", { saveBestOnly: true, mode: "best" as never }), /mode must be "auto", "min" or "max"/],
    ["no options", () => new ModelCheckpoint("a.keras", null as never), /options must be one object/],
    ["no folder", () => new BackupAndRestore(""), /backupDir must be the path of a folder: got ""/],
    ["a frequency of backups", () => new BackupAndRestore("a", { saveFreq: "batch" as never }), /saveFreq must be "epoch"/],
  ] as const)("%s: refused", (_what, make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  }); // prettier-ignore

  test("a name that no metric has, and a model without files", async () => {
    const checkpoint = new ModelCheckpoint("{val_acc:.2f}.keras");
    checkpoint.setModel(fake());
    await expect(checkpoint.onEpochEnd(0, { loss: 1 })).rejects.toThrow(
      /filepath "\{val_acc:\.2f\}\.keras": there is no "val_acc": there are epoch, loss/,
    );
    const plain = new ModelCheckpoint(join(folder, "a.keras"));
    const { save: _save, ...rest } = fake();
    plain.setModel(rest);
    await expect(plain.onEpochEnd(0, { loss: 1 })).rejects.toThrow(/model "fake" cannot be saved/);
  });
});

describe("patterns of file names", () => {
  test.each(formatted)("%j of %s is what Python makes of it", (format, number, text) => {
    const value = number === "nan" ? NaN : number === "inf" ? Infinity : Number(number);
    const make = (): string => fileName("test", `{x:${format}}`, { x: value });
    if (text === null) expect(make).toThrow(ValueError);
    else expect(make()).toBe(text);
  });

  test("doubled braces are braces; single ones are refused", () => {
    expect(fileName("test", "{{{a}}}-{a}", { a: 1 })).toBe("{1}-1");
    expect(() => fileName("test", "a}b", {})).toThrow(/a single "}"/);
    expect(() => fileName("test", "{a", { a: 1 })).toThrow(/a single "{"/);
    for (const format of ["q", ".4", ".2d", ",d"])
      expect(() => fileName("test", `{a:${format}}`, { a: 1 })).toThrow(/is no format of the number 1/);
    expect(() => fileName("test", "{a:q}", { a: 1 })).toThrow(/"\{a:q\}" is no format of the number 1/);
  });
});

describe("BackupAndRestore", () => {
  const dir = (): string => join(folder, "deep", "backup");
  const begin = async (options: object = {}): Promise<[BackupAndRestore, ReturnType<typeof fake>]> => {
    const [backup, model] = [new BackupAndRestore(dir(), options), fake()];
    backup.setModel(model);
    await backup.onTrainBegin();
    return [backup, model];
  };
  const files = async (): Promise<string[]> => (await readdir(dir()).catch(() => [])).toSorted();

  test("goes on at the epoch after the last whole one, and takes its files away in the end", async () => {
    const [first, interrupted] = await begin();
    expect([interrupted.calls, interrupted.initialEpoch]).toEqual([[], null]);
    for (const epoch of [0, 1]) await first.onEpochEnd(epoch);
    expect(await files()).toEqual(["latest.weights.h5", "training_metadata.json"]);
    const [second, model] = await begin();
    expect([model.calls, model.initialEpoch]).toEqual([[["loadWeights", `${dir()}/latest.weights.h5`]], 2]);
    await second.onTrainEnd();
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  test("keeps the files where that is wanted, and what else is in the folder always", async () => {
    const [kept] = await begin({ deleteCheckpoint: false });
    await kept.onEpochEnd(0);
    await kept.onTrainEnd();
    expect(await files()).toHaveLength(2);
    const [gone] = await begin();
    await writeFile(join(dir(), "notes.txt"), "mine");
    await gone.onTrainEnd();
    expect(await files()).toEqual(["notes.txt"]);
  });

  test("after some batches, within the epoch that is begun again", async () => {
    const [backup, model] = await begin({ saveFreq: 3 });
    for (const epoch of [0, 1]) {
      for (const batch of [0, 1, 2, 3]) await backup.onTrainBatchEnd?.(batch);
      await backup.onEpochEnd(epoch);
    }
    expect(model.calls.filter(([job]) => job === "saveWeights")).toHaveLength(2);
    expect(JSON.parse(readFileSync(join(dir(), "training_metadata.json"), "utf8"))).toEqual({ epoch: 1, batch: 1 });
    const [, again] = await begin();
    expect(again.initialEpoch).toBe(1);
  });

  test("falls back on the state before, where that is kept", async () => {
    const [backup] = await begin({ doubleCheckpoint: true });
    for (const epoch of [0, 1, 2]) await backup.onEpochEnd(epoch);
    expect(await files()).toHaveLength(4);
    const [second, model] = [new BackupAndRestore(dir()), fake()];
    model.failing = `${dir()}/latest.weights.h5`;
    second.setModel(model);
    await second.onTrainBegin();
    expect([model.calls.length, model.initialEpoch]).toEqual([2, 2]);
    // What was damaged is never taken for the state before.
    expect(readFileSync(join(dir(), "latest.weights.h5"), "utf8")).toBe("2");
    await rm(join(dir(), "latest.weights.h5.bkp"));
    model.failing = `${dir()}/latest.weights.h5`;
    await expect(second.onTrainBegin()).rejects.toThrow("damaged");
  });

  test("names a file that tells no epoch", async () => {
    const [backup] = await begin();
    await backup.onEpochEnd(0);
    for (const text of ["{", "{}", '{"epoch": -1}']) {
      await writeFile(join(dir(), "training_metadata.json"), text);
      await expect(begin()).rejects.toThrow(/training_metadata\.json" is damaged/);
    }
  });
});
