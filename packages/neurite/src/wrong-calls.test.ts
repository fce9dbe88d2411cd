/**
 * Calls with wrong arguments of the functions and constructors that users call: each gives a result, or an error of neurite that says
 * what is wrong; never a TypeError from inside. NEURITE_FUZZ_CALLS (`pnpm fuzz:api`: 10,000) and NEURITE_FUZZ_SEED change what is tried.
 */
import { reference } from "@neurite/backend-reference";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  checkpoint, compile, createRegistry, customGradient, getDefaultDevice, grad, GradientTape, hessian, jacobian, jvp, maskOf, NeuriteError, opInfo, ops, profile,
  ragged, RaggedTensor, random, realizeAll, SeedGenerator, setDefaultDevice, setMask, setSeed, sparse, SparseTensor, stopGradient, tensor, valueAndGrad, Variable, vjp, vmap,
  withDevice, withExecutionMode,
} from "@neurite/core"; // prettier-ignore
import { EarlyStopping, OneCycleScheduler, ReduceLROnPlateau, RemoteMonitor } from "@neurite/callbacks";
import { cloneModel, loadModel, loadWeights, Model, modelFromJSON, modelToJSON, Sequential } from "@neurite/models";
import * as layers from "@neurite/layers";
import * as activations from "@neurite/layers/activations";
import * as constraints from "@neurite/layers/constraints";
import * as initializers from "@neurite/layers/initializers";
import * as regularizers from "@neurite/layers/regularizers";
import * as losses from "@neurite/losses";
import * as metrics from "@neurite/metrics";
import * as optimizers from "@neurite/optimizers";
import * as schedules from "@neurite/schedules";
import * as callbacks from "./callbacks.ts";
import { generator, pickFrom, show, wrongValues } from "./testing/wrong-arguments.ts";
import * as utils from "./utils.ts";

type Call = (...args: readonly unknown[]) => unknown;

const calls = Number(process.env.NEURITE_FUZZ_CALLS ?? 2000);
const firstSeed = Number(process.env.NEURITE_FUZZ_SEED ?? 1);

/** What other packages build on, whose callers are held to by their types. */
const internals = new Set([
  "layers.DepthwiseConv", "layers.Pooling", "layers.SeparableConv", "layers.LowRankUpdate", "layers.QuantizedMatrix", "layers.GroupedKernel", "layers.QuantizedDTypePolicy",
  "layers.graphShape", "layers.mapShapes", "layers.symbolicShape", "layers.withTraining",
  "losses.alignRanks", "losses.reduceWeighted", "metrics.resolveAccuracy", "callbacks.improvement",
]); // prettier-ignore
/** Reaches for the network. */
const excluded = new Set(["callbacks.RemoteMonitor", ...internals]);

/** A transformation together with a call of the function that it gives. */
const transformed =
  (transform: (...args: never[]) => unknown): Call =>
  (fn, options, ...args) => {
    const given = (transform as Call)(fn, ...(options === undefined ? [] : [options]));
    return typeof given === "function" ? (given as Call)(...args) : given;
  };
const transformations = { checkpoint, compile, customGradient, grad, hessian, jacobian, valueAndGrad, vmap };
const { fromRowLengths, fromRowSplits, fromTensor, fromValueRowids } = RaggedTensor;
const core = {
  createRegistry, GradientTape, jvp, maskOf, profile, realizeAll, SeedGenerator, setMask, setSeed, SparseTensor, stopGradient, tensor, Variable, vjp, withDevice, withExecutionMode,
  ...Object.fromEntries(Object.entries(transformations).map(([name, transform]) => [name, transformed(transform)])),
}; // prettier-ignore
const models = { cloneModel, loadModel, loadWeights, modelFromJSON, modelToJSON };
const rows = { fromRowLengths, fromRowSplits, fromTensor, fromValueRowids };
const kinds: Readonly<Record<string, object>> = {
  ops, "ops.image": ops.image, "ops.linalg": ops.linalg, sparse, ragged, core, rows, random, models, activations, initializers, regularizers, constraints, losses, metrics, optimizers, schedules, callbacks, layers, utils,
}; // prettier-ignore

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** Everything called, a class by making an object of it. */
function targets(): (readonly [name: string, call: Call, op: string | null])[] {
  const named: (readonly [string, unknown])[] = [
    ...Object.entries(kinds).flatMap(([kind, members]) => Object.entries(members).map(([name, value]) => [`${kind}.${name}`, value as unknown] as const)),
    ["Input", layers.Input], ["Model", Model], ["Sequential", Sequential],
  ]; // prettier-ignore
  return named
    .filter(([name, value]) => typeof value === "function" && !excluded.has(name))
    .map(([name, value]) => {
      const make = value as new (...args: readonly unknown[]) => unknown;
      return [name, isClass(make) ? (...args): unknown => new make(...args) : (value as Call), opInfo(value)?.name ?? null] as const;
    });
}

