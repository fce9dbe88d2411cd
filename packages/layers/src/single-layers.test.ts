import { readFileSync } from "node:fs";
import { reference } from "@neurite/backend-reference";
import {
  createRegistry, deserializeKerasObject, resetAutoNames, serializeKerasObject, setDefaultDevice, setDefaultRegistry,
  type Tensor, tensor,
} from "@neurite/core"; // prettier-ignore
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Layer, layersPlugin } from "./index.ts";

interface Case {
  readonly class: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Options of the call. */
  readonly call: Readonly<Record<string, unknown>>;
  readonly inputs: readonly unknown[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly value: readonly unknown[] }[];
  readonly output: readonly unknown[];
  readonly outputShape: readonly number[];
  readonly serialized: object;
}

/** Computed by Keras 3.15.1 on TensorFlow: see oracles/single-layers.py. */
const cases = JSON.parse(readFileSync(new URL("./testing/keras-single-layers.json", import.meta.url), "utf8")) as Case[];
const registry = createRegistry([layersPlugin]);
const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);

beforeAll(() => {
  setDefaultDevice(reference());
  setDefaultRegistry(() => registry);
});
beforeEach(() => resetAutoNames());

describe("single layers give Keras's outputs, weights and configs", () => {
  for (const [i, { class: name, args, options, call, inputs, weights, output, outputShape, serialized }] of cases.entries()) {
    it(`${name} ${JSON.stringify([args, options, call])} (${i})`, async () => {
      const layer = new (layersPlugin.layers as Record<string, new (...args: unknown[]) => Layer>)[name]!(...args, options);
      const x = tensor(inputs as number[]);
      layer(x, call);
      expect(layer.weights.map((weight) => [weight.name.split("/").at(-1), [...weight.shape]])).toEqual(
        weights.map((weight) => [weight.name, weight.shape]),
      );
      layer.setWeights(weights.map(({ value }) => value as number[]));
      const y = layer(x, call) as Tensor;
      expect([...y.shape]).toEqual(outputShape);
      const got = flat(await y.array());
      flat(output).forEach((want, k) => expect(Math.abs(got[k]! - want) / Math.max(1, Math.abs(want)), `${k}: ${got[k]} for ${want}`).toBeLessThan(2e-5)); // prettier-ignore
      expect(serializeKerasObject(layer)).toEqual(serialized);
      expect(serializeKerasObject(deserializeKerasObject(serialized, registry))).toEqual(serialized);
    });
  }
});
