import { reference } from "@neurite/backend-reference";
import { type Backend, setDefaultDevice, setSeed, tensor } from "@neurite/core";
import { BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D } from "@neurite/layers";
import { SparseCategoricalCrossentropy } from "@neurite/losses";
import { Sequential } from "@neurite/models";
import { Adam } from "@neurite/optimizers";
import { expect, test } from "vitest";
import { openFake } from "./testing/fake-cuda.ts";

/** Losses of a small convolutional network by epoch. */
async function fit(device: Backend): Promise<readonly number[]> {
  setDefaultDevice(device);
  setSeed(7);
  const model = new Sequential([
    new Conv2D(4, 3, { inputShape: [8, 8, 2], activation: "relu", padding: "same" }),
    new MaxPooling2D({ poolSize: 2 }),
    new BatchNormalization(),
    new Flatten(),
    new Dense(3, { activation: "softmax" }),
  ]);
  model.compile({ loss: new SparseCategoricalCrossentropy(), optimizer: new Adam() });
  const x = tensor(
    Float32Array.from({ length: 16 * 128 }, (_, i) => Math.sin(i)),
    { shape: [16, 8, 8, 2] },
  );
  const y = tensor(
    Int32Array.from({ length: 16 }, (_, i) => i % 3),
    { shape: [16] },
  );
  const history = await model.fit(x, y, { epochs: 3, batchSize: 8, shuffle: false, verbose: 0 });
  return history.history["loss"] as readonly number[];
}

test("fit of a convolutional network gives the reference's losses", { timeout: 120_000 }, async () => {
  const expected = await fit(reference());
  const device = openFake();
  const losses = await fit(device);
  losses.forEach((loss, i) => expect(loss).toBeCloseTo(expected[i] as number, 4));
  expect(losses[2]).toBeLessThan(losses[0] as number);
  device.dispose();
});
