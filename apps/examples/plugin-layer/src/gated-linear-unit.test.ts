import assert from "node:assert/strict";
import { test } from "node:test";
import { reference } from "@neurite/backend-reference";
import { createRegistry, setDefaultDevice, setDefaultRegistry, setSeed, type Tensor, tensor } from "@neurite/core";
import { Input, layersPlugin } from "@neurite/layers";
import { lossesPlugin } from "@neurite/losses";
import { metricsPlugin } from "@neurite/metrics";
import { modelFromJSON, modelsPlugin, modelToJSON, Sequential } from "@neurite/models";
import { optimizersPlugin } from "@neurite/optimizers";
import { testLayer } from "@neurite/testkit";
import { GatedLinearUnit, gatedLinearUnitPlugin } from "./index.ts";

const registry = createRegistry([layersPlugin, lossesPlugin, metricsPlugin, modelsPlugin, optimizersPlugin, gatedLinearUnitPlugin]);
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

void test("fit trains it, and the model comes back from its config and weights", async () => {
  setSeed(1);
  const model = new Sequential([Input({ shape: [2] }), new GatedLinearUnit(8), new GatedLinearUnit(1, { gateActivation: "silu" })]);
  model.compile({ loss: "mean_squared_error", optimizer: "adam" });
  const x = tensor([[0, 1], [1, 0], [1, 1], [-1, 1]]); // prettier-ignore
  const { history } = await model.fit(x, tensor([[1], [1], [2], [0]]), { epochs: 200, batchSize: 4, verbose: 0 });
  const losses = history["loss"] as readonly number[];
  assert.ok((losses.at(-1) as number) < 0.5 * (losses[0] as number), `loss went from ${losses[0]} to ${losses.at(-1)}`);

  const copy = modelFromJSON(JSON.stringify(modelToJSON(model)), registry);
  copy.setWeights(await model.getWeights());
  assert.deepEqual(await (copy(x) as Tensor).array(), await (model(x) as Tensor).array());
});

void test("a registry without the plugin does not know it", () => {
  const json = modelToJSON(new Sequential([Input({ shape: [2] }), new GatedLinearUnit(1)]));
  assert.throws(() => modelFromJSON(json, createRegistry([layersPlugin, modelsPlugin])), /GatedLinearUnit/);
});
