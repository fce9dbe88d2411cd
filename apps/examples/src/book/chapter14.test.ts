/** What the layers in the code of the book's chapter 14 do, in neurite: convolution, pooling, residual units, models with several heads. */
import { Input, Model, ops, random, Sequential, setSeed, type Tensor, tensor } from "neurite";
import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  Conv2DTranspose,
  type Conv2D as Convolution,
  Dense,
  DepthwiseConv2D,
  Dropout,
  Flatten,
  GlobalAveragePooling2D,
  Layer,
  type LayerOptions,
  MaxPooling2D,
  Multiply,
  Reshape,
  SeparableConv2D,
} from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { InverseTimeDecay } from "neurite/schedules";
import { beforeEach, describe, expect, test } from "vitest";
import { ends, someDigits } from "./testing/data.ts";

beforeEach(() => setSeed(42));

/** Like the book's partial(): convolutions with the same options, unless told otherwise. */
const conv = (filters: number, kernelSize = 3, strides = 1): Convolution =>
  new Conv2D(filters, kernelSize, { strides, padding: "same", useBias: false, kernelInitializer: "he_normal" });

class ResidualUnit extends Layer {
  readonly main: readonly Layer[];
  readonly skip: readonly Layer[];
  constructor(filters: number, strides = 1, options: LayerOptions = {}) {
    super(options);
    this.main = [conv(filters, 3, strides), new BatchNormalization(), new Activation("relu"), conv(filters), new BatchNormalization()];
    this.skip = strides > 1 ? [conv(filters, 1, strides), new BatchNormalization()] : [];
  }
  override call(inputs: Tensor): Tensor {
    const through = (layers: readonly Layer[]): Tensor => layers.reduce((z, layer) => layer(z) as Tensor, inputs);
    return ops.relu(ops.add(through(this.main), through(this.skip)));
  }
}

describe("convolution", () => {
  test("filters of vertical and horizontal lines answer to such lines", async () => {
    const image = ops.zeros([1, 9, 9, 1]);
    const vertical = ops.add(image, ops.reshape(ops.oneHot(tensor([4], { dtype: "int32" }), 9), [1, 1, 9, 1]));
    const line = ops.oneHot(tensor([3], { dtype: "int32" }), 7); // [1, 7]
    const across = ops.broadcastTo(line, [7, 7]);
    const filters = ops.stack([across, ops.transpose(across)], { axis: -1 }); // vertical and horizontal, [7, 7, 2]
    const outputs = ops.conv(vertical, ops.reshape(filters, [7, 7, 1, 2]), { padding: "same" });
    expect(outputs.shape).toEqual([1, 9, 9, 2]);
    expect(await outputs.at(0, 4, 4).array()).toEqual([7, 1]); // the whole line, and where it crosses
  });

  test("paddings and strides give the book's sizes", () => {
    const wide = ops.zeros([1, 1, 13, 1]);
    const size = (padding: "same" | "valid"): number => new Conv2D(1, [1, 6], { strides: [1, 5], padding })(wide).shape[2] as number;
    expect([size("valid"), size("same")]).toEqual([2, 3]);
    const layer = new Conv2D(32, 3, { strides: 1, padding: "same", activation: "relu" });
    expect(layer(ops.zeros([1, 8, 8, 3])).shape).toEqual([1, 8, 8, 32]);
    expect(layer.countParams()).toBe(3 * 3 * 3 * 32 + 32);
  });

  test("depthwise, separable and transposed convolutions", () => {
    const x = ops.zeros([1, 8, 8, 3]);
    const [depthwise, separable] = [new DepthwiseConv2D(3), new SeparableConv2D(16, 3)];
    expect([depthwise(x).shape, separable(x).shape]).toEqual([[1, 6, 6, 3], [1, 6, 6, 16]]); // prettier-ignore
    expect([depthwise.countParams(), separable.countParams()]).toEqual([3 * 3 * 3 + 3, 3 * 3 * 3 + 3 * 16 + 16]);
    expect(new Conv2DTranspose(2, 3, { strides: 2, padding: "same" })(x).shape).toEqual([1, 16, 16, 2]);
  });
});

describe("pooling", () => {
  test("takes the largest of squares, of depths, and the mean of all", async () => {
    const x = ops.reshape(ops.cast(ops.arange(48), "float32"), [1, 4, 4, 3]);
    const naive = [0, 2].map((row) => [0, 2].map((column) => [0, 1, 2].map((channel) => ((row + 1) * 4 + column + 1) * 3 + channel)));
    expect(await new MaxPooling2D(2)(x).array()).toEqual([naive]);
    const depth = ops.max(ops.reshape(x, [1, 4, 4, 1, 3]), { axis: -1 });
    expect(await depth.at(0, 0).array()).toEqual([[2], [5], [8], [11]]);
    const mean = await new GlobalAveragePooling2D()(x).array();
    expect(mean).toEqual([[22.5, 23.5, 24.5]]);
    expect(await ops.mean(x, { axis: [1, 2] }).array()).toEqual(mean);
  });
});

