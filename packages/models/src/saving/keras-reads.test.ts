/** Keras itself makes models of our configs, where NEURITE_PYTHON names a Python that has it. */
import { spawnSync } from "node:child_process";
import { reference } from "@neurite/backend-reference";
import { setDefaultDevice, type SymbolicTensor } from "@neurite/core";
import * as layers from "@neurite/layers";
import { beforeAll, expect, it } from "vitest";
import { Model } from "../model.ts";
import { modelToJSON } from "./config.ts";

beforeAll(() => setDefaultDevice(reference()));

const python = process.env["NEURITE_PYTHON"];

const read = `
import json, sys
import keras
failed = {}
for name, config in json.load(sys.stdin).items():
    try:
        keras.models.model_from_json(json.dumps(config))
    except Exception as error:
        failed[name] = str(error)
print(json.dumps(failed))
`;

type Call = (input: SymbolicTensor, second?: SymbolicTensor) => SymbolicTensor;

const [vector, steps, images, volumes] = [[6], [6, 3], [6, 6, 3], [4, 4, 4, 2]];
const {
  Conv1D, Conv1DTranspose, Conv2D, Conv2DTranspose, Conv3D, Conv3DTranspose, Dense, DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D,
} = layers; // prettier-ignore

/** Layers by the shape of their inputs, with options away from the defaults. */
const single: readonly (readonly [number[], () => object])[] = [
  [vector, () => new Dense(4, { activation: "relu", kernelInitializer: new layers.HeNormal({ seed: 3 }), kernelRegularizer: "l2", kernelConstraint: "max_norm" })], // prettier-ignore
  [vector, () => new Dense(3, { dtype: "mixed_bfloat16", useBias: false })],
  [steps, () => new Conv1D(4, 3, { padding: "causal", dilationRate: 2 })],
  [images, () => new Conv2D(6, 3, { padding: "same", strides: 2, groups: 3 })],
  [volumes, () => new Conv3D(3, 2)],
  [steps, () => new Conv1DTranspose(4, 3)],
  [images, () => new Conv2DTranspose(4, 3, { strides: 2 })],
  [volumes, () => new Conv3DTranspose(3, 2)],
  [steps, () => new DepthwiseConv1D(3)],
  [images, () => new DepthwiseConv2D(3, { depthMultiplier: 2 })],
  [steps, () => new SeparableConv1D(4, 3)],
  [images, () => new SeparableConv2D(4, 3)],
  [images, () => new layers.BatchNormalization({ axis: 1, momentum: 0.9 })],
  [steps, () => new layers.LayerNormalization({ axis: [1, 2] })],
  [[4, 4, 6], () => new layers.GroupNormalization({ groups: 3 })],
  [vector, () => new layers.RMSNormalization()],
  [vector, () => new layers.UnitNormalization()],
  [vector, () => new layers.SpectralNormalization(new Dense(3))],
  [vector, () => new layers.Normalization({ mean: 1, variance: 4 })],
  [steps, () => new layers.MaxPooling1D(2)],
  [images, () => new layers.MaxPooling2D(2, { padding: "same" })],
  [volumes, () => new layers.AveragePooling3D(2)],
  [images, () => new layers.GlobalAveragePooling2D()],
  [steps, () => new layers.GlobalMaxPooling1D({ keepdims: true })],
  [images, () => new layers.AdaptiveAveragePooling2D(3)],
  [steps, () => new layers.AdaptiveMaxPooling1D(3)],
  [images, () => new layers.ZeroPadding2D(1)],
  [volumes, () => new layers.Cropping3D(1)],
  [images, () => new layers.UpSampling2D({ size: 2, interpolation: "bilinear" })],
  [images, () => new layers.Flatten()],
  [vector, () => new layers.Reshape([3, -1])],
  [steps, () => new layers.Permute([2, 1])],
  [vector, () => new layers.RepeatVector(3)],
  [vector, () => new layers.Dropout(0.5, { seed: 3 })],
  [vector, () => new layers.AlphaDropout(0.2)],
  [vector, () => new layers.GaussianDropout(0.2)],
  [vector, () => new layers.GaussianNoise(0.2)],
  [images, () => new layers.SpatialDropout2D(0.2)],
  [vector, () => new layers.ActivityRegularization({ l1: 0.1 })],
  [vector, () => new layers.ReLU({ maxValue: 6 })],
  [vector, () => new layers.LeakyReLU()],
  [steps, () => new layers.PReLU({ sharedAxes: [1] })],
  [vector, () => new layers.ELU()],
  [vector, () => new layers.Softmax()],
  [steps, () => new layers.LSTM(4, { returnSequences: true, dropout: 0.1 })],
  [steps, () => new layers.GRU(4)],
  [steps, () => new layers.SimpleRNN(4)],
  [steps, () => new layers.RNN(new layers.StackedRNNCells([new layers.GRUCell(3), new layers.SimpleRNNCell(2)]))],
  [steps, () => new layers.Bidirectional(new layers.LSTM(3))],
  [steps, () => new layers.TimeDistributed(new Dense(3))],
  [[3, 5, 2], () => new layers.ConvLSTM1D(3, 3)],
  [[3, 4, 4, 2], () => new layers.ConvLSTM2D(2, 2)],
  [[2, 3, 3, 3, 2], () => new layers.ConvLSTM3D(2, 2)],
  [steps, () => new layers.EinsumDense("abc,cd->abd", [null, 5], { biasAxes: "d" })],
  [steps, () => new layers.Embedding(10, 3)],
  [steps, () => new layers.Masking()],
  [vector, () => new layers.Rescaling(2, { offset: 1 })],
  [steps, () => new layers.STFTSpectrogram({ frameLength: 4, window: "blackman" })],
  [[400], () => new layers.MelSpectrogram({ fftLength: 64 })],
  [vector, () => new layers.Pipeline([new layers.Rescaling(2), new Dense(3)])],
  [[40, 1], () => new Conv1D(5, 8, { kernelInitializer: new layers.STFT({ side: "imag" }), dtype: new layers.DTypePolicyMap("float32", { "a/.*": "float16" }) })], // prettier-ignore
  [vector, () => new layers.IdentityLayer()],
];

