import { readFileSync } from "node:fs";
import type { CallbackModel, Logs } from "@neurite/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { EarlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";

/** Computed by oracles/early-stopping.py. */
interface KerasRun {
  readonly options: Readonly<Record<string, unknown>>;
  /** The metric after each epoch; null: no validation then. */
  readonly values: readonly (number | null)[];
  readonly epochs: number;
  readonly stoppedEpoch: number;
  readonly bestEpoch: number;
  readonly best: number | null;
  /** The epoch whose weights the model has in the end. */
  readonly weights: number;
  readonly printed: string;
}

const kerasRuns = JSON.parse(readFileSync(new URL("./testing/fixtures/early-stopping.json", import.meta.url), "utf8")) as KerasRun[];
const camelCase = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

afterEach(() => void vi.restoreAllMocks());

/** Runs the callback over the metrics of epochs; the weights are the number of the last epoch. */
async function run(stopping: EarlyStopping, epochs: readonly Logs[]): Promise<{ epochs: number; weights: unknown }> {
  const model: CallbackModel & { weights: unknown } = {
    name: "fake",
    stopTraining: false,
    optimizer: null,
    weights: -1,
    getWeights: () => Promise.resolve([model.weights]),
    setWeights: (weights: readonly unknown[]) => void ([model.weights] = weights),
  };
  stopping.setModel(model);
  stopping.onTrainBegin();
  let epoch = 0;
  while (epoch < epochs.length && !model.stopTraining) {
    model.weights = epoch;
    await stopping.onEpochEnd(epoch, epochs[epoch]);
    epoch++;
  }
  stopping.onTrainEnd();
  return { epochs: epoch, weights: model.weights };
}

test.each(kerasRuns.map((expected) => [JSON.stringify(expected.options), expected.values.length, expected] as const))(
  "as in Keras: %s over %i epochs",
  async (_name, _epochs, expected) => {
    let printed = "";
    vi.spyOn(console, "log").mockImplementation((line: string) => void (printed += `${line}\n`));
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const options = Object.fromEntries(
      Object.entries(expected.options).map(([key, value]) => [camelCase(key), value]),
    ) as EarlyStoppingOptions;
    const stopping = new EarlyStopping(options);
    const logs = expected.values.map((value): Logs => (value === null ? { loss: 1 } : { [stopping.monitor]: value }));
    const { epochs, weights } = await run(stopping, logs);
    const { stoppedEpoch, bestEpoch, best } = stopping;
    const seen = { epochs, weights, stoppedEpoch, bestEpoch, best: Number.isFinite(best) ? best : null, printed };
    const { options: _options, values: _values, ...wanted } = expected;
    expect(seen).toEqual(wanted);
    // The callback may be used again.
    expect(await run(stopping, logs)).toEqual({ epochs, weights });
  },
);

describe("metrics", () => {
  test("that are not there are refused, rather than never stopping", async () => {
    const missing = /\[EarlyStopping\] there is no metric "acc": the metrics are loss, val_loss/;
    await expect(run(new EarlyStopping({ monitor: "acc" }), [{ loss: 1, val_loss: 1 }])).rejects.toThrow(missing);
    await expect(run(new EarlyStopping({ monitor: "val_acc" }), [{ loss: 1, val_loss: 1 }])).rejects.toThrow(/no metric "val_acc"/);
  });

  test("that are missing for want of validation are warned of once", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    expect(await run(new EarlyStopping(), [{ loss: 1 }, { loss: 1 }, { loss: 1 }])).toEqual({ epochs: 3, weights: 2 });
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/no metric "val_loss": the metrics are loss\. Was fit given validationData/)]]);
  });

  test("of NaN are no improvement, not even the first", async () => {
    const stopping = new EarlyStopping({ patience: 2, restoreBestWeights: true });
    expect(await run(stopping, [NaN, 0.5, NaN, 0.6, 0.4].map((value) => ({ val_loss: value })))).toEqual({ epochs: 4, weights: 1 }); // prettier-ignore
    expect(stopping.best).toBe(0.5);
    expect(await run(stopping, [{ val_loss: NaN }, { val_loss: NaN }])).toEqual({ epochs: 2, weights: 0 });
  });

  test.each([
    [
      "min",
      [
        "val_loss",
        "loss",
        "aux_loss",
        "val_mean_squared_error",
        "mse",
        "rmse",
        "val_binary_crossentropy",
        "false_positives",
        "accuracy_loss",
      ],
    ],
    [
      "max",
      [
        "val_accuracy",
        "acc",
        "val_auc",
        "precision_1",
        "top_k_categorical_accuracy",
        "f1_score",
        "mean_io_u",
        "r2_score",
        "true_negatives",
      ],
    ],
  ] as const)("go by their names: %s", async (mode, names) => {
    for (const monitor of names) {
      const better = mode === "min" ? 0.1 : 0.9;
      const { epochs } = await run(new EarlyStopping({ monitor }), [0.5, better, better].map((value) => ({ [monitor]: value }))); // prettier-ignore
      expect(epochs, monitor).toBe(3);
      expect((await run(new EarlyStopping({ monitor }), [0.5, 1 - better, 1 - better].map((value) => ({ [monitor]: value })))).epochs, monitor).toBe(2); // prettier-ignore
    }
  });

  test("whose names do not tell need a mode", () => {
    expect(() => new EarlyStopping({ monitor: "val_score" })).toThrow(
      /"val_score" does not tell whether lower or higher is better: give mode/,
    );
    expect(new EarlyStopping({ monitor: "val_score", mode: "max" }).best).toBe(-Infinity);
  });
});

test("options out of range are refused", () => {
  expect(() => new EarlyStopping({ patience: -1 })).toThrow(/\[EarlyStopping\] patience must be a whole number of epochs: got -1/);
  expect(() => new EarlyStopping({ startFromEpoch: 0.5 })).toThrow(/startFromEpoch must be/);
  expect(() => new EarlyStopping({ mode: "up" as never })).toThrow(/mode must be "auto", "min" or "max": got "up"/);
});
