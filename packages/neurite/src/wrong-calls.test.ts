/**
 * Calls with wrong arguments of the functions and constructors that users call: each gives a result, or an error of neurite that says
 * what is wrong; never a TypeError from inside. NEURITE_FUZZ_CALLS (`pnpm fuzz:api`: 10,000) and NEURITE_FUZZ_SEED change what is tried.
 */
import { reference } from "@neurite/backend-reference";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getDefaultDevice, NeuriteError, ops, random, setDefaultDevice, Tensor, tensor } from "@neurite/core";
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

const values: readonly (() => unknown)[] = [
  ...[undefined, null, Number.NaN, -1, 0, 1.5, 2, Infinity, "", "no_such", true, 10n, Symbol("s")].map((value) => (): unknown => value),
  ...[[], [1, 2], [-1], [null], ["a"], [[1, 2], [3]], {}, { a: 1 }].map((value) => (): unknown => structuredClone(value)), // prettier-ignore
  () => (): number => 1,
  () => new Date(0),
  () => new Map(),
  () => Object.create(null) as unknown,
  () => tensor(1),
  () => tensor([1, 2, 3]),
  () => tensor([[1, 2], [3, 4]]), // prettier-ignore
  () => tensor([1, 0], { dtype: "int32" }),
  () => tensor([true, false]),
  () => [tensor(1), null],
];

/** Mulberry32: numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function show(value: unknown): string {
  if (value instanceof Tensor) return `tensor of [${value.shape.join(", ")}]`;
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : (JSON.stringify(value) ?? typeof value);
}

let device: ReturnType<typeof getDefaultDevice>;
beforeAll(() => {
  device = getDefaultDevice();
  setDefaultDevice(reference());
});
afterAll(() => setDefaultDevice(device));

test(`${calls} calls with wrong arguments end with a result or an error of neurite`, { timeout: 120_000 }, async () => {
  const random = generator(firstSeed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const all = targets();
  expect(all.length).toBeGreaterThan(500);
  const offenders: string[] = [];
  let refused = 0;
  for (let i = 0; i < calls; i++) {
    const [name, call] = pick(all);
    const args = Array.from({ length: Math.floor(random() * 4) }, () => pick(values)());
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
