import { Dense, Input } from "@neurite/layers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Sequential, type Verbosity } from "../index.ts";
import { data, setUp } from "../testing/fixtures.ts";

beforeEach(() => void setUp());
afterEach(() => void vi.restoreAllMocks());

/** What the jobs print, on a terminal or not, with their times left out. */
async function printed(verbose: Verbosity | undefined, isTTY: boolean): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((part) => ((text += String(part)), true));
  const before = process.stdout.isTTY;
  process.stdout.isTTY = isTTY;
  try {
    const model = new Sequential([Input({ shape: [6] }), new Dense(1, { kernelInitializer: "zeros" })]);
    const options = { batchSize: 20, ...(verbose === undefined ? {} : { verbose }) };
    model.compile({ loss: "mse", optimizer: "sgd" });
    await model.fit(data.x(), data.target(), { ...options, epochs: 2, validationSplit: 0.2 });
    await model.evaluate(data.x(), data.target(), options);
    await model.predict(data.x(), options);
  } finally {
    process.stdout.isTTY = before;
    vi.restoreAllMocks();
  }
  return text.replace(/\d+s\b/g, "TIME").replace(/\d+[mu]s\/step/g, "STEP").replace(/loss: [\d.]+/g, "loss: L"); // prettier-ignore
}

const lines = [
  "Epoch 1/2 - TIME - STEP - loss: L - val_loss: L",
  "Epoch 2/2 - TIME - STEP - loss: L - val_loss: L",
  "3/3 - TIME - STEP - loss: L",
  "3/3 - TIME - STEP",
];
const bar = "━".repeat(20);

test("verbose 0 prints nothing", async () => {
  expect(await printed(0, true)).toBe("");
});

test("verbose 2, and the default where there is no terminal, prints a line for each epoch and job", async () => {
  for (const text of [await printed(2, true), await printed(undefined, false), await printed("auto", false)]) {
    expect(text).toBe(`${lines.join("\n")}\n`);
  }
});

test("verbose 1, and the default on a terminal, draws bars", async () => {
  for (const text of [await printed(1, false), await printed(undefined, true)]) {
    const last = text.split("\n").map((line) => line.split("\u001B[2K").at(-1));
    expect(last).toEqual([
      "Epoch 1/2",
      `2/2 ${bar} TIME STEP - loss: L - val_loss: L`,
      "Epoch 2/2",
      `2/2 ${bar} TIME STEP - loss: L - val_loss: L`,
      `3/3 ${bar} TIME STEP - loss: L`,
      `3/3 ${bar} TIME STEP`,
      "",
    ]);
  }
});
