/**
 * Calls with wrong arguments of the methods of public classes, as `wrong-calls.test.ts` makes of functions and constructors: each gives a
 * result, or an error of neurite that says what is wrong. NEURITE_FUZZ_CALLS and NEURITE_FUZZ_SEED change what is tried.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { reference } from "@neurite/backend-reference";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  getDefaultDevice,
  GradientTape,
  NeuriteError,
  RaggedTensor,
  SeedGenerator,
  setDefaultDevice,
  sparse,
  tensor,
  Variable,
} from "@neurite/core";
import * as layers from "@neurite/layers";
import * as initializers from "@neurite/layers/initializers";
import * as losses from "@neurite/losses";
import * as metrics from "@neurite/metrics";
import { Model, Sequential } from "@neurite/models";
import * as optimizers from "@neurite/optimizers";
import * as schedules from "@neurite/schedules";
import * as callbacks from "@neurite/callbacks";
import "./defaults/index.ts";
import { generator, pickFrom, show, wrongValues } from "./testing/wrong-arguments.ts";

const calls = Number(process.env.NEURITE_FUZZ_CALLS ?? 2000);
const firstSeed = Number(process.env.NEURITE_FUZZ_SEED ?? 1);

function compiled(): Sequential {
  const model = new Sequential([layers.Input({ shape: [2] }), new layers.Dense(2)]);
  model.compile({ optimizer: new optimizers.SGD(), loss: new losses.MeanSquaredError() });
  return model;
}

function functional(): Model {
  const input = layers.Input({ shape: [2] });
  return new Model({ inputs: input, outputs: new layers.Dense(2)(input) });
}

function built(): layers.Dense {
  const layer = new layers.Dense(2);
  layer.build([null, 2]);
  return layer;
}

const made: Readonly<Record<string, () => object>> = {
  Tensor: () => tensor([[1, 2], [3, 4]]),
  "Tensor of int32": () => tensor([1, 0], { dtype: "int32" }),
  Variable: () => new Variable([1, 2, 3]),
  SparseTensor: () => sparse.eye(2),
  RaggedTensor: () => RaggedTensor.fromTensor([[1, 2], [3, 4]]),
  SeedGenerator: () => new SeedGenerator(1),
  GradientTape: () => new GradientTape(),
  Dense: () => new layers.Dense(2),
  "Dense, built": built,
  Conv2D: () => new layers.Conv2D(2, 3),
  LSTM: () => new layers.LSTM(2),
  BatchNormalization: () => new layers.BatchNormalization(),
  Dropout: () => new layers.Dropout(0.5),
  Sequential: () => new Sequential(),
  "Sequential, compiled": compiled,
  Model: functional,
  SGD: () => new optimizers.SGD(),
  Adam: () => new optimizers.Adam(),
  MeanSquaredError: () => new losses.MeanSquaredError(),
  CategoricalCrossentropy: () => new losses.CategoricalCrossentropy(),
  Mean: () => new metrics.Mean(),
  AUC: () => new metrics.AUC(),
  Precision: () => new metrics.Precision(),
  MeanIoU: () => new metrics.MeanIoU(2),
  BinaryAccuracy: () => new metrics.BinaryAccuracy(),
  F1Score: () => new metrics.F1Score(),
  GlorotUniform: () => new initializers.GlorotUniform(),
  ExponentialDecay: () => new schedules.ExponentialDecay(0.1, 10, 0.9),
  EarlyStopping: () => new callbacks.EarlyStopping(),
  ReduceLROnPlateau: () => new callbacks.ReduceLROnPlateau(),
  History: () => new callbacks.History(),
  TerminateOnNaN: () => new callbacks.TerminateOnNaN(),
}; // prettier-ignore

/** Writes files. */
const writesFiles = ["save", "saveWeights"];
/** What authors of subclasses write, and what neurite calls with arguments of its own making. */
const forAuthors = [
  "addLossOf", "addWeight", "apply", "build", "buildFor", "buildFromConfig", "call", "compileFromConfig", "computeLoss", "drawKeys", "onEpochEnd",
  "onProgress", "testStep", "trainStep",
]; // prettier-ignore

/** Methods that subclasses alone may call, of all packages. */
function protectedMethods(): readonly string[] {
  const packages = new URL("../../", import.meta.url);
  return readdirSync(packages)
    .map((name) => new URL(`${name}/src/`, packages))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => new URL(path, folder)),
    )
    .flatMap((file) => Array.from(readFileSync(file, "utf8").matchAll(/^ +protected (?:\w+ )*(\w+)[<(]/gm), ([, name]) => name as string));
}
const excluded = new Set([...writesFiles, ...forAuthors, ...protectedMethods()]);

/** The methods users can call, of a class and its bases. */
function methodsOf(object: object): readonly string[] {
  const names = new Set<string>();
  for (
    let at = Object.getPrototypeOf(object) as object | null;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === "function" && name !== "constructor" && !excluded.has(name)) names.add(name);
    }
  }
  return [...names];
}

let device: ReturnType<typeof getDefaultDevice>;
beforeAll(() => {
  device = getDefaultDevice();
  setDefaultDevice(reference());
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterAll(() => {
  setDefaultDevice(device);
  vi.restoreAllMocks();
});

test(`${calls} calls of methods with wrong arguments end with a result or an error of neurite`, { timeout: 120_000 }, async () => {
  const random = generator(firstSeed);
  const pick = pickFrom(random);
  const all = Object.entries(made).flatMap(([name, make]) => methodsOf(make()).map((method) => ({ name, make, method })));
  expect(all.length).toBeGreaterThan(300);
  const offenders: string[] = [];
  let refused = 0;
  for (let i = 0; i < calls; i++) {
    const { name, make, method } = pick(all);
    const args = Array.from({ length: Math.floor(random() * 4) }, () => pick(wrongValues)());
    const object = make() as Record<string, (...args: readonly unknown[]) => unknown>;
    try {
      await object[method]?.(...args);
    } catch (error) {
      if (error instanceof NeuriteError) refused++;
      else offenders.push(`${name}.${method}(${args.map(show).join(", ")}): ${String(error)}`);
    }
  }
  expect(offenders).toEqual([]);
  expect(refused).toBeGreaterThan(calls / 5);
});
