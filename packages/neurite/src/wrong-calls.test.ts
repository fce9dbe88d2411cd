/**
 * Calls with wrong arguments of the functions and constructors that users call: each gives a result, or an error of neurite that says
 * what is wrong; never a TypeError from inside. NEURITE_FUZZ_CALLS (`pnpm fuzz:api`: 10,000) and NEURITE_FUZZ_SEED change what is tried.
 */
import { reference } from "@neurite/backend-reference";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getDefaultDevice, NeuriteError, ops, random, setDefaultDevice, tensor } from "@neurite/core";
import { Model, Sequential } from "@neurite/models";
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
  "layers.DepthwiseConv", "layers.SeparableConv", "layers.LowRankUpdate", "layers.QuantizedMatrix", "layers.QuantizedDTypePolicy",
  "layers.graphShape", "layers.mapShapes", "layers.symbolicShape", "layers.withTraining",
  "losses.alignRanks", "losses.reduceWeighted", "metrics.resolveAccuracy", "callbacks.improvement",
]); // prettier-ignore
/** Reaches for the network. */
const excluded = new Set(["callbacks.RemoteMonitor", ...internals]);

const kinds: Readonly<Record<string, object>> = {
  ops, random, activations, initializers, regularizers, constraints, losses, metrics, optimizers, schedules, callbacks, layers, utils,
}; // prettier-ignore

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** Everything called, a class by making an object of it. */
function targets(): (readonly [name: string, call: Call])[] {
  const named: (readonly [string, unknown])[] = [
    ...Object.entries(kinds).flatMap(([kind, members]) => Object.entries(members).map(([name, value]) => [`${kind}.${name}`, value as unknown] as const)),
    ["tensor", tensor], ["Input", layers.Input], ["Model", Model], ["Sequential", Sequential],
  ]; // prettier-ignore
  return named
    .filter(([name, value]) => typeof value === "function" && !excluded.has(name))
    .map(([name, value]) => {
      const make = value as new (...args: readonly unknown[]) => unknown;
      return [name, isClass(make) ? (...args): unknown => new make(...args) : (value as Call)] as const;
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
    const [name, call] = pick(all);
    const args = Array.from({ length: Math.floor(random() * 4) }, () => pick(wrongValues)());
    try {
      await call(...args);
    } catch (error) {
      if (error instanceof NeuriteError) refused++;
      else offenders.push(`${name}(${args.map(show).join(", ")}): ${String(error)}`);
    }
  }
  expect(offenders).toEqual([]);
  expect(refused).toBeGreaterThan(calls / 3);
});
