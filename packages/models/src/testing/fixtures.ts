/** Data and models that several tests use, made as the scripts in oracles/ make them. */
import { readFileSync } from "node:fs";
import { createRegistry, ops, setDefaultDevice, setDefaultRegistry, type Tensor, tensor } from "@neurite/core";
import { reference } from "@neurite/backend-reference";
import { layersPlugin } from "@neurite/layers";
import { lossesPlugin } from "@neurite/losses";
import { metricsPlugin } from "@neurite/metrics";
import { optimizersPlugin } from "@neurite/optimizers";
import { type Probe, probe } from "@neurite/testkit";
import { expect } from "vitest";
import { type Model, modelsPlugin } from "../index.ts";

/** A probed reference backend as the default device, and the registry that the umbrella package would bring. */
export function setUp(): Probe {
  const device = probe(reference());
  setDefaultDevice(device);
  setDefaultRegistry(() => createRegistry([layersPlugin, lossesPlugin, metricsPlugin, modelsPlugin, optimizersPlugin]));
  return device;
}

/** sin(a i + b) for element i. */
export function formula(shape: readonly number[], a: number, b: number): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * a + b)),
    { shape },
  );
}

/** Fifty samples: inputs [50, 6] and [50, 2], labels of three classes, targets [50, 1], weights [50]. */
export const data = {
  x: (): Tensor => formula([50, 6], 0.7, 0.1),
  wide: (): Tensor => formula([50, 2], 0.2, 0.3),
  labels: Int32Array.from({ length: 50 }, (_, i) => (i * 7) % 3),
  target: (): Tensor => formula([50, 1], 0.31, 0.5),
  weights: Float32Array.from({ length: 50 }, (_, i) => 0.1 + (0.9 * i) / 49),
};

/** The first `n` rows. */
export function head(x: Tensor, n: number): Tensor {
  return ops.slice(
    x,
    x.shape.map(() => 0),
    [n, ...x.shape.slice(1)],
  );
}

/** Gives the weights their values by formula; what products in float8 are scaled by begins as it is. */
export function fill(model: Model): void {
  model.setWeights(
    model.weights.map((weight, i) => {
      if (weight.overwriteWithGradient) return weight.read() as Tensor;
      const value = ops.multiply(formula(weight.shape, 0.37 + 0.11 * i, i), 0.5);
      return weight.name.includes("variance") ? ops.add(ops.abs(value), 0.5) : value;
    }),
  );
}

/** All weights as plain numbers. */
export async function weightsOf(model: Model): Promise<unknown[]> {
  return Promise.all((await model.getWeights()).map((weight) => weight.array()));
}

/** What a script in oracles/ printed. */
export function kerasFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8")) as T;
}

export function expectClose(actual: readonly number[] | undefined, expected: readonly number[], what: string, tolerance = 1e-5): void {
  expect(actual, what).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    const found = actual?.[i] ?? NaN;
    expect(Math.abs(found - value), `${what}[${i}]: ${found}, in Keras ${value}`).toBeLessThan(
      tolerance + 10 * tolerance * Math.abs(value),
    );
  });
}
