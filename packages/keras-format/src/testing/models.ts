/** Small models of every kind, with weights by a formula: what is saved, and read by others. */
import { Ftrl, SGD, Adam, Adafactor, Muon, RMSprop, Nadam, Lion, LossScaleOptimizer } from "@neurite/optimizers"; // prettier-ignore
import { type DType, isFloating, ops, type SymbolicTensor, type Tensor, tensor } from "@neurite/core";
import * as layers from "@neurite/layers";
import { F1Score, FBetaScore } from "@neurite/metrics";
import { Model, type CompileModelOptions, Sequential } from "@neurite/models";
import {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  PiecewiseConstantDecay,
  PolynomialDecay,
} from "@neurite/schedules";

const { Dense, Input } = layers;

/** Values by a formula. */
export function formula(shape: readonly number[], a: number, b: number): Tensor {
  return tensor(
    Float32Array.from({ length: shape.reduce((size, dim) => size * dim, 1) }, (_, i) => Math.sin(i * a + b)),
    { shape },
  );
}

/** Gives all floating weights values of their own; variances positive ones. */
export function fill<M extends Model>(model: M): M {
  model.weights.forEach((weight, i) => {
    if (!isFloating(weight.dtype)) return;
    const values = formula(weight.shape, 0.3, i);
    weight.assign(weight.name.includes("variance") ? ops.add(ops.abs(values), 0.1) : values);
  });
  return model;
}

type Applied = (...inputs: unknown[]) => SymbolicTensor;

/** A model of one layer. */
function single(shape: readonly (number | null)[], layer: () => object, dtype?: DType): () => Model {
  return () => {
    const input = Input({ shape, ...(dtype === undefined ? {} : { dtype }), name: "x" });
    return new Model({ inputs: input, outputs: (layer() as Applied)(input) });
  };
}

const [vector, steps, images] = [[6], [6, 3], [6, 6, 3]];

/** Models by what is special about them. */
export const architectures: Readonly<Record<string, () => Model>> = {
  stack: () => new Sequential([Input({ shape: vector }), new Dense(5, { activation: "tanh" }), new Dense(2)]),
  convolution: () =>
    new Sequential([
      Input({ shape: images }),
      new layers.Conv2D(4, 3, { padding: "same" }),
      new layers.BatchNormalization(),
      new layers.SeparableConv2D(3, 2),
      new layers.GlobalAveragePooling2D(),
    ]),
  recurrent: () =>
    new Sequential([
      Input({ shape: steps }),
      new layers.Bidirectional(new layers.LSTM(3, { returnSequences: true })),
      new layers.TimeDistributed(new Dense(4)),
      new layers.RNN(new layers.StackedRNNCells([new layers.GRUCell(3), new layers.SimpleRNNCell(2)])),
    ]),
  attention: () => {
    const [a, b] = [Input({ shape: steps, name: "a" }), Input({ shape: [5, 3], name: "b" })];
    const mixed = (new layers.MultiHeadAttention(2, 3, { dropout: 0.1 }) as unknown as Applied)(a, b);
    const grouped = (new layers.GroupQueryAttention(3, 4, 2, { useGate: true }) as unknown as Applied)(mixed, b);
    return new Model({ inputs: [a, b], outputs: (new layers.Attention({ useScale: true }) as unknown as Applied)([grouped, b]) });
  },
  named: () => {
    const inputs = { left: Input({ shape: vector, name: "left" }), right: Input({ shape: vector, name: "right" }) };
    const dense = new Dense(4, { name: "shared", activation: "relu" });
    const [left, right] = [dense(inputs.left), dense(inputs.right)];
    return new Model({ inputs, outputs: { sum: ops.add(left, right), head: new Dense(2, { name: "head" })(left) } });
  },
  nested: () => {
    const inner = new Sequential([Input({ shape: vector }), new Dense(4), new layers.BatchNormalization()], { name: "inner" });
    const a = Input({ shape: vector, name: "a" });
    const middle = new Model({ inputs: a, outputs: new Dense(2)(ops.multiply(inner(a) as SymbolicTensor, 2)), name: "middle" });
    const b = Input({ shape: vector, name: "b" });
    return new Model({ inputs: b, outputs: [middle(b), inner(b)] });
  },
  embedding: single([5], () => new layers.Embedding(9, 4), "int32"),
  normalized: single(vector, () => new layers.Normalization()),
  spectral: single(vector, () => new layers.SpectralNormalization(new Dense(3))),
  half: single(vector, () => new Dense(3, { dtype: "float16" })),
  brain: single(vector, () => new Dense(3, { dtype: "bfloat16" })),
  double: single(vector, () => new Dense(3, { dtype: "float64" })),
  mixed: single(vector, () => new Dense(3, { dtype: "mixed_bfloat16" })),
  many: () => new Sequential([Input({ shape: vector }), ...Array.from({ length: 12 }, () => new Dense(6))]),
};

/** Two outputs, for losses and metrics of their own. */
const trained = (): Model => new Sequential([Input({ shape: [4] }), new Dense(3, { activation: "tanh" }), new Dense(2)]);

const withOptimizer = (optimizer: () => CompileModelOptions["optimizer"]) => (): Model => {
  const model = trained();
  model.compile({ optimizer: optimizer() as never, loss: "mse", metrics: ["mae"] });
  return model;
};

/** Compiled models of 4 inputs and 2 outputs. Numbers that are whole are written as floats, too: Keras insists. */
export const compiled: Readonly<Record<string, () => Model>> = {
  sgd: withOptimizer(() => new SGD({ learningRate: 1, clipnorm: 1 })),
  momentum: withOptimizer(() => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true })),
  adam: withOptimizer(() => new Adam({ amsgrad: true, weightDecay: 0.01 })),
  averaged: withOptimizer(() => new Adam({ useEma: true, emaMomentum: 0.9, emaOverwriteFrequency: 2 })),
  accumulated: withOptimizer(() => new Nadam({ gradientAccumulationSteps: 2 })),
  ftrl: withOptimizer(() => new Ftrl({ learningRate: 0.1 })),
  rmsprop: withOptimizer(() => new RMSprop({ momentum: 1, centered: true })),
  adafactor: withOptimizer(() => new Adafactor()),
  muon: withOptimizer(() => new Muon()),
  lion: withOptimizer(() => new Lion()),
  scaled: withOptimizer(() => new LossScaleOptimizer(new Adam({ learningRate: 0.01 }))),
  ...Object.fromEntries(
    Object.entries({
      exponential: () => new ExponentialDecay(1, 5, 1, { staircase: true }),
      polynomial: () => new PolynomialDecay(1, 5, { endLearningRate: 0, power: 1 }),
      inverse: () => new InverseTimeDecay(1, 5, 1),
      piecewise: () => new PiecewiseConstantDecay([1, 3], [1, 0.5, 0]),
      cosine: () => new CosineDecay(0, 5, { alpha: 0, warmupTarget: 1, warmupSteps: 2 }),
      restarts: () => new CosineDecayRestarts(1, 5),
    }).map(([name, schedule]) => [name, withOptimizer(() => new SGD({ learningRate: schedule() }))]),
  ),
  scores: () => {
    const model = new Sequential([Input({ shape: [4] }), new Dense(2, { activation: "sigmoid" })]);
    const metrics = [new FBetaScore({ beta: 2, threshold: 1, average: "micro" }), new F1Score({ average: "macro" }), "accuracy"];
    model.compile({ optimizer: "sgd", loss: "binary_crossentropy", metrics: metrics as never });
    return model;
  },
};
