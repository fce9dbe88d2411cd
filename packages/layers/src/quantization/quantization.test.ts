import { reference } from "@neurite/backend-reference";
import { GradientTape, setDefaultDevice, tensor, type Tensor } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import { Dense } from "../core/dense.ts";
import { EinsumDense } from "../core/einsum-dense.ts";
import { Embedding } from "../core/embedding.ts";
import { ReversibleEmbedding } from "../core/reversible-embedding.ts";
import type { QuantizedMatrix } from "./quantized-matrix.ts";
import { Int4DTypePolicy, QuantizedDTypePolicy } from "./quantized-policy.ts";

beforeAll(() => setDefaultDevice(reference()));

const values = async (x: unknown): Promise<number[]> => [...((await (x as Tensor).data()) as Float32Array)];
const close = (actual: readonly number[], expected: readonly number[]): void =>
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 4));

test("a kernel of 8 bits is divided by its scales, and inputs are rounded to 8 bits", async () => {
  const layer = new Dense(2, { dtype: new QuantizedDTypePolicy("int8") });
  const x = tensor([[1, -0.25]]);
  layer(x);
  const { values: kernel, scale } = layer.quantizedKernel as QuantizedMatrix;
  expect(layer.storedWeights.map(({ name }) => name.split("/").at(-1))).toEqual(["kernel", "bias", "kernel_scale"]);
  expect(layer.weights.map(({ name }) => name.split("/").at(-1))).toEqual(["bias", "kernel", "kernel_scale"]);
  kernel.assign(tensor([[100, 50], [-20, 127]], { dtype: "int8" })); // prettier-ignore
  scale.assign([10, 100]);
  // The inputs become 127 and -31.75, which rounds to -32, with a scale of 127.
  const product = (a: number, b: number, s: number): number => (127 * a - 32 * b) / (s * 127);
  close(await values(layer(x)), [product(100, -20, 10), product(50, 127, 100)]);
  const tape = new GradientTape({ persistent: false });
  const sum = tape.run(() => {
    tape.watch(x);
    return (layer(x, { training: true }) as Tensor).sum();
  });
  close(await values(tape.gradient(sum, x)), [10 + 0.5, -2 + 1.27]);
});

test.each([true, false])("embeddings of 8 bits go back by integers too, with tied weights: %s", async (tieWeights) => {
  const layer = new ReversibleEmbedding(3, 2, { dtype: new QuantizedDTypePolicy("int8"), tieWeights });
  layer(tensor([0], { dtype: "int32" }));
  const [, , ...own] = layer.storedWeights;
  expect(own.map(({ shape }) => shape)).toEqual(tieWeights ? [] : [[2, 3], [3]]); // prettier-ignore
  const table = layer.quantizedEmbeddings as QuantizedMatrix;
  table.values.assign(tensor([[100, -20], [50, 127], [0, 1]], { dtype: "int8" })); // prettier-ignore
  table.scale.assign([10, 100, 1]);
  own[0]?.assign(tensor([[100, 50, 0], [-20, 127, 1]], { dtype: "int8" })); // prettier-ignore
  own[1]?.assign([10, 100, 1]);
  // The inputs become 127 and -32, with a scale of 127.
  const product = (a: number, b: number, s: number): number => (127 * a - 32 * b) / (s * 127);
  close(await values(layer(tensor([[1, -0.25]]), { reverse: true })), [product(100, -20, 10), product(50, 127, 100), product(0, 1, 1)]);
});

test("products in float8 have 3 bits behind the leading one, and numbers up to 448, as many as a scale makes of them", async () => {
  const layers = [
    new Dense(1, { dtype: "float8_from_float32", useBias: false }),
    new EinsumDense("ab,bc->ac", 1, { dtype: "float8_from_float32" }),
  ];
  for (const layer of layers) {
    const x = tensor([[17], [19], [0.001], [-1000], [3.3], [0]]); // prettier-ignore
    layer(x);
    const [kernel, scale] = layer.storedWeights;
    kernel!.assign([[1]]); // prettier-ignore
    // Of two numbers as near the even one; below 2 ** -6 in steps of 2 ** -9.
    expect(await values(layer(x))).toEqual([16, 20, 2 ** -9, -448, 3.25, 0]);
    scale!.assign(4);
    expect(await values(layer(tensor([[1000]])))).toEqual([1024]); // prettier-ignore
    expect(() => layer.enableLora(2)).toThrow("kernels of GPTQ, AWQ and float8 have no updates");
    expect(layer.storedWeights.map(({ name }) => name.split("/").at(-1))).toEqual([
      "kernel", "inputs_scale", "inputs_amax_history", "kernel_scale", "kernel_amax_history", "outputs_grad_scale", "outputs_grad_amax_history",
    ]); // prettier-ignore
  }
});