describe("networks", () => {
  test("the book's network for small images has its shapes, and a small one of the kind learns", async () => {
    const make = (scale: number): Sequential => {
      const relu = (filters: number, size = 3): Convolution => new Conv2D(filters / scale, size, { activation: "relu", padding: "same", kernelInitializer: "he_normal" }); // prettier-ignore
      return new Sequential([
        new Reshape([28, 28, 1], { inputShape: [28, 28] }),
        relu(64, 7),
        new MaxPooling2D(2),
        relu(128),
        relu(128),
        new MaxPooling2D(2),
        relu(256),
        relu(256),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(128 / scale, { activation: "relu" }),
        new Dropout(0.5 / scale),
        new Dense(64 / scale, { activation: "relu" }),
        new Dropout(0.5 / scale),
        new Dense(10, { activation: "softmax" }),
      ]);
    };
    expect(make(1).countParams()).toBe(1_413_834);
    const { x, y } = await someDigits(256);
    const model = make(4);
    model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
    const { history } = await model.fit(x, y, { epochs: 8, verbose: 0 });
    expect(ends(history["accuracy"])[1]).toBeGreaterThan(0.5);
  });

  test("ResNet-34 is a stack of residual units", () => {
    const model = new Sequential([
      new Conv2D(64, 7, { strides: 2, padding: "same", useBias: false, inputShape: [224, 224, 3] }),
      new BatchNormalization(),
      new Activation("relu"),
      new MaxPooling2D({ poolSize: 3, strides: 2, padding: "same" }),
    ]);
    let before = 64;
    for (const filters of [64, 64, 64, 128, 128, 128, 128, 256, 256, 256, 256, 256, 256, 512, 512, 512]) {
      model.add(new ResidualUnit(filters, filters === before ? 1 : 2));
      before = filters;
    }
    model.add(new GlobalAveragePooling2D());
    model.add(new Flatten());
    model.add(new Dense(10, { activation: "softmax" }));
    expect(model.outputs[0]?.shape).toEqual([null, 10]);
    expect(model.countParams()).toBe(21_306_826); // as Keras counts them
  });

  test("a unit adds its inputs to what it computes", async () => {
    const unit = new ResidualUnit(4);
    const x = random.normal([2, 6, 6, 4]);
    unit(x);
    unit.setWeights(unit.weights.map(({ shape }) => ops.zeros(shape)));
    expect(await unit(x).array()).toEqual(await ops.relu(x).array());
    expect((new ResidualUnit(8, 2)(x) as Tensor).shape).toEqual([2, 3, 3, 8]);
  });

  test("an SE block recalibrates feature maps", () => {
    const input = Input({ shape: [8, 8, 16] });
    const pooled = new Reshape([1, 1, 16])(new GlobalAveragePooling2D()(input));
    const weights = new Dense(16, { activation: "sigmoid" })(new Dense(1, { activation: "relu" })(pooled));
    const model = new Model({ inputs: input, outputs: new Add()([input, new Multiply()([input, weights])]) });
    expect(model.outputs[0]?.shape).toEqual([null, 8, 8, 16]);
  });

  test("classification and localization: two heads on one base, which is frozen first", async () => {
    const { x, y } = await someDigits(96);
    const boxes = random.uniform([96, 4]);
    const base = new Sequential([new Reshape([28, 28, 1], { inputShape: [28, 28] }), new Conv2D(8, 5, { strides: 2, activation: "relu" })]);
    const input = Input({ shape: [28, 28] });
    const average = new GlobalAveragePooling2D()(base(input));
    const kind = new Dense(10, { activation: "softmax", name: "kind" })(average);
    const place = new Dense(4, { name: "place" })(average);
    const model = new Model({ inputs: input, outputs: [kind, place] });
    base.trainable = false;
    const before = await base.weights[0]?.array();
    model.compile({
      loss: ["sparse_categorical_crossentropy", "mse"],
      lossWeights: [0.8, 0.2],
      metrics: [["accuracy"], []],
      optimizer: new SGD({ learningRate: new InverseTimeDecay(0.2, 1, 0.01), momentum: 0.9 }),
    });
    const { history } = await model.fit(x, [y, boxes], { epochs: 4, verbose: 0 });
    expect(Object.keys(history).sort()).toEqual(["kind_accuracy", "kind_loss", "loss", "place_loss"]);
    expect(ends(history["loss"])[1]).toBeLessThan(ends(history["loss"])[0]);
    expect(await base.weights[0]?.array()).toEqual(before);
  });

  test("images are resized with operations", () => {
    expect(ops.image.resize(ops.zeros([2, 40, 60, 3]), [224, 224]).shape).toEqual([2, 224, 224, 3]);
  });
});
