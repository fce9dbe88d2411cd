import { reference } from "@neurite/backend-reference";
import {
  compile,
  createRegistry,
  deserializeKerasObject,
  ops,
  resetAutoNames,
  serializeKerasObject,
  setDefaultDevice,
  type Tensor,
  tensor,
  Variable,
  ValueError,
} from "@neurite/core";
import { ExponentialDecay, schedulesPlugin } from "@neurite/schedules";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as everything from "./index.ts";
import { Adam, getOptimizer, LossScaleOptimizer, Optimizer, optimizersPlugin, SGD } from "./index.ts";
import { gradients, kerasOptimizers, start } from "./testing/keras-values.ts";

beforeAll(() => setDefaultDevice(reference()));
beforeEach(() => resetAutoNames());

type Nested = number | readonly Nested[];
const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);
const arrays = gradients.map((pair) => pair.map((gradient) => () => tensor(gradient as Nested as number[])));

function makeOptimizer(fixture: (typeof kerasOptimizers)[number]): Optimizer {
  const options: Record<string, unknown> = { ...fixture.options };
  if ("schedule" in fixture) {
    const [, [rate, steps, decay]] = fixture.schedule;
    options["learningRate"] = new ExponentialDecay(rate, steps, decay);
  }
  return new (everything as unknown as Record<string, new (options: object) => Optimizer>)[fixture.class]!(options);
}

const makeWeights = (): Variable[] =>
  start.map((value, i) => new Variable(value as Nested as number[], { name: i === 0 ? "kernel" : "bias" }));

async function expectWeights(variables: readonly Variable[], expected: unknown): Promise<void> {
  const want = flat(expected);
  const got = flat(await Promise.all(variables.map((variable) => variable.array())));
  got.forEach((value, i) =>
    expect(Math.abs(value - want[i]!), `weight ${i}: ${value} for ${want[i]!}`).toBeLessThan(2e-6 * Math.max(1, Math.abs(want[i]!))),
  );
}

it("a variable may be set to what stands in the place of its gradient: it has no slots, and no decay, clipping or scale", async () => {
  const [weight, scale] = [new Variable([1, 1]), new Variable(5, { overwriteWithGradient: true })];
  const options = { learningRate: 0.1, weightDecay: 0.5, clipvalue: 0.1, useEma: true };
  for (const optimizer of [new Adam(options), new LossScaleOptimizer(new Adam(options), { initialScale: 8 })]) {
    optimizer.build([weight, scale]);
    expect(optimizer.variables.filter(({ shape }) => shape.length === 1)).toHaveLength(3);
    optimizer.apply([tensor([1, 1]), tensor(42)], [weight, scale]);
    expect(await scale.item()).toBe(42);
    scale.assign(5);
  }
});

describe("five steps of every optimizer give Keras's weights and state", () => {
  for (const [i, fixture] of kerasOptimizers.entries()) {
    const title = `${fixture.class} ${JSON.stringify(fixture.options)} (${i})`;
    it(`${title} eagerly`, async () => {
      const optimizer = makeOptimizer(fixture);
      const weights = makeWeights();
      for (const [step, expected] of fixture.afterEach.entries()) {
        optimizer.apply(arrays[step]!.map((gradient) => gradient()), weights); // prettier-ignore
        await expectWeights(weights, expected);
      }
      expect(optimizer.variables.map(({ name, shape }) => [name.split("/").at(-1), [...shape]])).toEqual(
        // Keras calls one variable by a number of its own.
        fixture.variables.map(([name, shape]) => [name.startsWith("variable") ? "u_product" : name, shape]),
      );
      const state = flat(fixture.state);
      flat(await Promise.all(optimizer.variables.map((variable) => variable.array()))).forEach((value, k) =>
        expect(value).toBeCloseTo(state[k]!, 5),
      );
      expect(serializeKerasObject(optimizer)).toEqual(fixture.serialized);
    });

    it(`${title} compiled`, async () => {
      const optimizer = makeOptimizer(fixture);
      const weights = makeWeights();
      optimizer.build(weights);
      const step = compile((kernel: Tensor, bias: Tensor) => optimizer.apply([kernel, bias]));
      for (const pair of arrays) step(pair[0]!(), pair[1]!());
      await expectWeights(weights, fixture.afterEach.at(-1));
    });
  }
});

describe("configs are read back", () => {
  for (const fixture of kerasOptimizers) {
    it(`${fixture.class} ${JSON.stringify(fixture.options)}`, () => {
      const again = deserializeKerasObject(fixture.serialized, createRegistry([optimizersPlugin, schedulesPlugin]));
      const written = serializeKerasObject(again);
      // Keras writes the rate a schedule gives nowhere; plain rates went through float32.
      expect(written).toEqual(fixture.serialized);
    });
  }
});

