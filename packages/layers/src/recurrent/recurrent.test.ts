import { readFileSync } from "node:fs";
import { reference } from "@neurite/backend-reference";
import {
  createRegistry, deserializeKerasObject, flattenTree, GradientTape, isTensor, maskOf, ops, resetAutoNames, serializeKerasObject, setDefaultDevice, setDefaultRegistry,
  setSeed, type SymbolicShape, type Tensor, tensor, type Variable,
} from "@neurite/core"; // prettier-ignore
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Bidirectional, ConvLSTM1D, Dense, Embedding, GRU, Input, Layer, layersPlugin, LSTM, LSTMCell, Masking, RNN, SimpleRNN, SimpleRNNCell, TimeDistributed } from "../index.ts"; // prettier-ignore

interface Case {
  readonly name: string;
  readonly serialized: object;
  readonly inputs: { readonly shape: number[]; readonly data: number[] };
  readonly mask: boolean[][] | null;
  readonly training: boolean;
  readonly weights: readonly { readonly shape: number[]; readonly data: number[] }[];
  readonly outputs: readonly { readonly shape: number[]; readonly data: number[] }[];
  readonly gradients: readonly number[][];
  /** What a call in training leaves of the weights. */
  readonly after: readonly number[][] | null;
}

/** Computed by Keras 3.15.1 on TensorFlow: see oracles/recurrent.py. */
const cases = JSON.parse(readFileSync(new URL("../testing/keras-recurrent.json", import.meta.url), "utf8")) as Case[];
const registry = createRegistry([layersPlugin]);
type Callable = (x: unknown, options?: object) => unknown;

beforeAll(() => {
  setDefaultDevice(reference());
  setDefaultRegistry(() => registry);
});
beforeEach(() => {
  resetAutoNames();
  setSeed(3);
});

async function expectClose(actual: Tensor, expected: readonly number[], what: string): Promise<void> {
  const values = (await actual.data()) as ArrayLike<number>;
  expect(values.length, what).toBe(expected.length);
  expected.forEach((value, i) => expect(Math.abs((values[i] as number) - value), `${what}, element ${i}`).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)))); // prettier-ignore
}

const asTensor = ({ shape, data }: { readonly shape: number[]; readonly data: number[] }): Tensor =>
  tensor(Float32Array.from(data), { shape });

describe("outputs, states and gradients are Keras's, and configs come back", () => {
  for (const { name, serialized, inputs, mask, training, weights, outputs, gradients, after } of cases) {
    it(name, async () => {
      const layer = deserializeKerasObject(serialized as never, registry) as Layer;
      const x = asTensor(inputs);
      const options = { training, ...(mask === null ? {} : { mask: tensor(mask) }) };
      (layer as unknown as Callable)(x, options);
      layer.setWeights(weights.map(asTensor));
      const tape = new GradientTape();
      tape.watch(x);
      let results: Tensor[] = [];
      const loss = tape.run(() => {
        results = flattenTree((layer as unknown as Callable)(x, options)).filter(isTensor) as Tensor[];
        return results.map((result) => ops.sum(ops.sin(result))).reduce((a, b) => ops.add(a, b));
      });
      for (const [i, expected] of outputs.entries()) {
        expect(results[i]!.shape).toEqual(expected.shape);
        await expectClose(results[i]!, expected.data, `output ${i}`);
      }
      const slopes = tape.gradient(loss, [x, ...layer.trainableVariables]) as Tensor[];
      for (const [i, expected] of gradients.entries()) await expectClose(slopes[i]!, expected, `gradient ${i}`);
      for (const [i, expected] of (after ?? []).entries()) await expectClose(layer.weights[i]!.read(), expected, `weight ${i}, afterwards`);
      const again = serializeKerasObject(deserializeKerasObject(serialized as never, registry));
      expect(again).toEqual(serialized);
    });
  }
});

describe("masks", () => {
  it("go from an embedding through layers to the loss's tensor, and end where the steps do", () => {
    const ids = tensor([[1, 2, 0], [3, 0, 0]], { dtype: "int32" }); // prettier-ignore
    const embedded = new Embedding(5, 4, { maskZero: true })(ids) as Tensor;
    expect(maskOf(embedded)).not.toBeNull();
    const sequence = new LSTM(3, { returnSequences: true })(new Dense(4)(embedded)) as Tensor;
    expect(maskOf(sequence)).not.toBeNull();
    expect(maskOf(new LSTM(3)(sequence))).toBeNull();
  });

  it("make padded steps count for nothing", async () => {
    const layer = new GRU(3);
    const masked = new Masking({ maskValue: -1 })(tensor([[[1, 2], [3, 4], [-1, -1], [-1, -1]]])) as Tensor; // prettier-ignore
    const short = layer(tensor([[[1, 2], [3, 4]]])) as Tensor; // prettier-ignore
    expect(await (layer(masked) as Tensor).array()).toEqual(await short.array());
  });

  it("of inputs are not applied beside initial states, as in Keras", async () => {
    const sums = { kernelInitializer: "ones", recurrentInitializer: "identity", activation: "linear" } as const;
    const embedded = new Embedding(3, 2, { maskZero: true, embeddingsInitializer: "ones" })(tensor([[1, 2, 0, 0]], { dtype: "int32" }));
    const layer = new SimpleRNN(2, sums);
    expect(await (layer(embedded) as Tensor).array()).toEqual([[4, 4]]);
    expect(await (layer(embedded, { initialState: ops.zeros([1, 2]) }) as Tensor).array()).toEqual([[8, 8]]);
  });

  it("are keywords of the graph in functional models", () => {
    const input = Input({ shape: [null], dtype: "int32" });
    const output = new LSTM(3)(new Embedding(5, 4, { maskZero: true })(input)) as unknown as { node: { kwargs: Record<string, { node: { operation: { name: string } } }> } }; // prettier-ignore
    expect(output.node.kwargs["mask"]?.node.operation.name).toMatch(/^not_equal/);
  });
});

