import { reference } from "@neurite/backend-reference";
import { createRegistry, deserializeKerasObject, serializeKerasObject, setDefaultDevice, tensor } from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import * as everything from "./index.ts";
import { type LearningRateSchedule, OneCycle, PiecewiseConstantDecay, PowerDecay, schedulesPlugin } from "./index.ts";
import { kerasSchedules } from "./testing/keras-values.ts";

beforeAll(() => setDefaultDevice(reference()));

type Schedules = Record<string, new (...args: unknown[]) => LearningRateSchedule>;

describe("every schedule gives Keras's rates and config", () => {
  for (const { class: name, args, options, steps, rates, serialized } of kerasSchedules) {
    it(`${name} ${JSON.stringify([args, options])}`, async () => {
      const schedule = new (everything as unknown as Schedules)[name]!(...args, options);
      for (const [i, step] of steps.entries()) {
        expect(await schedule(tensor(step, { dtype: "int32" })).item(), `step ${step}`).toBeCloseTo(rates[i] as number, 6);
      }
      expect(serializeKerasObject(schedule)).toEqual(serialized);
      const again = deserializeKerasObject(serialized, createRegistry([schedulesPlugin]));
      expect(serializeKerasObject(again)).toEqual(serialized);
    });
  }
});

it("wrong numbers of values are refused", () => {
  expect(() => new PiecewiseConstantDecay([1, 2], [0.1, 0.2])).toThrow(/2 boundaries need 3 values: got 2/);
});

/** The book's callback, written down once more. */
function oneCycle(step: number, iterations: number, maxRate: number): number {
  const startRate = maxRate / 10;
  const half = Math.floor((iterations - (Math.floor(iterations / 10) + 1)) / 2);
  const between = (from: number, to: number, a: number, b: number): number => ((b - a) * (step - from)) / (to - from) + a;
  if (step < half) return between(0, half, startRate, maxRate);
  if (step < 2 * half) return between(half, 2 * half, maxRate, startRate);
  return between(2 * half, iterations, startRate, startRate / 1000);
}

describe("schedules that Keras lacks", () => {
  it("one cycle rises, falls as long, and then to nearly nothing", async () => {
    const schedule = new OneCycle(100, 0.05);
    for (const step of [0, 1, 20, 43, 44, 45, 87, 88, 95, 99]) {
      expect(await schedule(tensor(step, { dtype: "int32" })).item(), `step ${step}`).toBeCloseTo(oneCycle(step, 100, 0.05), 7);
    }
    expect(await schedule(1000).item()).toBeCloseTo(0.05 / 10_000, 9);
    const own = new OneCycle(10, 1, { startRate: 0.5, lastIterations: 2, lastRate: 0.1 });
    expect(await Promise.all([0, 4, 8, 9, 10].map((step) => own(step).item()))).toEqual([0.5, 1, 0.5, 0.3, 0.1].map(Math.fround));
  });

  it("powers divide the rate by 1 + k after k times the steps", async () => {
    const schedule = new PowerDecay(0.12, 10);
    expect(await schedule(20).item()).toBeCloseTo(0.04, 7);
    expect(await new PowerDecay(0.12, 10, { power: 2 })(10).item()).toBeCloseTo(0.03, 7);
  });

  it("are written and read by names of their own", () => {
    for (const schedule of [new OneCycle(100, 0.05, { lastRate: 0.1 }), new PowerDecay(0.1, 5, { power: 2 })]) {
      const config = serializeKerasObject(schedule);
      expect(serializeKerasObject(deserializeKerasObject(config, createRegistry([schedulesPlugin])))).toEqual(config);
    }
  });
});
