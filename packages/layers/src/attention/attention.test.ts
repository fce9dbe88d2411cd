import { readFileSync } from "node:fs";
import { reference } from "@neurite/backend-reference";
import {
  createRegistry, deserializeKerasObject, flattenTree, GradientTape, isTensor, ops, optionName, resetAutoNames, serializeKerasObject, setDefaultDevice,
  setDefaultRegistry, setSeed, type Tensor, tensor,
} from "@neurite/core"; // prettier-ignore
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Attention, EinsumDense, Embedding, GroupQueryAttention, type Layer, layersPlugin, MultiHeadAttention } from "../index.ts";

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}

interface Case {
  readonly name: string;
  readonly serialized: { readonly class_name: string };
  readonly asList: boolean;
  readonly inputs: readonly Numbers[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly weights: readonly Numbers[];
  readonly outputs: readonly Numbers[];
  readonly gradients: readonly (Numbers | null)[];
}

/** Computed by Keras 3.15.1 on TensorFlow: see oracles/attention.py. */
const cases = JSON.parse(readFileSync(new URL("../testing/keras-attention.json", import.meta.url), "utf8")) as Case[];
const registry = createRegistry([layersPlugin]);
type Callable = (...args: unknown[]) => unknown;

beforeAll(() => {
  setDefaultDevice(reference());
  setDefaultRegistry(() => registry);
});
beforeEach(() => {
  resetAutoNames();
  setSeed(3);
});

const asTensor = ({ shape, data }: Numbers): Tensor => tensor(Float32Array.from(data), { shape });

async function expectClose(actual: Tensor, { shape, data }: Numbers, what: string): Promise<void> {
  expect(actual.shape, what).toEqual(shape);
  const values = (await actual.data()) as ArrayLike<number>;
  data.forEach((value, i) => expect(Math.abs((values[i] as number) - value), `${what}, element ${i}`).toBeLessThan(3e-5 * Math.max(1, Math.abs(value)))); // prettier-ignore
}

/** Masks are nested lists of booleans in the file; for a list of inputs there is a list of them. */
const option = (key: string, value: unknown): unknown =>
  key === "mask" ? (value as boolean[][][]).map((mask) => tensor(mask)) : Array.isArray(value) ? tensor(value as boolean[]) : value;

describe("outputs, scores and gradients are Keras's, and configs come back", () => {
  for (const { name, serialized, asList, inputs, options, weights, outputs, gradients } of cases) {
    it(`${serialized.class_name}: ${name}`, async () => {
      const layer = deserializeKerasObject(serialized as never, registry) as Layer;
      const xs = inputs.map(asTensor);
      const given = Object.fromEntries(Object.entries(options).map(([key, value]) => [optionName(key), option(key, value)]));
      const call = (): unknown => (layer as unknown as Callable)(...(asList ? [xs] : xs), given);
      call();
      layer.setWeights(weights.map(asTensor));
      const tape = new GradientTape();
      for (const x of xs) tape.watch(x);
      let results: Tensor[] = [];
      const loss = tape.run(() => {
        results = flattenTree(call()).filter(isTensor) as Tensor[];
        return results.map((result) => ops.sum(ops.sin(result))).reduce((a, b) => ops.add(a, b));
      });
      for (const [i, expected] of outputs.entries()) await expectClose(results[i]!, expected, `output ${i}`);
      const slopes = tape.gradient(loss, [...xs, ...layer.trainableVariables], { unconnectedGradients: "zero" }) as Tensor[];
      for (const [i, expected] of gradients.entries()) if (expected !== null) await expectClose(slopes[i]!, expected, `gradient ${i}`);
      expect(serializeKerasObject(deserializeKerasObject(serialized as never, registry))).toEqual(serialized);
    });
  }
});

it("masks of embeddings hide padding from every query", async () => {
  const attention = new MultiHeadAttention(2, 3);
  const embed = new Embedding(9, 4, { maskZero: true });
  const short = embed(tensor([[1, 2, 3]], { dtype: "int32" })); // prettier-ignore
  const padded = embed(tensor([[1, 2, 3, 0, 0]], { dtype: "int32" })); // prettier-ignore
  const whole = (await (attention(short, short) as Tensor).array()) as number[][][];
  const masked = (await (attention(padded, padded) as Tensor).array()) as number[][][];
  masked[0]!.slice(0, 3).forEach((row, i) => row.forEach((value, k) => expect(value).toBeCloseTo(whole[0]![i]![k]!, 5)));
});

it("weights of attention are dropped in training alone", async () => {
  const attention = new MultiHeadAttention(2, 3, { dropout: 0.5, seed: 1 });
  const x = ops.reshape(ops.sin(ops.arange(24)), [1, 4, 6]);
  const inference = await (attention(x, x) as Tensor).array();
  expect(await (attention(x, x, { training: false }) as Tensor).array()).toEqual(inference);
  expect(await (attention(x, x, { training: true }) as Tensor).array()).not.toEqual(inference);
});

describe("what cannot be is refused", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["a query alone", () => new MultiHeadAttention(2, 3)(ops.ones([1, 2, 3])), /\[MultiHeadAttention\] a query and a value are needed/],
    ["keys unlike values", () => new MultiHeadAttention(2, 3)(ops.ones([1, 2, 3]), ops.ones([1, 4, 3]), { key: ops.ones([1, 5, 3]) }), /keys and values must be alike/],
    ["heads that do not divide", () => new GroupQueryAttention(3, 4, 3), /numQueryHeads must be a multiple of numKeyValueHeads: got 4 and 3/],
    ["no list", () => new Attention()(ops.ones([1, 2, 3])), /\[Attention\] inputs must be \[query, value\]/],
    ["no equation", () => new EinsumDense("abc", 3)(ops.ones([1, 2, 3])), /\[EinsumDense\] equation must be like/],
    ["sizes that differ", () => new EinsumDense("abc,cd->abd", [4, 3])(ops.ones([1, 2, 3])), /axis "b" of "abc,cd->abd" has size 2 in the input and 4/],
    ["a bias of no axis", () => new EinsumDense("abc,cd->abd", [null, 3], { biasAxes: "x" })(ops.ones([1, 2, 3])), /biasAxes names "x"/],
  ])("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });
}); // prettier-ignore
