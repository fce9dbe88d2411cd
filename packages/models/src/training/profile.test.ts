/** Profiles of training: what `profile` of core says of models that have layers, a loss, an optimizer and many steps. */
import { cpu, isAvailable } from "@neurite/backend-cpu";
import { reference } from "@neurite/backend-reference";
import { type Backend, profile, random, setDefaultDevice } from "@neurite/core";
import { Dense } from "@neurite/layers";
import { SGD } from "@neurite/optimizers";
import { describe, expect, test } from "vitest";
import { Sequential } from "../index.ts";

const batchSize = 4;
const devices: [name: string, make: () => Backend][] = [["reference", reference]];
if (isAvailable()) devices.push(["cpu", cpu]);

async function profileFit(device: Backend, steps: number, epochs: number) {
  setDefaultDevice(device);
  const model = new Sequential([new Dense(8, { activation: "relu", name: "hidden", inputShape: [6] }), new Dense(1, { name: "head" })], {
    name: "net",
  });
  model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.01 }) });
  const x = random.normal([batchSize * steps, 6], { seed: 1 }).realize();
  const y = random.normal([batchSize * steps, 1], { seed: 2 }).realize();
  const { result, profile: report } = await profile(() => model.fit(x, y, { epochs, batchSize, shuffle: false, verbose: 0 }));
  expect(result.history.loss).toHaveLength(epochs);
  return report;
}

describe.each(devices)("on %s", (_, make) => {
  test("every kernel of a layer runs once in each step of fit", async () => {
    const report = await profileFit(make(), 5, 3);
    const ofLayers = report.kernels.filter(({ scope }) => scope.startsWith("net/"));
    expect(ofLayers.length).toBeGreaterThan(2);
    expect(ofLayers.map(({ calls }) => calls)).toEqual(ofLayers.map(() => 15));
    const twice = await profileFit(make(), 10, 3);
    expect(twice.kernels.filter(({ scope }) => scope.startsWith("net/")).map(({ calls }) => calls)).toEqual(ofLayers.map(() => 30));
  });

  test("layers, the loss and the optimizer have their share", async () => {
    const layers = new Map((await profileFit(make(), 4, 2)).byLayer().map((layer) => [layer.scope, layer]));
    for (const name of ["net", "net/hidden", "net/head", "mean_squared_error"]) {
      expect(layers.get(name)?.nanoseconds, name).toBeGreaterThan(0);
    }
    expect([...layers.keys()].filter((scope) => scope.startsWith("sgd"))).toHaveLength(1);
    const [net, hidden, head] = ["net", "net/hidden", "net/head"].map((name) => layers.get(name)!);
    expect(net.nanoseconds).toBeCloseTo(net.selfNanoseconds + hidden.nanoseconds + head.nanoseconds, 0);
  });
});