describe("4 bits", () => {
  // Two numbers a byte, the lower half first: 7 | 9 << 4 is 7 and -7, and so on.
  const byte = (low: number, high: number): number => (((low & 15) | ((high & 15) << 4)) << 24) >> 24;

  test("in blocks are integers less a zero point, times a scale", async () => {
    const layer = new Dense(3, { dtype: new Int4DTypePolicy("int4/2"), useBias: false });
    const x = tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]]); // prettier-ignore
    layer(x);
    const kernel = layer.quantizedKernel as QuantizedMatrix;
    expect(kernel.values.shape).toEqual([3, 2]);
    expect(await values(kernel.block?.read())).toEqual([0, 0, 1]);
    kernel.values.assign(tensor([[byte(7, -7), byte(-8, 0)], [byte(1, 2), byte(3, 0)], [byte(-1, 0), byte(5, 0)]], { dtype: "int8" })); // prettier-ignore
    kernel.scale.assign([[1, 0.5, 2], [10, 1, 1]]); // prettier-ignore
    kernel.zero?.assign(tensor([[0, 1, -1], [1, 0, 0]], { dtype: "int8" })); // prettier-ignore
    close(await values(layer(x)), [7, -4, -14, 1, 0.5, 8, -20, 0, 5]);
  });

  test.each([
    ["with a scale for each number", -1, [2, 1, 4]],
    ["in blocks", 2, [[2, 1, 4], [0.5, 1, 1]]], // prettier-ignore
  ] as const)("weights of their own for going back have two rows a byte: %s", async (_, size, scales) => {
    const layer = new ReversibleEmbedding(3, 3, { dtype: new Int4DTypePolicy(`int4/${size}`), tieWeights: false });
    layer(tensor([0], { dtype: "int32" }));
    const [rows, scale, zero] = layer.storedWeights.slice(size === -1 ? 2 : 4);
    expect([rows!.shape, scale!.shape, zero?.shape]).toEqual([[2, 3], tensor(scales as never).shape, size === -1 ? undefined : [2, 3]]); // prettier-ignore
    rows!.assign(tensor([[byte(7, -7), byte(1, 2), byte(-8, 0)], [byte(3, 0), byte(-1, 0), byte(5, 0)]], { dtype: "int8" })); // prettier-ignore
    scale!.assign(tensor(scales as never));
    zero?.assign([[1, 0, 0], [0, 1, 0]]); // prettier-ignore
    const backFrom = async (row: readonly number[]): Promise<number[]> => values(layer(tensor([row]), { reverse: true }));
    // Rows of the matrix, divided by their scales, or less a zero point and times a scale.
    const matrix = size === -1 ? [[3.5, 1, -2], [-3.5, 2, 0], [1.5, -1, 1.25]] : [[12, 1, -32], [-16, 2, 0], [1.5, -2, 5]]; // prettier-ignore
    for (const [i, row] of matrix.entries()) close(await backFrom([0, 1, 2].map((j) => (j === i ? 1 : 0))), row);
  });

  test("of embeddings have a scale for each number", async () => {
    const layer = new Embedding(2, 3, { dtype: new Int4DTypePolicy("int4/-1") });
    layer(tensor([0], { dtype: "int32" }));
    const table = layer.quantizedEmbeddings as QuantizedMatrix;
    table.values.assign(tensor([[byte(1, -2), byte(3, 0)], [byte(-8, 7), byte(4, 0)]], { dtype: "int8" })); // prettier-ignore
    table.scale.assign([1, 2]);
    close(await values(layer(tensor([1, 0], { dtype: "int32" }))), [-4, 3.5, 2, 1, -2, 3]);
  });
});