describe("the learning rate", () => {
  it("can be set at any time without compiling again, and is written as it is", async () => {
    const optimizer = new SGD({ learningRate: 1 });
    const weight = new Variable([1, 2]);
    optimizer.build([weight]);
    const step = compile((gradient: Tensor) => optimizer.apply([gradient]));
    step(tensor([1, 1]));
    optimizer.learningRate = 0.5;
    step(tensor([1, 1]));
    expect(await weight.array()).toEqual([-0.5, 0.5]);
    expect(step.traces).toBe(1);
    expect(optimizer.getConfig()["learning_rate"]).toBe(0.5);
  });

  it("cannot be set where a schedule drives it", () => {
    const optimizer = new SGD({ learningRate: new ExponentialDecay(0.1, 10, 0.5) });
    expect(() => (optimizer.learningRate = 0.1)).toThrow(/driven by a schedule/);
  });
});

describe("apply", () => {
  it("leaves variables without a gradient alone, and says when none has one", async () => {
    const [a, b] = [new Variable([1]), new Variable([2])];
    const optimizer = new SGD({ learningRate: 1 });
    optimizer.apply([null, tensor([1])], [a, b]);
    expect([await a.item(), await b.item()]).toEqual([1, 1]);
    expect(() => optimizer.apply([null, null], [a, b])).toThrow(/no variable has a gradient/);
  });

  it("refuses variables it was not built with, and another number of gradients", () => {
    const optimizer = new SGD();
    optimizer.build([new Variable([1], { name: "known" })]);
    expect(() => optimizer.apply([tensor([1])], [new Variable([1], { name: "other" })])).toThrow(/variable "other" is none of those/);
    expect(() => optimizer.apply([])).toThrow(/1 variables need as many gradients: got 0/);
  });

  it("projects by the constraint of a variable", async () => {
    const weight = new Variable([1, -1]);
    weight.constraint = (value) => ops.maximum(value, 0);
    new SGD({ learningRate: 1 }).apply([tensor([0.5, 1])], [weight]);
    expect(await weight.array()).toEqual([0.5, 0]);
  });

  it("takes weight decay off all but the excluded variables", async () => {
    const [kernel, bias] = [new Variable([1], { name: "kernel" }), new Variable([1], { name: "bias" })];
    const optimizer = new SGD({ learningRate: 1, weightDecay: 0.5 });
    optimizer.excludeFromWeightDecay({ names: ["bias"] });
    optimizer.apply([tensor([0]), tensor([0])], [kernel, bias]);
    expect([await kernel.item(), await bias.item()]).toEqual([0.5, 1]);
  });
});

describe("options", () => {
  it("are refused with class and option when they are wrong", () => {
    expect(() => new Adam({ beta1: 2 })).toThrow(/\[Adam\] beta1 must be a number from 0 to 1: got 2/);
    expect(() => new Adam({ lr: 0.1 } as never)).toThrow(/\[Adam\] unknown option "lr"/);
    expect(() => new SGD({ clipnorm: 1, clipvalue: 1 })).toThrow(/only one of clipnorm, clipvalue and globalClipnorm/);
  });

  it("identifiers are Keras's, in upper or lower case", () => {
    expect(getOptimizer("adamw")).toBeInstanceOf(everything.AdamW);
    expect(getOptimizer("SGD")).toBeInstanceOf(SGD);
    expect(() => getOptimizer("adaam")).toThrow(/did you mean "Adam" or "adam"/);
  });
});

it("an optimizer of one's own needs updateStep alone", async () => {
  class PlainDescent extends Optimizer {
    protected updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
      variable.assignSub(ops.multiply(gradient, learningRate));
    }
  }
  const weight = new Variable([1]);
  new PlainDescent({ learningRate: 0.5 }).apply([tensor([1])], [weight]);
  expect(await weight.item()).toBe(0.5);
});

describe("the learning rate may stand in front, as in Keras", () => {
  const classes = Object.entries(optimizersPlugin.optimizers as Readonly<Record<string, unknown>>).filter(
    ([name, value]) =>
      /^[A-Z]/.test(name) && typeof value === "function" && !["LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"].includes(name),
  ) as [string, new (...args: unknown[]) => Optimizer][];

  it.each(classes)("%s", (_name, cls) => {
    expect(new cls(0.25).getConfig()["learning_rate"]).toBe(0.25);
    expect(new cls(0.25, { name: "own" }).getConfig()).toMatchObject({ learning_rate: 0.25, name: "own" });
    expect(new cls(new ExponentialDecay(0.1, 10, 0.5)).getConfig()["learning_rate"]).toMatchObject({ class_name: "ExponentialDecay" });
    for (const wrong of [null, "adam", [0.1]]) expect(() => new cls(wrong)).toThrow(ValueError);
    expect(() => new cls(0.1, 0.9)).toThrow(/the last argument must be an object of options: got 0.9/);
  });
});
