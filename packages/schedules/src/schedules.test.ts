import { reference } from "@neurite/backend-reference";
import { createRegistry, deserializeKerasObject, serializeKerasObject, setDefaultDevice, tensor } from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import * as everything from "./index.ts";
import { type LearningRateSchedule, PiecewiseConstantDecay, schedulesPlugin } from "./index.ts";
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