describe("states", () => {
  it("of a stateful layer go on with the next batch until they are reset, and are no weights", async () => {
    const layer = new LSTM(3, { stateful: true, returnSequences: true });
    const x = ops.reshape(ops.arange(24), [2, 6, 2]);
    const parts = [0, 3].map((start) => ops.divide(ops.slice(x, [0, start, 0], [2, 3, 2]), 10)) as Tensor[];
    const plain = new LSTM(3, { returnSequences: true });
    const whole = plain(ops.divide(x, 10)) as Tensor;
    const first = layer(parts[0]) as Tensor;
    expect(layer.weights).toHaveLength(3);
    plain.setWeights(await layer.getWeights());
    const expected = (await (plain(ops.divide(x, 10)) as Tensor).array()) as number[][][];
    layer.resetState();
    await (layer(parts[0]) as Tensor).array();
    const second = (await (layer(parts[1]) as Tensor).array()) as number[][][];
    second.flat(2).forEach((value, i) => expect(value).toBeCloseTo(expected.map((rows) => rows.slice(3)).flat(2)[i]!, 6));
    layer.resetState();
    expect(await (layer(parts[0]) as Tensor).array()).toEqual(await first.array());
    expect(whole.shape).toEqual([2, 6, 3]);
  });

  it("of a stateful layer can be made while a model is", () => {
    const input = Input({ batchShape: [2, 3, 4] });
    expect(new LSTM(3, { stateful: true })(input).shape).toEqual([2, 3]);
  });

  it("to start from are taken as an option, and their number is checked", async () => {
    const encoder = new GRU(3, { returnState: true });
    const x = ops.ones([2, 4, 2]);
    const [, state] = encoder<[Tensor, Tensor]>(x);
    const decoder = new GRU(3);
    const plain = await (decoder(x) as Tensor).array();
    expect(await (decoder(x, { initialState: [state] }) as Tensor).array()).not.toEqual(plain);
    expect(() => decoder(x, { initialState: [state, state] })).toThrow(/\[GRU\] layer "gru_1" has 1 states: got 2 initial ones/);
    expect(() => encoder.resetState()).toThrow(/keeps no state/);
  });
});

it("a cell of one's own needs stateSize and call", async () => {
  class Sum extends Layer {
    readonly stateSize = 2;
    kernel!: Variable;
    override build(inputShape: SymbolicShape): void {
      this.kernel = this.addWeight({ name: "kernel", shape: [inputShape.at(-1) as number, 2], initializer: "ones" });
    }
    override call(inputs: Tensor, [previous]: readonly Tensor[]): [Tensor, Tensor[]] {
      const output = ops.add(ops.matmul(inputs, this.kernel), previous as Tensor);
      return [output, [output]];
    }
  }
  const x = tensor([[[1, 2], [3, 4]]]); // prettier-ignore
  expect(await (new RNN(new Sum())(x) as Tensor).array()).toEqual([[10, 10]]);
  expect(await (new RNN([new Sum(), new Sum()], { returnSequences: true })(x) as Tensor).array()).toEqual([[[6, 6], [26, 26]]]); // prettier-ignore
});

it("dropout drops the same features at each step, and nothing in inference", async () => {
  const layer = new SimpleRNN(4, { dropout: 0.5, recurrentDropout: 0.5, seed: 1 });
  const x = ops.ones([2, 5, 8]);
  const inference = await (layer(x) as Tensor).array();
  expect(await (layer(x, { training: false }) as Tensor).array()).toEqual(inference);
  expect(await (layer(x, { training: true }) as Tensor).array()).not.toEqual(inference);
});

it("cells one above the other drop the same features at each step, too", async () => {
  // With weights that pass on what they get, features that are dropped are zero in all steps.
  const cells = [0, 1].map((seed) => new SimpleRNNCell(16, { dropout: 0.5, seed, activation: "linear", kernelInitializer: "identity", recurrentInitializer: "zeros", useBias: false })); // prettier-ignore
  const layer = new RNN(cells, { returnSequences: true });
  const [first, ...rest] = (await (layer(ops.ones([1, 6, 16]), { training: true }) as Tensor).array() as number[][][])[0]!; // prettier-ignore
  expect(first!.filter((value) => value === 0).length).toBeGreaterThan(4);
  expect(first!.filter((value) => value === 4).length).toBeGreaterThan(0);
  for (const row of rest) expect(row).toEqual(first);
});

