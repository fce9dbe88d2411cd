import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRegistry, ops, setDefaultDevice, setDefaultRegistry, setSeed, tensor } from "@neurite/core";
import { Dense, Input, layersPlugin } from "@neurite/layers";
import { lossesPlugin } from "@neurite/losses";
import { metricsPlugin } from "@neurite/metrics";
import { modelFromJSON, modelsPlugin, modelToJSON, Sequential } from "@neurite/models";
import { optimizersPlugin } from "@neurite/optimizers";
import { describeBackend } from "@neurite/testkit";
import { copying } from "./index.ts";

describeBackend("copying", () => copying(), { describe, test });

void test("fit trains on it, and the model comes back from its config and weights", async () => {
  const device = copying();
  setDefaultDevice(device);
  setDefaultRegistry(() => createRegistry([layersPlugin, lossesPlugin, metricsPlugin, modelsPlugin, optimizersPlugin]));
  setSeed(1);
  const model = new Sequential([Input({ shape: [1] }), new Dense(1)]);
  model.compile({ loss: "mean_squared_error", optimizer: "sgd" });
  const x = tensor([[-1], [0], [1], [2]]);
  const { history } = await model.fit(x, tensor([[-3], [-1], [1], [3]]), { epochs: 300, batchSize: 4, verbose: 0 });
  const loss = (history["loss"] as readonly number[]).at(-1) as number;
  assert.ok(loss < 0.01, `300 epochs of a line fit end at loss ${loss}`);
  assert.ok(device.memory().runs >= 300, `${device.memory().runs} runs`);

  const copy = modelFromJSON(JSON.stringify(modelToJSON(model)));
  copy.setWeights(await model.getWeights());
  assert.deepEqual(await copy.predict(x, { verbose: 0 }), await model.predict(x, { verbose: 0 }));
});

void test("what it lacks is an error that says so", async () => {
  setDefaultDevice(copying());
  await assert.rejects(async () => ops.linalg.eig(tensor([[1, 2], [3, 4]]))[0].data(), /does not run eig: eigenvalues/); // prettier-ignore
});
