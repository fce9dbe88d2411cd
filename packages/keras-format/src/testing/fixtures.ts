/** Files that Keras wrote, by oracles/files.py, and the registry that the umbrella package would bring. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { reference } from "@neurite/backend-reference";
import { createRegistry, opsPlugin, type Registry, setDefaultDevice, setDefaultRegistry, type Tensor, tensor } from "@neurite/core";
import { layersPlugin } from "@neurite/layers";
import { lossesPlugin } from "@neurite/losses";
import { metricsPlugin } from "@neurite/metrics";
import { type Model, modelsPlugin } from "@neurite/models";
import { optimizersPlugin } from "@neurite/optimizers";
import { schedulesPlugin } from "@neurite/schedules";
import { expect } from "vitest";
import { kerasFormatPlugin } from "../plugin.ts";

export function setUp(): Registry {
  setDefaultDevice(reference());
  const registry = createRegistry([
    layersPlugin,
    lossesPlugin,
    metricsPlugin,
    modelsPlugin,
    opsPlugin,
    optimizersPlugin,
    schedulesPlugin,
    kerasFormatPlugin,
  ]);
  setDefaultRegistry(() => registry);
  return registry;
}

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fixturePath(name)));
}

type Nested = number | readonly Nested[];

interface Saved {
  /** What it gives for `inputs()`. */
  readonly output: Nested;
  readonly weights: readonly Nested[];
  /** The optimizer's variables. */
  readonly optimizer: readonly Nested[];
}

/** What Keras had when it wrote the files. */
export const expected: Saved & {
  readonly next: Readonly<Record<string, number>>;
  readonly stack: Saved;
  readonly own: Saved;
  readonly masked: Saved;
  readonly scaled: Saved;
  readonly mapped: Saved & { readonly dtypes: readonly string[] };
} = JSON.parse(readFileSync(fixturePath("expected.json"), "utf8")) as never;

const sine = (shape: readonly number[], a: number, b: number): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((size, dim) => size * dim, 1) }, (_, i) => Math.sin(i * a + b)),
    { shape },
  );

export const inputs = (): Tensor => sine([8, 4], 0.7, 0.1);
export const targets = (): Tensor => sine([8, 2], 0.9, 0.4);

/** Weights and outputs are those that Keras had. */
export async function expectSaved(model: Model, { weights, output }: Pick<Saved, "weights" | "output">): Promise<void> {
  await expectValues(model.weights, weights);
  await expectValues([model(inputs(), { training: false })], [output]);
}

export async function expectValues(actual: readonly { array(): Promise<unknown> }[], values: readonly Nested[]): Promise<void> {
  expect(actual).toHaveLength(values.length);
  for (const [i, variable] of actual.entries()) {
    const [own, keras] = [await variable.array(), values[i]].map((nested) => [nested].flat(Infinity) as number[]);
    expect(own).toHaveLength(keras.length);
    own.forEach((value, j) => expect(value).toBeCloseTo(keras[j], 5));
  }
}