let device: ReturnType<typeof getDefaultDevice>;
beforeAll(() => {
  device = getDefaultDevice();
  setDefaultDevice(reference());
});
afterAll(() => setDefaultDevice(device));

test(`${calls} calls with wrong arguments end with a result or an error of neurite`, { timeout: 120_000 }, async () => {
  const random = generator(firstSeed);
  const pick = pickFrom(random);
  const all = targets();
  expect(all.length).toBeGreaterThan(500);
  const offenders: string[] = [];
  let refused = 0;
  for (let i = 0; i < calls; i++) {
    const [name, call, op] = pick(all);
    const args = Array.from({ length: Math.floor(random() * 4) }, () => pick(wrongValues)());
    try {
      await call(...args);
    } catch (error) {
      if (error instanceof NeuriteError) {
        refused++;
        // Functions given may be what failed; parts of an op are none of the callers'.
        const named =
          op === null ||
          args.some((arg) => typeof arg === "function") ||
          [op, op.split(".").at(-1)].some((each) => error.message.startsWith(`[${each}]`));
        if (!named) offenders.push(`${name}(${args.map(show).join(", ")}): ${error.message}`);
      } else offenders.push(`${name}(${args.map(show).join(", ")}): ${String(error)}`);
    }
  }
  expect(offenders).toEqual([]);
  expect(refused).toBeGreaterThan(calls / 3);
});

/** Makers of what takes other arguments before its options. */
const makers: Readonly<Record<string, (options: never) => unknown>> = {
  IoU: (options) => new metrics.IoU(2, [0], options),
  OneHotIoU: (options) => new metrics.OneHotIoU(2, [0], options),
  MeanIoU: (options) => new metrics.MeanIoU(2, options),
  OneHotMeanIoU: (options) => new metrics.OneHotMeanIoU(2, options),
  PrecisionAtRecall: (options) => new metrics.PrecisionAtRecall(0.5, options),
  RecallAtPrecision: (options) => new metrics.RecallAtPrecision(0.5, options),
  SensitivityAtSpecificity: (options) => new metrics.SensitivityAtSpecificity(0.5, options),
  SpecificityAtSensitivity: (options) => new metrics.SpecificityAtSensitivity(0.5, options),
  MeanMetricWrapper: (options) => new metrics.MeanMetricWrapper(losses.hinge, options),
  LossFunctionWrapper: (options) => new losses.LossFunctionWrapper(losses.hinge, options),
  ExponentialDecay: (options) => new schedules.ExponentialDecay(0.1, 10, 0.5, options),
  InverseTimeDecay: (options) => new schedules.InverseTimeDecay(0.1, 10, 0.5, options),
  CosineDecay: (options) => new schedules.CosineDecay(0.1, 10, options),
  CosineDecayRestarts: (options) => new schedules.CosineDecayRestarts(0.1, 10, options),
  PolynomialDecay: (options) => new schedules.PolynomialDecay(0.1, 10, options),
  PiecewiseConstantDecay: (options) => new schedules.PiecewiseConstantDecay([1], [0.1, 0.2], options),
  PowerDecay: (options) => new schedules.PowerDecay(0.1, 10, options),
  OneCycle: (options) => new schedules.OneCycle(10, 0.1, options),
  LossScaleOptimizer: (options) => new optimizers.LossScaleOptimizer(new optimizers.SGD(), options),
  MultiOptimizer: (options) => new optimizers.MultiOptimizer(() => new optimizers.SGD(), options),
  EarlyStopping: (options) => new EarlyStopping(options),
  ReduceLROnPlateau: (options) => new ReduceLROnPlateau(options),
  RemoteMonitor: (options) => new RemoteMonitor(options),
  OneCycleScheduler: (options) => new OneCycleScheduler(10, 0.1, options),
  Model: (options) => new Model(options),
};

test.each(Object.entries(makers))("%s is not made with anything but an object for options", (name, make) => {
  for (const wrong of [null, 5, "mse", [1]])
    expect(() => make(wrong as never), String(wrong)).toThrow(
      new RegExp(`^\\[${name}\\] .*(options must be one object|object of options)`),
    );
});
