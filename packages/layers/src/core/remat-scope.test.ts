import { reference } from "@neurite/backend-reference";
import {
  checkpoint,
  compile,
  customGradient,
  grad,
  GradientTape,
  ops,
  resetAutoNames,
  setDefaultDevice,
  setSeed,
  type Tensor,
  tensor,
  type Variable,
} from "@neurite/core";
import { beforeEach, describe, expect, it } from "vitest";
import { BatchNormalization, Dense, Dropout, Embedding, isTraining, Layer, LSTM, rematScope, type RematScopeOptions } from "../index.ts";

setDefaultDevice(reference());
beforeEach(() => {
  resetAutoNames();
  setSeed(7);
});

const x = (): Tensor => ops.reshape(ops.sin(ops.arange(12, { dtype: "float32" })), [4, 3]);

/** Counts how often it is computed. */
class Block extends Layer {
  calls = 0;
  readonly first = new Dense(5, { activation: "tanh", activityRegularizer: "l2" });
  readonly normalization = new BatchNormalization();
  readonly dropout = new Dropout(0.5, { seed: 3 });
  readonly second = new Dense(3, { name: "second" });

  override call(inputs: Tensor): Tensor {
    this.calls++;
    return ops.add(inputs, this.second(this.dropout(this.normalization(this.first(inputs)))));
  }
}

interface Outcome {
  readonly calls: number;
  readonly numbers: readonly number[];
}

/** Outputs, gradients of a loss with its penalties, moving statistics and the penalties, of two steps. */
async function outcomeOf(make: () => Block): Promise<Outcome> {
  resetAutoNames();
  setSeed(7);
  const block = make();
  block(x());
  block.calls = 0;
  const step = (inputs: Tensor): Tensor[] => {
    const tape = new GradientTape();
    const loss = tape.run(() => {
      const penalties = (): Tensor => block.losses.reduce((sum, one) => sum.add(one), tensor(0));
      return ops.sum(ops.square(block(inputs, { training: true }))).add(penalties());
    });
    const gradients = tape.gradient(loss, block.trainableVariables) as Tensor[];
    return [loss, ...gradients, ...block.nonTrainableVariables.map((variable: Variable) => variable.read())];
  };
  const results = [...step(x()), ...compile(step)(x())];
  const numbers = (await Promise.all(results.map((each) => each.data()))).flatMap((each) => Array.from(each, Number));
  return { calls: block.calls, numbers };
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
}

describe("rematScope", () => {
  it("computes layers again in gradients, once, with the same results, random numbers, penalties and statistics", async () => {
    const plain = await outcomeOf(() => new Block());
    const again = await outcomeOf(() => rematScope({}, () => new Block()));
    expect(plain.calls).toBe(2);
    expect(again.calls).toBe(4);
    expectClose(again.numbers, plain.numbers);
  });

  it.each<[string, RematScopeOptions, number]>([
    ["larger_than a smaller size", { mode: "larger_than", outputSizeThreshold: 11 }, 4],
    ["larger_than the size", { mode: "larger_than", outputSizeThreshold: 12 }, 2],
    ["list_of_layers with its name", { mode: "list_of_layers", layerNames: ["block"] }, 4],
    ["list_of_layers of a layer inside", { mode: "list_of_layers", layerNames: ["second"] }, 2],
    ["activations", { mode: "activations" }, 2],
    ["null", { mode: null }, 2],
  ])("%s", async (_, options, calls) => {
    const plain = await outcomeOf(() => new Block());
    const found = await outcomeOf(() => rematScope({ mode: "full" }, () => rematScope(options, () => new Block())));
    expectClose(found.numbers, plain.numbers);
    // To know the size of the outputs takes computing their shapes.
    const forShapes = options.mode === "larger_than" ? 2 : 0;
    expect(found.calls).toBe(calls + forShapes);
  });

  it("activations: computes activation functions again, and nothing else", async () => {
    const counted = (scope: RematScopeOptions): { run: () => Promise<number[]>; counts: () => number[] } => {
      let [activations, kernels] = [0, 0];
      setSeed(1);
      const layer = rematScope(scope, () => {
        const activation = (z: Tensor): Tensor => (activations++, ops.multiply(ops.tanh(z), z));
        class Counted extends Dense {
          override call(inputs: Tensor): Tensor {
            kernels++;
            return super.call(inputs);
          }
        }
        return new Counted(3, { activation });
      });
      layer(x());
      [activations, kernels] = [0, 0];
      const run = async (): Promise<number[]> => {
        const tape = new GradientTape();
        const loss = tape.run(() => ops.sum(ops.square(layer(x()) as Tensor)));
        const results = [loss, ...(tape.gradient(loss, layer.trainableVariables) as Tensor[])];
        return (await Promise.all(results.map((each) => each.data()))).flatMap((each) => Array.from(each, Number));
      };
      return { run, counts: () => [activations, kernels] };
    };
    const [plain, again, full] = [counted({ mode: null }), counted({ mode: "activations" }), counted({ mode: "full" })];
    const numbers = await plain.run();
    expectClose(await again.run(), numbers);
    expectClose(await full.run(), numbers);
    expect([plain.counts(), again.counts(), full.counts()]).toEqual([[1, 1], [2, 1], [2, 2]]); // prettier-ignore
    const kept = rematScope({ mode: "activations" }, () => new Dense(3, { activation: "relu" }));
    kept(x());
    expect(kept.getConfig()["activation"]).toBe("relu");
  });

  it("checks its options", () => {
    expect(() => rematScope({ mode: "activation" as never }, () => null)).toThrow('[rematScope] mode must be "full", "activations"');
    expect(() => rematScope({ mode: "larger_than", outputSizeThreshold: "1" as never }, () => null)).toThrow(
      "outputSizeThreshold must be a number",
    );
  });
});