it("recurrentDropout of ConvLSTM drops the same units at each step", async () => {
  // Only the gate of the candidate sees the states: what is dropped never reaches it.
  const layer = new ConvLSTM1D(8, 1, { recurrentDropout: 0.5, seed: 2, returnSequences: true, activation: "linear", recurrentActivation: "sigmoid", unitForgetBias: false }); // prettier-ignore
  layer.build([1, 5, 1, 1]);
  const eye = ops.eye(8);
  const none = ops.zeros([8, 8]);
  layer.setWeights([ops.ones([1, 1, 32]), ops.reshape(ops.concatenate([none, none, eye, none], { axis: 1 }), [1, 8, 32]), ops.zeros([32])]); // prettier-ignore
  const steps = (await (layer(ops.ones([1, 5, 1, 1]), { training: true }) as Tensor).array()) as unknown as number[][][][];
  const [second, ...later] = steps[0]!.slice(1).map((step) => step[0]!.map((value) => value > Math.min(...step[0]!) + 1e-3));
  expect(second!.includes(true) && second!.includes(false)).toBe(true);
  for (const step of later) expect(step).toEqual(second);
});

describe("with checkpoint", () => {
  const sequences = (): Tensor => ops.sin(ops.reshape(ops.arange(2 * 7 * 3, { dtype: "float32" }), [2, 7, 3]));
  const mask = (): Tensor => tensor([[true, true, true, true, true, false, false], [true, true, true, true, true, true, true]]); // prettier-ignore
  const options = { returnSequences: true, dropout: 0.3, recurrentDropout: 0.2, seed: 4 };

  it.each<[string, (checkpoint: boolean | number) => Layer]>([
    ["LSTM", (checkpoint) => new LSTM(4, { ...options, checkpoint })],
    ["GRU backwards", (checkpoint) => new GRU(4, { ...options, checkpoint, goBackwards: true })],
    ["SimpleRNN", (checkpoint) => new SimpleRNN(4, { ...options, checkpoint, returnSequences: false })],
    ["RNN of two cells", (checkpoint) => new RNN([new LSTMCell(4), new LSTMCell(3)], { checkpoint, zeroOutputForMask: true })],
    ["Bidirectional", (checkpoint) => new Bidirectional(new LSTM(4, { ...options, checkpoint }))],
  ])("%s gives what it gives without, and the same gradients", async (_, make) => {
    const run = async (checkpoint: boolean | number): Promise<number[]> => {
      resetAutoNames();
      setSeed(11);
      const layer = make(checkpoint) as unknown as Layer & Callable;
      const tape = new GradientTape();
      const [output, loss] = tape.run(() => {
        const result = layer(sequences(), { mask: mask(), training: true }) as Tensor;
        return [result, ops.sum(ops.square(result))];
      });
      const gradients = tape.gradient(loss, layer.trainableVariables) as Tensor[];
      const numbers = await Promise.all([output, ...gradients].map((each) => each.data()));
      return numbers.flatMap((each) => Array.from(each, Number));
    };
    const expected = await run(false);
    for (const checkpoint of [true, 2, 100]) {
      (await run(checkpoint)).forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
    }
  });

  it("is no part of files, and is a number of steps or a flag", () => {
    expect(new LSTM(3, { checkpoint: true }).getConfig()).not.toHaveProperty("checkpoint");
    expect(() => new LSTM(3, { checkpoint: 0 })).toThrow("checkpoint must be true, false or a positive number of steps");
  });
});

describe("what cannot be is refused", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["no sequences", () => new LSTM(3)(ops.ones([2, 3])), /\[LSTM\] the input must have 3 axes, \[batch, timesteps, features\]: got float32 \[2,3\]/],
    ["what is no cell", () => new RNN(new Dense(3)), /\[RNN\] cell must be a layer with `stateSize`/],
    ["two layers one way", () => new Bidirectional(new LSTM(3), { backwardLayer: new LSTM(3) }), /one layer must go forwards/],
    ["layers that do not fit", () => new Bidirectional(new LSTM(3, { returnSequences: true }), { backwardLayer: new LSTM(3, { goBackwards: true }) }), /returnSequences must be the same/],
    ["a layer that is not recurrent", () => new Bidirectional(new Dense(3) as never), /\[Bidirectional\] layer must be recurrent/],
    ["stateful without a batch size", () => new LSTM(3, { stateful: true })(Input({ shape: [4, 2] }) as never), /stateful needs batches of one size/],
    ["no steps", () => new TimeDistributed(new Dense(2))(ops.ones([2, 3])), /\[TimeDistributed\] the input must have 3 axes or more, \[batch, timesteps, …\]: got .* \(TimeDistributed, layer="dense.*" \(Dense, units=/],
    ["options that do not exist", () => new LSTMCell(3, { unit: 2 } as never), /\[LSTMCell\] unknown option "unit"/],
  ])("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });
}); // prettier-ignore
