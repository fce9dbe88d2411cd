/** Every layer of the package, held to what every layer must do. */
import { reference } from "@neurite/backend-reference";
import { createRegistry, ops, setDefaultDevice, type Tensor, ValueError } from "@neurite/core";
import { type LayerTestOptions, testLayer } from "@neurite/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import * as exported from "./index.ts";

const { Dense, Layer, layersPlugin, LSTM, LSTMCell, GRUCell, SimpleRNNCell } = exported;
beforeAll(() => setDefaultDevice(reference()));

/** Bases of layers of several ranks or kinds, which nobody makes. */
const bases: ReadonlySet<string> = new Set([
  "Conv",
  "ConvLSTM",
  "ConvTranspose",
  "DepthwiseConv",
  "DropoutCell",
  "GlobalPooling",
  "Layer",
  "Merge",
  "Pooling",
  "ProjectedAttention",
  "RecurrentLayer",
  "SeparableConv",
  "SpatialDropout",
  "Wrapper",
]);

type LayerClass = Parameters<typeof testLayer>[0];
type Row = Partial<LayerTestOptions> & Pick<LayerTestOptions, "inputShape">;

const steps: Row = { inputShape: [2, 6, 3] };
const images: Row = { inputShape: [2, 6, 6, 3] };
const volumes: Row = { inputShape: [2, 4, 4, 4, 2] };
const vectors: Row = { inputShape: [4, 6] };
const pair: Row = { inputShape: [[2, 3, 4], [2, 3, 4]], expectedOutputShape: [2, 3, 4], expectedTrainableWeights: 0 }; // prettier-ignore
const weights = (trainable: number, frozen = 0): Partial<Row> => ({
  expectedTrainableWeights: trainable,
  expectedNonTrainableWeights: frozen,
});
const pooled = (row: Row, size: number): Row => ({ ...row, expectedOutputShape: [2, ...row.inputShape.slice(1, -1).map(() => size), row.inputShape.at(-1)] as number[] }); // prettier-ignore
const queryAndValue: Partial<Row> = { call: (layer, [query, value], options) => layer(query, value, options) };
const withState: Partial<Row> = { call: (layer, [input, ...states], options) => layer(input, states, options) };
/** Options of an inner layer: those of a policy where one is tried. */
const under = (dtype?: string): { dtype?: never } => (dtype === undefined ? {} : { dtype: dtype as never });
/** Under a name that the registry knows: what configs hold of functions. */
const doubled = (x: Tensor): Tensor => ops.multiply(x, 2) as Tensor;
const registry = createRegistry([layersPlugin, { name: "functions", operations: { doubled } } as never]);

