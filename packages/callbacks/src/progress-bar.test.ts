import type { CallbackModel, CallbackParams, Logs } from "@neurite/core";
import { expect, test } from "vitest";
import { CallbackList } from "./callback-list.ts";
import { ProgressBar } from "./progress-bar.ts";

const model: CallbackModel = {
  name: "fake",
  stopTraining: false,
  optimizer: null,
  getWeights: () => Promise.resolve([]),
  setWeights: () => {},
};

/** A job on a scripted clock. `text` is all that was written; `reads` counts the metrics asked for. */
function job(
  output: { isTTY?: boolean; columns?: number },
  params: Partial<CallbackParams>,
): {
  list: CallbackList;
  after(milliseconds: number): void;
  progress(done: number, logs?: Logs): Promise<void>;
  readonly text: string;
  readonly reads: number;
} {
  let now = 5000;
  let text = "";
  let reads = 0;
  const clock = (): number => now;
  const all: CallbackParams = { epochs: 2, steps: 40, verbose: "auto", ...params };
  const bar = new ProgressBar({ output: { ...output, write: (part) => (text += part) }, clock });
  const list = new CallbackList([bar], { model, params: all, clock });
  return {
    list,
    after: (milliseconds) => void (now += milliseconds),
    progress: (done, logs = { loss: 0.5 }) =>
      list.progress(done, all.steps as number, () => {
        reads++;
        return Promise.resolve(logs);
      }),
    get text() {
      return text;
    },
    get reads() {
      return reads;
    },
  };
}

const clear = "\r\u001B[2K";

/** Two epochs with validation. */
async function train(it: ReturnType<typeof job>): Promise<void> {
  await it.list.call("onTrainBegin");
  await it.list.call("onEpochBegin", 0);
  it.after(50);
  await it.progress(5);
  it.after(100);
  await it.progress(10, { loss: 1.25, mae: 0.00012345 });
  it.after(20);
  await it.progress(15);
  it.after(1830);
  await it.progress(20, { loss: 0.75, mae: 0 });
  it.after(500);
  await it.progress(40);
  await it.list.call("onTestBegin");
  it.after(200);
  await it.progress(1);
  await it.list.call("onTestEnd", { loss: 9 });
  it.after(100);
  await it.list.call("onEpochEnd", 0, { loss: 0.5, val_loss: NaN });
  await it.list.call("onEpochBegin", 1);
  it.after(30);
  await it.list.call("onEpochEnd", 1, { loss: 0.25 });
  await it.list.call("onTrainEnd", { loss: 0.25 });
}

test("on a terminal the bar is redrawn in place: steps, time left, time a step, metrics", async () => {
  const it = job({ isTTY: true }, {});
  await train(it);
  const bar = (filled: number): string => "━".repeat(filled) + " ".repeat(20 - filled);
  expect(it.text).toBe(
    [
      "Epoch 1/2\n",
      `10/40 ${bar(5)} 0s 15ms/step - loss: 1.2500 - mae: 1.2345e-4`,
      `${clear}20/40 ${bar(10)} 2s 100ms/step - loss: 0.7500 - mae: 0.0000`,
      `${clear}40/40 ${bar(20)} 2s 70ms/step - loss: 0.5000 - val_loss: NaN\n`,
      "Epoch 2/2\n",
      `40/40 ${bar(20)} 0s 750us/step - loss: 0.2500\n`,
    ].join(""),
  );
  // Metrics are read for what is drawn, not in the validation and not within a tenth of a second.
  expect(it.reads).toBe(2);
});

test("elsewhere a line an epoch, and nothing is read", async () => {
  for (const [output, verbose] of [
    [{}, "auto"],
    [{ isTTY: true }, 2],
    [{}, 2],
  ] as const) {
    const it = job(output, { verbose });
    await train(it);
    expect(it.text).toBe("Epoch 1/2 - 2s - 70ms/step - loss: 0.5000 - val_loss: NaN\nEpoch 2/2 - 0s - 750us/step - loss: 0.2500\n");
    expect(it.reads).toBe(0);
  }
});

test("elsewhere with verbose 1 the bars as they are in the end, without control characters", async () => {
  const it = job({}, { verbose: 1 });
  await train(it);
  const full = "━".repeat(20);
  expect(it.text).toBe(
    `Epoch 1/2\n40/40 ${full} 2s 70ms/step - loss: 0.5000 - val_loss: NaN\nEpoch 2/2\n40/40 ${full} 0s 750us/step - loss: 0.2500\n`,
  );
  expect(it.reads).toBe(0);
});

test("evaluation and prediction end with a line of their own", async () => {
  const evaluation = job({ isTTY: true }, { epochs: 1, steps: 4 });
  await evaluation.list.call("onTestBegin");
  evaluation.after(2400);
  await evaluation.progress(2);
  evaluation.after(4000);
  await evaluation.list.call("onTestEnd", { loss: 0.5 });
  expect(evaluation.text).toBe(
    `2/4 ${"━".repeat(10)}${" ".repeat(10)} 2s 1s/step - loss: 0.5000${clear}4/4 ${"━".repeat(20)} 6s 2s/step - loss: 0.5000\n`,
  );

  const prediction = job({}, { epochs: 1, steps: 4 });
  await prediction.list.call("onPredictBegin");
  prediction.after(200);
  await prediction.progress(2);
  await prediction.list.call("onPredictEnd");
  expect(prediction.text).toBe("4/4 - 0s - 50ms/step\n");
  expect(prediction.reads).toBe(0);
});

test("long times are in minutes and hours; a number of steps that is not known is a question mark", async () => {
  const it = job({ isTTY: true }, { steps: 100, epochs: 1 });
  await it.list.call("onTrainBegin");
  await it.list.call("onEpochBegin", 0);
  it.after(40_000);
  await it.progress(1, {});
  it.after(27_000);
  await it.progress(50, {});
  expect(it.text).toBe(`  1/100 ${" ".repeat(20)} 1:06:00 40s/step${clear} 50/100 ${"━".repeat(10)}${" ".repeat(10)} 1:07 1s/step`);

  const unknown = job({}, { steps: null });
  await unknown.list.call("onTrainBegin");
  await unknown.list.call("onEpochBegin", 0);
  unknown.after(65_000);
  await unknown.list.call("onEpochEnd", 0, {});
  expect(unknown.text).toBe("Epoch 1/2 - 1:05\n");
});

test("a line that does not fit the terminal is cut while it is redrawn, and whole in the end", async () => {
  const it = job({ isTTY: true, columns: 40 }, { epochs: 1 });
  await it.list.call("onTrainBegin");
  await it.list.call("onEpochBegin", 0);
  it.after(200);
  await it.progress(20, { loss: 0.5, accuracy: 0.5 });
  await it.list.call("onEpochEnd", 0, { loss: 0.5, accuracy: 0.5 });
  const [drawn, last] = it.text.split(clear);
  expect(drawn).toHaveLength(39);
  expect(last).toMatch(/5ms\/step - loss: 0\.5000 - accuracy: 0\.5000\n$/);
});