it("checkpoint inside of a layer computes again in training mode", async () => {
  class Own extends Block {
    readonly body = checkpoint((inputs: Tensor) => super.call(inputs));
    override call(inputs: Tensor): Tensor {
      return this.body(inputs);
    }
  }
  // Penalties that are added inside of a checkpoint are none of its outputs.
  const make = (cls: new () => Block) => (): Block =>
    Object.assign(new cls(), { first: new Dense(5, { activation: "tanh", name: "dense" }) });
  const plain = await outcomeOf(make(Block));
  const own = await outcomeOf(make(Own));
  expect(own.calls).toBe(4);
  expectClose(own.numbers, plain.numbers);
});

it("the rule of customGradient inside of a layer runs in the mode of the call", async () => {
  class Ruled extends Layer {
    override call(inputs: Tensor): Tensor {
      return customGradient((z: Tensor) => ({ value: z.mul(1), gradient: (upstream) => upstream.mul(isTraining() ? 7 : 3) }))(inputs);
    }
  }
  const slope = (training: boolean): Tensor => grad((z: Tensor) => (new Ruled()(z, { training }) as Tensor).sum())(tensor([1, 2]));
  expect(await slope(true).array()).toEqual([7, 7]);
  expect(await slope(false).array()).toEqual([3, 3]);
});

it("is no part of configs: layers made from one are in the scope around them, as in Keras", async () => {
  const saved = rematScope({}, () => new Block()).getConfig();
  expect(JSON.stringify(saved)).not.toMatch(/remat|full/);
  const make = (): Block => Block.fromConfig(saved) as Block;
  const [outside, inside] = [await outcomeOf(make), await outcomeOf(() => rematScope({}, make))];
  expect(inside.calls).toBe(2 * outside.calls);
  expectClose(inside.numbers, outside.numbers);
});

describe("masks", () => {
  class Inner extends Layer {
    readonly lstm = new LSTM(3, { returnSequences: true });
    override call(inputs: Tensor): Tensor {
      return this.lstm(inputs);
    }
  }
  class Words extends Layer {
    readonly embedding = new Embedding(5, 4, { maskZero: true });
    override call(ids: Tensor): Tensor {
      return this.embedding(ids);
    }
    override computeMask(): null {
      return null;
    }
  }

  it("reach layers inside, and what comes out, when they are computed again", async () => {
    const ids = tensor(new Int32Array([1, 2, 0, 0, 3, 4, 1, 0]), { shape: [2, 4] });
    const run = async (scope: RematScopeOptions): Promise<number[]> => {
      resetAutoNames();
      setSeed(2);
      const layers = rematScope(scope, () => [new Words(), new Inner(), new LSTM(2)] as const);
      const tape = new GradientTape();
      const forward = (x: Tensor): Tensor => layers.reduce((value, layer) => layer(value), x);
      forward(ids);
      const loss = tape.run(() => ops.sum(ops.square(forward(ids))));
      const variables = layers.flatMap((layer) => layer.trainableVariables);
      const results = [loss, ...(tape.gradient(loss, variables) as Tensor[])];
      return (await Promise.all(results.map((each) => each.data()))).flatMap((each) => Array.from(each, Number));
    };
    const plain = await run({ mode: null });
    expectClose(await run({ mode: "full" }), plain);
    expectClose(await run({ mode: "list_of_layers", layerNames: ["inner"] }), plain);
  });
});
