import { reference } from "@neurite/backend-reference";
import {
  createRegistry,
  deserializeKerasObject,
  ops,
  resetAutoNames,
  serializeKerasObject,
  setDefaultDevice,
  type Tensor,
  tensor,
} from "@neurite/core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Dense, type Layer, layersPlugin, symbolicShape } from "./index.ts";
import { kerasLayerConfigs } from "./testing/keras-layer-configs.ts";
import { kerasLayers } from "./testing/keras-layers.ts";
import { kerasMoreLayers } from "./testing/keras-more-layers.ts";

beforeAll(() => setDefaultDevice(reference()));
beforeEach(() => resetAutoNames());

/** Keras keeps some numbers as float32. */
const rounded = (json: unknown): unknown =>
  JSON.parse(JSON.stringify(json), (_, value: unknown) => (typeof value === "number" ? Math.fround(value) : value)) as unknown;

const registry = createRegistry([layersPlugin]);
const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);
const make = (name: string, args: readonly unknown[], options: object): Layer =>
  new (layersPlugin.layers as Record<string, new (...args: unknown[]) => Layer>)[name]!(...args, options);

async function expectClose(actual: Tensor, expected: unknown): Promise<void> {
  const want = flat(expected);
  const got = flat(await actual.array());
  expect(got.length).toBe(want.length);
  got.forEach((value, i) =>
    expect(Math.abs(value - want[i]!) / Math.max(1, Math.abs(want[i]!)), `${i}: ${value} for ${want[i]!}`).toBeLessThan(2e-5),
  );
}

describe("every layer gives Keras's outputs, weights and config", () => {
  for (const [i, fixture] of [...kerasLayers, ...kerasMoreLayers].entries()) {
    const { class: name, args, options, inputs, several, weights, output, outputShape, serialized } = fixture;
    it(`${name} ${JSON.stringify([args, options])} (${i})`, async () => {
      const layer = make(name, args, options);
      const x = several ? inputs.map((input) => tensor(input as never)) : tensor(inputs as never);
      layer(x);
      expect(layer.weights.map(({ name: path, shape }) => [path, [...shape]])).toEqual(
        weights.map((weight) => [`${layer.name}/${weight.name}`, weight.shape]),
      );
      layer.setWeights(weights.map(({ value }) => value as never));
      await expectClose(layer(x), output);

      const shapes = Array.isArray(x)
        ? x.map(({ shape }) => symbolicShape([NaN, ...shape.slice(1)]))
        : symbolicShape([NaN, ...x.shape.slice(1)]);
      expect(layer.computeOutputShape(shapes)).toEqual([null, ...outputShape.slice(1)]);

      await expectClose(ops.stack([...layer.losses, 0]), [...fixture.losses, 0]);
      if ("trainingOutput" in fixture) {
        await expectClose(layer(x, { training: true }), fixture.trainingOutput);
        for (const [k, weight] of layer.weights.entries()) await expectClose(weight.read(), fixture.weightsAfter[k]);
      }
      expect(rounded(serializeKerasObject(layer))).toEqual(rounded(serialized));
    });
  }
});

describe("configs are read back, with their weights' shapes", () => {
  for (const [i, { class: name, serialized }] of [...kerasLayers, ...kerasMoreLayers].entries()) {
    it(`${name} (${i})`, () => {
      const layer = deserializeKerasObject(serialized, registry) as Layer;
      expect(rounded(serializeKerasObject(layer))).toEqual(rounded(serialized));
      expect(layer.built).toBe(true);
    });
  }
  for (const { class: name, args, options, serialized } of kerasLayerConfigs) {
    it(`${name} ${JSON.stringify(options)}`, () => {
      expect(rounded(serializeKerasObject(make(name, args, options)))).toEqual(rounded(serialized));
      expect(rounded(serializeKerasObject(deserializeKerasObject(serialized, registry)))).toEqual(rounded(serialized));
    });
  }
});

it("build makes the weights once, under the layer's name", async () => {
  const layer = new Dense(2, { name: "first" });
  layer.build([null, 3]);
  expect(layer.built).toBe(true);
  expect(layer.weights.map(({ name }) => name)).toEqual(["first/kernel", "first/bias"]);
  layer.setWeights([ops.ones([3, 2]), ops.zeros([2])]);
  expect(await layer(ops.ones([1, 3])).array()).toEqual([[3, 3]]);
  layer.build([null, 3]);
  expect(layer.weights.length).toBe(2);
  expect(await layer(ops.ones([1, 3])).array()).toEqual([[3, 3]]);
});