/** Layers of two inputs: a list, or two arguments. */
const double: readonly (readonly [readonly number[], readonly number[], () => object, "list" | "arguments"])[] = [
  ...[layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum, layers.Concatenate].map(
    (Merging) => [[3, 4], [3, 4], () => new Merging(), "list"] as const,
  ),
  [[3, 4], [5, 4], () => new layers.Dot(2), "list"],
  [[3, 4], [5, 4], () => new layers.Attention({ useScale: true }), "list"],
  [[3, 4], [5, 4], () => new layers.AdditiveAttention(), "list"],
  [[3, 6], [5, 6], () => new layers.MultiHeadAttention(2, 3), "arguments"],
  [[3, 6], [5, 6], () => new layers.GroupQueryAttention(3, 4, 2), "arguments"],
];

function configs(): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const add = (layer: object, model: Model): void => {
    found[`${(layer as { readonly name: string }).name}`] = modelToJSON(model);
  };
  for (const [shape, make] of single) {
    const [input, layer] = [layers.Input({ shape }), make()];
    add(layer, new Model({ inputs: input, outputs: (layer as Call)(input) }));
  }
  for (const [first, second, make, how] of double) {
    const [a, b, layer] = [layers.Input({ shape: first }), layers.Input({ shape: second }), make()];
    const outputs = how === "list" ? (layer as (inputs: unknown) => SymbolicTensor)([a, b]) : (layer as Call)(a, b);
    add(layer, new Model({ inputs: [a, b], outputs }));
  }
  for (const name of Object.keys(layers.layersPlugin.activations ?? {})) {
    const [input, layer] = [layers.Input({ shape: vector }), new layers.Activation(name as "relu", { name: `activation_${name}` })];
    add(layer, new Model({ inputs: input, outputs: layer(input) }));
  }
  return found;
}

it.skipIf(python === undefined)("Keras itself makes models of the configs of all layers (NEURITE_PYTHON)", { timeout: 120_000 }, () => {
  const given = configs();
  expect(Object.keys(given).length).toBeGreaterThan(95);
  const { stdout, stderr } = spawnSync(python as string, ["-c", read], { input: JSON.stringify(given), encoding: "utf8" });
  expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "null"), stderr.slice(-2000)).toEqual({});
});