const rows: Readonly<Record<string, Row | readonly Row[]>> = {
  Activation: { args: ["elu"], ...vectors, expectedOutputShape: [4, 6] },
  ActivityRegularization: { args: [{ l1: 0.1, l2: 0.2 }], ...vectors, expectedLosses: 1 },
  AdaptiveAveragePooling1D: { args: [4], ...pooled(steps, 4) },
  AdaptiveAveragePooling2D: { args: [4], ...pooled(images, 4) },
  AdaptiveAveragePooling3D: { args: [3], ...pooled(volumes, 3) },
  AdaptiveMaxPooling1D: { args: [4], ...pooled(steps, 4) },
  AdaptiveMaxPooling2D: { args: [4], ...pooled(images, 4) },
  AdaptiveMaxPooling3D: { args: [3], ...pooled(volumes, 3) },
  Add: pair,
  AdditiveAttention: { inputShape: [[2, 3, 4], [2, 5, 4]], expectedOutputShape: [2, 3, 4], ...weights(1) }, // prettier-ignore
  AlphaDropout: { args: [0.25, { seed: 1 }], ...vectors },
  Attention: { args: [{ useScale: true }], inputShape: [[2, 3, 4], [2, 5, 4]], expectedOutputShape: [2, 3, 4], ...weights(1) }, // prettier-ignore
  Average: pair,
  AveragePooling1D: { args: [2], ...pooled(steps, 3) },
  AveragePooling2D: { args: [2], ...pooled(images, 3) },
  AveragePooling3D: { args: [2], ...pooled(volumes, 2) },
  BatchNormalization: [
    { ...images, ...weights(2, 2) },
    { args: [{ axis: 1, center: false }], ...vectors, ...weights(1, 2) },
  ],
  Bidirectional: [
    { args: (dtype) => [new LSTM(3, under(dtype))], ...steps, expectedOutputShape: [2, 6], ...weights(6) },
    {
      args: (dtype) => [new LSTM(3, { ...under(dtype), returnSequences: true }), { mergeMode: "sum" }],
      ...steps,
      expectedOutputShape: [2, 6, 3],
    },
  ],
  Concatenate: { ...pair, expectedOutputShape: [2, 3, 8] },
  Conv1D: { args: [4, 3, { padding: "causal", dilationRate: 2 }], ...steps, expectedOutputShape: [2, 6, 4], ...weights(2) },
  Conv1DTranspose: { args: [4, 3, { strides: 2 }], ...steps, expectedOutputShape: [2, 13, 4], ...weights(2) },
  Conv2D: [
    {
      args: [4, 3, { padding: "same", kernelRegularizer: "l2" }],
      ...images,
      expectedOutputShape: [2, 6, 6, 4],
      ...weights(2),
      expectedLosses: 1,
    },
    { args: [6, 3, { groups: 3, strides: 2, useBias: false }], ...images, expectedOutputShape: [2, 2, 2, 6], ...weights(1) },
  ],
  Conv2DTranspose: { args: [4, 3, { strides: 2, padding: "same" }], ...images, expectedOutputShape: [2, 12, 12, 4], ...weights(2) },
  Conv3D: { args: [3, 2], ...volumes, expectedOutputShape: [2, 3, 3, 3, 3], ...weights(2) },
  Conv3DTranspose: { args: [3, 2], ...volumes, expectedOutputShape: [2, 5, 5, 5, 3], ...weights(2) },
  ConvLSTM1D: { args: [3, 3], inputShape: [2, 3, 5, 2], expectedOutputShape: [2, 3, 3], ...weights(3) },
  ConvLSTM2D: { args: [2, 2, { returnSequences: true }], inputShape: [2, 3, 4, 4, 2], expectedOutputShape: [2, 3, 3, 3, 2], ...weights(3) },
  ConvLSTM3D: { args: [2, 2, { padding: "same" }], inputShape: [2, 2, 3, 3, 3, 2], expectedOutputShape: [2, 3, 3, 3, 2], ...weights(3) },
  Cropping1D: { args: [{ cropping: [1, 2] }], ...steps, expectedOutputShape: [2, 3, 3] },
  Cropping2D: { args: [1], ...images, expectedOutputShape: [2, 4, 4, 3] },
  Cropping3D: { args: [{ cropping: 1 }], ...volumes, expectedOutputShape: [2, 2, 2, 2, 2] },
  Dense: { args: [4, { activation: "relu" }], ...vectors, expectedOutputShape: [4, 4], ...weights(2) },
  DepthwiseConv1D: { args: [3, { depthMultiplier: 2 }], ...steps, expectedOutputShape: [2, 4, 6], ...weights(2) },
  DepthwiseConv2D: { args: [3], ...images, expectedOutputShape: [2, 4, 4, 3], ...weights(2) },
  Dot: { args: [2], inputShape: [[2, 3, 4], [2, 5, 4]], expectedOutputShape: [2, 3, 5] }, // prettier-ignore
  Dropout: { args: [0.5, { seed: 1 }], ...vectors },
  EinsumDense: { args: ["abc,cd->abd", [null, 5], { biasAxes: "d" }], ...steps, expectedOutputShape: [2, 6, 5], ...weights(2) },
  ELU: { ...vectors },
  Embedding: { args: [5, 3], inputShape: [2, 4], inputDtype: "uint8", expectedOutputShape: [2, 4, 3], expectedOutputDtype: "float32", policies: [], ...weights(1) }, // prettier-ignore
  ReversibleEmbedding: { args: [5, 3], inputShape: [2, 4], inputDtype: "uint8", expectedOutputShape: [2, 4, 3], expectedOutputDtype: "float32", policies: [], ...weights(1) }, // prettier-ignore
  Flatten: { ...images, expectedOutputShape: [2, 108] },
  GaussianDropout: { args: [0.5, { seed: 1 }], ...vectors },
  GaussianNoise: { args: [0.5, { seed: 1 }], ...vectors },
  GlobalAveragePooling1D: { ...steps, expectedOutputShape: [2, 3] },
  GlobalAveragePooling2D: { ...images, expectedOutputShape: [2, 3] },
  GlobalAveragePooling3D: { args: [{ keepdims: true }], ...volumes, expectedOutputShape: [2, 1, 1, 1, 2] },
  GlobalMaxPooling1D: { ...steps, expectedOutputShape: [2, 3] },
  GlobalMaxPooling2D: { ...images, expectedOutputShape: [2, 3] },
  GlobalMaxPooling3D: { ...volumes, expectedOutputShape: [2, 2] },
  GroupNormalization: { args: [{ groups: 3 }], inputShape: [2, 4, 4, 6], ...weights(2) },
  GroupQueryAttention: { ...queryAndValue, args: [4, 4, 2], inputShape: [[2, 3, 6], [2, 5, 6]], expectedOutputShape: [2, 3, 6], ...weights(8) }, // prettier-ignore
  GRU: { args: [4, { returnSequences: true }], ...steps, expectedOutputShape: [2, 6, 4], ...weights(3) },
  GRUCell: { ...withState, args: [3], inputShape: [[2, 4], [2, 3]], expectedOutputShape: [[2, 3], [2, 3]], ...weights(3) }, // prettier-ignore
  IdentityLayer: { ...vectors, expectedOutputShape: [4, 6] },
  InputLayer: { args: [{ shape: [6] }], ...vectors, policies: [] },
  Lambda: { args: [doubled], ...vectors },
  LayerNormalization: { args: [{ axis: [1, 2] }], ...steps, ...weights(2) },
  LeakyReLU: { args: [{ negativeSlope: 0.2 }], ...vectors },
  LSTM: { args: [4], ...steps, expectedOutputShape: [2, 4], ...weights(3) },
  LSTMCell: { ...withState, args: [3], inputShape: [[2, 4], [2, 3], [2, 3]], expectedOutputShape: [[2, 3], [2, 3], [2, 3]], ...weights(3) }, // prettier-ignore
  Masking: { args: [{ maskValue: 0 }], ...steps },
  Maximum: pair,
  MaxPooling1D: pooled(steps, 3),
  MaxPooling2D: { args: [[2, 2], { strides: 2 }], ...pooled(images, 3) },
  MaxPooling3D: pooled(volumes, 2),
  MelSpectrogram: { args: [{ fftLength: 16, sequenceStride: 8, numMelBins: 4 }], inputShape: [2, 48], expectedOutputShape: [2, 4, 7] },
  Minimum: pair,
  MultiHeadAttention: { ...queryAndValue, args: [2, 3], inputShape: [[2, 3, 6], [2, 5, 6]], expectedOutputShape: [2, 3, 6], ...weights(8) }, // prettier-ignore
  Multiply: pair,
  Normalization: { args: [{ mean: 1, variance: 4 }], ...vectors },
  Permute: { args: [[2, 1]], ...steps, expectedOutputShape: [2, 3, 6] },
  Pipeline: {
    args: (dtype) => [[new Dense(5, under(dtype)), new Dense(3, under(dtype))]],
    ...vectors,
    expectedOutputShape: [4, 3],
    ...weights(4),
  },
  PReLU: { args: [{ sharedAxes: [1] }], ...steps, ...weights(1) },
  ReLU: { args: [{ maxValue: 1, negativeSlope: 0.1 }], ...vectors },
  RepeatVector: { args: [3], ...vectors, expectedOutputShape: [4, 3, 6] },
  Rescaling: { args: [2, { offset: 1 }], ...vectors },
  Reshape: { args: [[3, -1]], ...vectors, expectedOutputShape: [4, 3, 2] },
  RMSNormalization: { ...vectors, ...weights(1) },
  RNN: { args: (dtype) => [new LSTMCell(3, under(dtype))], ...steps, expectedOutputShape: [2, 3], ...weights(3) },
  SeparableConv1D: { args: [4, 3], ...steps, expectedOutputShape: [2, 4, 4], ...weights(3) },
  SeparableConv2D: { args: [4, 3, { depthMultiplier: 2 }], ...images, expectedOutputShape: [2, 4, 4, 4], ...weights(3) },
  SimpleRNN: { args: [4, { goBackwards: true }], ...steps, expectedOutputShape: [2, 4], ...weights(3) },
  SimpleRNNCell: { ...withState, args: [3], inputShape: [[2, 4], [2, 3]], expectedOutputShape: [[2, 3], [2, 3]], ...weights(3) }, // prettier-ignore
  Softmax: { ...vectors },
  SpatialDropout1D: { args: [0.5, { seed: 1 }], ...steps },
  SpatialDropout2D: { args: [0.5, { seed: 1 }], ...images },
  SpatialDropout3D: { args: [0.5, { seed: 1 }], ...volumes },
  SpectralNormalization: { args: (dtype) => [new Dense(3, under(dtype))], ...vectors, expectedOutputShape: [4, 3], ...weights(2, 1) },
  StackedRNNCells: { ...withState, args: (dtype) => [[new SimpleRNNCell(3, under(dtype)), new GRUCell(2, under(dtype))]], inputShape: [[2, 4], [2, 3], [2, 2]], expectedOutputShape: [[2, 2], [2, 3], [2, 2]], ...weights(6) }, // prettier-ignore
  STFTSpectrogram: { args: [{ frameLength: 4, mode: "magnitude" }], ...steps, expectedOutputShape: [2, 2, 9], ...weights(2) },
  Subtract: pair,
  TimeDistributed: { args: (dtype) => [new Dense(5, under(dtype))], ...steps, expectedOutputShape: [2, 6, 5], ...weights(2) },
  UnitNormalization: { ...vectors },
  UpSampling1D: { args: [{ size: 3 }], ...steps, expectedOutputShape: [2, 18, 3] },
  UpSampling2D: { args: [{ size: 2, interpolation: "bilinear" }], ...images, expectedOutputShape: [2, 12, 12, 3] },
  UpSampling3D: { args: [2], ...volumes, expectedOutputShape: [2, 8, 8, 8, 2] },
  ZeroPadding1D: { args: [{ padding: [1, 2] }], ...steps, expectedOutputShape: [2, 9, 3] },
  ZeroPadding2D: { args: [1], ...images, expectedOutputShape: [2, 8, 8, 3] },
  ZeroPadding3D: { args: [{ padding: 1 }], ...volumes, expectedOutputShape: [2, 6, 6, 6, 2] },
};

