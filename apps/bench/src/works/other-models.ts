import { Input, Model, Sequential, type SymbolicTensor, type Tensor, tensor } from "neurite";
import {
  BatchNormalization,
  Bidirectional,
  Concatenate,
  Conv1D,
  Conv2D,
  Conv2DTranspose,
  Dense,
  DepthwiseConv2D,
  Embedding,
  Flatten,
  GlobalAveragePooling2D,
  GRU,
  InputLayer,
  type Layer,
  LSTM,
  MaxPooling2D,
  ReLU,
} from "neurite/layers";
import { noise } from "../data.ts";
import { repeated, type Row, timed, type Work } from "../work.ts";

/** A model, and what a batch of it is. */
interface Kind {
  readonly model: () => Model;
  readonly batch: number;
  readonly x: (samples: number) => Tensor;
  readonly y: (samples: number) => Tensor;
  readonly loss: string;
}

const inputs = (...shape: number[]): Kind["x"] => {
  const size = shape.reduce((a, b) => a * b, 1);
  return (samples) => tensor(noise(samples * size), { shape: [samples, ...shape] });
};
const classes = (samples: number): Tensor => tensor(Int32Array.from({ length: samples }, (_, i) => i % 10));
const softmax = (): Dense => new Dense(10, { activation: "softmax" });
const crossEntropy = "sparse_categorical_crossentropy";

/** A small MobileNet: depthwise 3x3 and pointwise convolutions, each with batch normalization. */
function separable(): Sequential {
  const unit = (conv: Layer): Layer[] => [conv, new BatchNormalization(), new ReLU()];
  const block = (filters: number, strides: number): Layer[] => [
    ...unit(new DepthwiseConv2D(3, { strides, padding: "same", useBias: false })),
    ...unit(new Conv2D(filters, 1, { useBias: false })),
  ];
  return new Sequential([
    new InputLayer({ shape: [96, 96, 3] }),
    ...unit(new Conv2D(32, 3, { strides: 2, padding: "same", useBias: false })),
    ...[block(64, 1), block(128, 2), block(128, 1), block(256, 2), block(256, 1), block(512, 2), block(512, 1)].flat(),
    new GlobalAveragePooling2D(),
    softmax(),
  ]);
}

/** A U-Net of three levels: what comes down is concatenated to what goes up through transposed convolutions. */
function unet(): Model {
  const input = Input({ shape: [64, 64, 3] });
  const conv = (filters: number): Conv2D => new Conv2D(filters, 3, { padding: "same", activation: "relu" });
  const twice = (x: SymbolicTensor, filters: number): SymbolicTensor => conv(filters)(conv(filters)(x));
  const down: SymbolicTensor[] = [];
  let x: SymbolicTensor = input;
  for (const filters of [32, 64]) {
    x = twice(x, filters);
    down.push(x);
    x = new MaxPooling2D()(x);
  }
  x = twice(x, 128);
  for (const filters of [64, 32]) {
    const up = new Conv2DTranspose(filters, 2, { strides: 2 })(x);
    x = twice(new Concatenate()([up, down.pop() as SymbolicTensor]), filters);
  }
  return new Model({ inputs: input, outputs: new Conv2D(1, 1, { activation: "sigmoid" })(x) });
}

/** Causal convolutions whose dilation doubles. */
function wavenet(): Sequential {
  const model = new Sequential([new InputLayer({ shape: [256, 8] })]);
  for (const dilationRate of [1, 2, 4, 8, 1, 2, 4, 8])
    model.add(new Conv1D(64, 2, { padding: "causal", activation: "relu", dilationRate }));
  model.add(new Conv1D(8, 1));
  return model;
}

