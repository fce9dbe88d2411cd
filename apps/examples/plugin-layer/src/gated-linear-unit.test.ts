import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { reference } from "@neurite/backend-reference";
import { createRegistry, setDefaultDevice, setDefaultRegistry, setSeed, type Tensor, tensor } from "@neurite/core";
import { kerasFormatPlugin, loadModel } from "@neurite/keras-format";
import { Input, layersPlugin } from "@neurite/layers";
import { lossesPlugin } from "@neurite/losses";
import { metricsPlugin } from "@neurite/metrics";
import { modelsPlugin, modelToBytes, Sequential } from "@neurite/models";
import { optimizersPlugin } from "@neurite/optimizers";
import { testLayer } from "@neurite/testkit";
import { GatedLinearUnit, gatedLinearUnitPlugin } from "./index.ts";

const others = [kerasFormatPlugin, layersPlugin, lossesPlugin, metricsPlugin, modelsPlugin, optimizersPlugin];
const registry = createRegistry([...others, gatedLinearUnitPlugin]);
setDefaultDevice(reference());
setDefaultRegistry(() => registry);

void test("does what every layer must do", () =>
  testLayer(GatedLinearUnit, {
    args: [4, { gateActivation: "silu" }],
    inputShape: [2, 3, 5],
    expectedOutputShape: [2, 3, 4],
    expectedTrainableWeights: 2,
    registry,
  }));

void test("a gate of zeros lets half through", async () => {
  const layer = new GatedLinearUnit(2);
  layer.buildFor([null, 2]);
  layer.setWeights([[[1, 2], [3, 4]], [[0, 0], [0, 0]]]); // prettier-ignore
  assert.deepEqual(await layer(tensor([[1, 1]])).array(), [[2, 3]]);
});

void test("wrong options are refused by name", () => {
  assert.throws(() => new GatedLinearUnit(0), /\[GatedLinearUnit\] units must be a positive integer: got 0/);
});

void test("fit trains it, and a saved model goes on where it stopped", async () => {
  setSeed(1);
  const model = new Sequential([Input({ shape: [2] }), new GatedLinearUnit(8), new GatedLinearUnit(1, { gateActivation: "silu" })]);
  model.compile({ loss: "mean_squared_error", optimizer: "adam" });
  const x = tensor([[0, 1], [1, 0], [1, 1], [-1, 1]]); // prettier-ignore
  const y = tensor([[1], [1], [2], [0]]);
  const { history } = await model.fit(x, y, { epochs: 200, batchSize: 4, verbose: 0 });
  const losses = history["loss"] as readonly number[];
  assert.ok((losses.at(-1) as number) < 0.5 * (losses[0] as number), `loss went from ${losses[0]} to ${losses.at(-1)}`);

  const folder = await mkdtemp(join(tmpdir(), "gated-linear-unit-"));
  const file = join(folder, "model.keras");
  await model.save(file);
  const copy = await loadModel(file, { registry });
  await rm(folder, { recursive: true });
  assert.ok(copy.layers.every((layer) => layer instanceof GatedLinearUnit));
  assert.deepEqual(await (copy(x) as Tensor).array(), await (model(x) as Tensor).array());
  assert.deepEqual(await copy.trainOnBatch(x, y), await model.trainOnBatch(x, y));
});

void test("a registry without the plugin does not know it", async () => {
  const bytes = await modelToBytes(new Sequential([Input({ shape: [2] }), new GatedLinearUnit(1)]));
  await assert.rejects(loadModel(bytes, { registry: createRegistry(others) }), /nothing is called "GatedLinearUnit"/);
});