/** Classes by the first name they are exported under. */
const classes = new Map<LayerClass, string>();
for (const [name, value] of Object.entries(exported as Readonly<Record<string, unknown>>)) {
  if (typeof value !== "function" || !(value.prototype instanceof Layer) || bases.has(name)) continue;
  const known = classes.get(value as LayerClass);
  if (known === undefined || name === (value as { readonly name?: string }).name) classes.set(value as LayerClass, name);
}

test("no layer lacks a row", () => {
  expect(Object.keys(rows).sort()).toEqual([...classes.values()].sort());
});

const isOptions = (x: unknown): boolean => typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

test.each([...classes])("%s is not made with anything but an object for options", (cls, name) => {
  const [row] = [rows[name] ?? []].flat() as Row[];
  const given = row?.args ?? [];
  const args = typeof given === "function" ? given() : given;
  const positional = isOptions(args.at(-1)) ? args.slice(0, -1) : args;
  for (const wrong of [null, 5, "relu", [1, "a"]]) {
    // A number may stand in the place of the first option.
    if (typeof wrong === "number" && positional.length === 0) continue;
    expect(() => new (cls as unknown as new (...all: unknown[]) => unknown)(...positional, wrong), String(wrong)).toThrow(ValueError);
  }
});

describe.each([...classes].map(([cls, name]) => [name, cls] as const))("%s", (name, cls) => {
  const cases = rows[name] ?? [];
  test.each((Array.isArray(cases) ? cases : [cases]) as Row[])(`${name} %#`, (row) => testLayer(cls, { registry, ...row }));
});
