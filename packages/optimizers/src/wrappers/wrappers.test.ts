import { reference } from "@neurite/backend-reference";
import {
  compile, createRegistry, deserializeKerasObject, resetAutoNames, serializeKerasObject, setDefaultDevice, type Tensor, tensor, Variable,
} from "@neurite/core"; // prettier-ignore
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Adam, LossScaleOptimizer, MultiOptimizer, OptimizerMap, optimizersPlugin, SGD } from "../index.ts";

beforeAll(() => setDefaultDevice(reference()));
beforeEach(() => resetAutoNames());

const again = <T>(object: object): T => deserializeKerasObject(serializeKerasObject(object), createRegistry([optimizersPlugin])) as T;

describe("LossScaleOptimizer", () => {
  it("scales the loss and takes the scale off the gradients", async () => {
    const weight = new Variable([1]);
    const optimizer = new LossScaleOptimizer(new SGD({ learningRate: 1, lossScaleFactor: 7 }), { initialScale: 4 });
    optimizer.build([weight]);
    expect(await optimizer.scaleLoss(tensor(3)).item()).toBe(12);
    optimizer.apply([tensor([2])]);
    expect(await weight.item()).toBe(0.5);
    expect(await optimizer.iterations.item()).toBe(1);
  });

  it("skips a step with an infinite or NaN gradient and halves the scale, weights and slots untouched", async () => {
    const weights = [new Variable([1]), new Variable([2, 3])];
    const optimizer = new LossScaleOptimizer(new Adam(), { initialScale: 8 });
    optimizer.build(weights);
    const step = compile((a: Tensor, b: Tensor) => optimizer.apply([a, b]));
    step(tensor([1]), tensor([1, 1]));
    const state = async (): Promise<unknown[]> => Promise.all([...weights, ...optimizer.innerOptimizer.variables].map((v) => v.array()));
    const before = await state();
    step(tensor([1]), tensor([Infinity, 1]));
    step(tensor([NaN]), tensor([1, 1]));
    expect(await state()).toEqual(before);
    expect(await optimizer.dynamicScale.item()).toBe(2);
    expect(await optimizer.iterations.item()).toBe(1);
  });

  it("doubles the scale after enough finite steps, counted anew after each change", async () => {
    const weight = new Variable([1]);
    const optimizer = new LossScaleOptimizer(new SGD(), { initialScale: 16, dynamicGrowthSteps: 3 });
    optimizer.build([weight]);
    const scales: number[] = [];
    for (const gradient of [1, 1, NaN, 1, 1, 1, 1]) {
      optimizer.apply([tensor([gradient])]);
      scales.push(await optimizer.dynamicScale.item());
    }
    expect(scales).toEqual([16, 16, 8, 8, 8, 16, 16]);
  });

  it("keeps state and configs in Keras's order and form", () => {
    const optimizer = new LossScaleOptimizer(new SGD({ momentum: 0.9 }), { initialScale: 4 });
    optimizer.build([new Variable([1], { name: "kernel" })]);
    expect(optimizer.variables.map(({ name }) => name.split("/").at(-1))).toEqual([
      "iteration", "learning_rate", "step_counter", "dynamic_scale", "iteration", "learning_rate", "kernel_momentum",
    ]); // prettier-ignore
    const config = serializeKerasObject(optimizer) as { config: Record<string, unknown> };
    expect(Object.keys(config.config)).toEqual(["name", "inner_optimizer", "initial_scale", "dynamic_growth_steps"]);
    expect(serializeKerasObject(again<LossScaleOptimizer>(optimizer))).toEqual(config);
  });

  it("refuses what is no optimizer", () => {
    expect(() => new LossScaleOptimizer("adam" as never)).toThrow(/\[LossScaleOptimizer\] innerOptimizer must be an optimizer/);
    expect(() => new LossScaleOptimizer(new LossScaleOptimizer(new SGD()) as never)).toThrow(/innerOptimizer must be an optimizer/);
  });
});

describe("MultiOptimizer", () => {
  const variables = (): Variable[] => ["encoder/kernel", "encoder/bias", "head/kernel"].map((name) => new Variable([1], { name }));
  const ones = (): Tensor[] => [tensor([1]), tensor([1]), tensor([1])];

  it("gives each variable to the optimizer of its pattern, the others to the default", async () => {
    const weights = variables();
    const map = new OptimizerMap(new SGD({ learningRate: 0.25 }), {
      "encoder/.*": new SGD({ learningRate: 0.5 }),
      "encoder/bias": new SGD({ learningRate: 1 }),
    });
    const optimizer = new MultiOptimizer(map);
    optimizer.build(weights);
    const step = compile((a: Tensor, b: Tensor, c: Tensor) => optimizer.apply([a, b, c]));
    step(...(ones() as [Tensor, Tensor, Tensor]));
    expect(await Promise.all(weights.map((weight) => weight.item()))).toEqual([0.5, 0, 0.75]);
    expect(await optimizer.iterations.item()).toBe(1);
  });

  it("takes a function from variables to optimizers, and skips optimizers without gradients", async () => {
    const weights = variables();
    const [fast, slow] = [new SGD({ learningRate: 1 }), new SGD({ learningRate: 0.5 })];
    const optimizer = new MultiOptimizer(({ name }) => (name.startsWith("head") ? fast : slow));
    optimizer.apply([tensor([1]), null, null], weights);
    expect(await Promise.all(weights.map((weight) => weight.item()))).toEqual([0.5, 1, 1]);
    expect(await fast.iterations.item()).toBe(0);
  });

  it("says where its rates are, and refuses wrappers and ambiguous patterns", () => {
    const optimizer = new MultiOptimizer(new OptimizerMap(new SGD(), { "enc.*": new SGD(), ".*kernel": new SGD() }));
    expect(() => optimizer.learningRate).toThrow(/several learning rates/);
    expect(() => optimizer.build(variables())).toThrow(/several patterns match variable "encoder\/kernel"/);
    expect(() => new OptimizerMap(new SGD(), { "(": new SGD() })).toThrow(/regular expression/);
    expect(() => new OptimizerMap(new LossScaleOptimizer(new SGD()) as never)).toThrow(
      /defaultOptimizer must be an optimizer: received an object LossScaleOptimizer/,
    );
  });

  it("is written and read as Keras does", () => {
    const optimizer = new MultiOptimizer(new OptimizerMap(new SGD(), { "enc.*": new Adam() }), { lossScaleFactor: 2 });
    const config = serializeKerasObject(optimizer);
    expect(config).toMatchObject({
      module: "keras.optimizers",
      class_name: "MultiOptimizer",
      config: { optimizer_map: { class_name: "OptimizerMap", config: { optimizer_map: { "enc.*": { class_name: "Adam" } } } } },
    });
    expect(serializeKerasObject(again<MultiOptimizer>(optimizer))).toEqual(config);
  });
});