/** Images to 64 numbers and back. */
function autoencoder(): Sequential {
  const relu = { activation: "relu", padding: "same" } as const;
  return new Sequential([
    new InputLayer({ shape: [28, 28, 1] }),
    new Conv2D(16, 3, relu),
    new MaxPooling2D(),
    new Conv2D(32, 3, relu),
    new MaxPooling2D(),
    new Conv2D(64, 3, relu),
    new Conv2DTranspose(32, 3, { ...relu, strides: 2 }),
    new Conv2DTranspose(16, 3, { ...relu, strides: 2 }),
    new Conv2D(1, 3, { padding: "same", activation: "sigmoid" }),
  ]);
}

/** As AlexNet, at 64 x 64: wide windows, strides, wide dense layers. */
function wideWindows(): Sequential {
  const same = { padding: "same", activation: "relu" } as const;
  return new Sequential([
    new InputLayer({ shape: [64, 64, 3] }),
    new Conv2D(64, 11, { ...same, strides: 2 }),
    new MaxPooling2D(3, { strides: 2 }),
    new Conv2D(128, 5, same),
    new MaxPooling2D(3, { strides: 2 }),
    new Conv2D(192, 3, same),
    new Conv2D(128, 3, same),
    new Flatten(),
    new Dense(1024, { activation: "relu" }),
    softmax(),
  ]);
}

/** Texts of 100 words. */
const text = (layers: () => Layer[]): Pick<Kind, "model" | "batch" | "x" | "y" | "loss"> => ({
  model: () => new Sequential([new InputLayer({ shape: [100], dtype: "int32" }), new Embedding(5000, 64), ...layers(), softmax()]),
  batch: 32,
  x: (samples) =>
    tensor(
      Int32Array.from({ length: samples * 100 }, (_, i) => (i * 7919) % 5000),
      { shape: [samples, 100] },
    ),
  y: classes,
  loss: crossEntropy,
});

const wide = { activation: "relu" } as const;
const kinds: Readonly<Record<string, Kind>> = {
  "separable convolutions": { model: separable, batch: 16, x: inputs(96, 96, 3), y: classes, loss: crossEntropy },
  "U-Net": { model: unet, batch: 8, x: inputs(64, 64, 3), y: inputs(64, 64, 1), loss: "mse" },
  "dilated causal convolutions": { model: wavenet, batch: 32, x: inputs(256, 8), y: inputs(256, 8), loss: "mse" },
  autoencoder: { model: autoencoder, batch: 32, x: inputs(28, 28, 1), y: inputs(28, 28, 1), loss: "mse" },
  "wide windows": { model: wideWindows, batch: 16, x: inputs(64, 64, 3), y: classes, loss: crossEntropy },
  "two GRUs": { ...text(() => [new GRU(64, { returnSequences: true }), new GRU(64)]) },
  "bidirectional LSTM": { ...text(() => [new Bidirectional(new LSTM(64))]) },
  "wide dense layers": {
    model: () => new Sequential([new InputLayer({ shape: [1024] }), new Dense(2048, wide), new Dense(2048, wide), softmax()]),
    batch: 256,
    x: inputs(1024),
    y: classes,
    loss: crossEntropy,
  },
};

const step = ({ model, batch, x, y, loss }: Kind): Row => ({
  unit: "ms",
  prepare: () => {
    const [made, samples] = [model(), 4 * batch];
    const [xTrain, yTrain] = [x(samples), y(samples)];
    made.compile({ loss, optimizer: "adam" });
    return timed("ms", samples / batch, () => made.fit(xTrain, yTrain, { epochs: 1, batchSize: batch, verbose: 0 }));
  },
});

const prediction = ({ model, x }: Kind): Row => ({
  unit: "us",
  prepare: () => {
    const [made, one] = [model(), x(1)];
    return repeated("us", () => made.predictOnBatch(one).dataSync());
  },
});

export const otherModels: Work = {
  title: "models of other kinds: a training step with Adam, and a prediction of one sample",
  rows: Object.fromEntries(
    Object.entries(kinds).flatMap(([name, kind]) => [
      [`${name}: step`, step(kind)],
      [`${name}: prediction`, prediction(kind)],
    ]),
  ),
};
