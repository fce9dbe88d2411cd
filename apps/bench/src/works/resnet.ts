import { Input, Model, type SymbolicTensor, tensor, type Tensor } from "neurite";
import { Add, BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, MaxPooling2D, ReLU } from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { noise } from "../data.ts";
import { peakMemoryRow } from "../memory.ts";
import { timed, type Row, type Work } from "../work.ts";

const [side, batch] = [224, 8];
/** Of one image. */
const flops = { forward: 7.33e9, training: 21.75e9 };

/** ResNet-34 (He et al., 2015) for 10 classes. */
function resnet34(): Model {
  const conv = (filters: number, kernelSize: number, strides: number): Conv2D =>
    new Conv2D(filters, kernelSize, { strides, padding: "same", useBias: false, kernelInitializer: "he_normal" });
  const normalized = (x: SymbolicTensor): SymbolicTensor => new BatchNormalization()(x);
  const input = Input({ shape: [side, side, 3] });
  let x = new ReLU()(normalized(conv(64, 7, 2)(input)));
  x = new MaxPooling2D({ poolSize: 3, strides: 2, padding: "same" })(x);
  let before = 64;
  for (const [filters, units] of [
    [64, 3],
    [128, 4],
    [256, 6],
    [512, 3],
  ] as const)
    // prettier-ignore
    for (let unit = 0; unit < units; unit++) {
      const strides = filters === before ? 1 : 2;
      let z = new ReLU()(normalized(conv(filters, 3, strides)(x) ));
      z = normalized(conv(filters, 3, 1)(z));
      const skip = strides > 1 ? normalized(conv(filters, 1, strides)(x)) : x;
      x = new ReLU()(new Add()([z, skip]));
      before = filters;
    }
  return new Model({ inputs: input, outputs: new Dense(10, { activation: "softmax" })(new GlobalAveragePooling2D()(x)) });
}

const images = (count: number): Tensor => tensor(noise(count * side * side * 3), { shape: [count, side, side, 3] });

/** Reads the predictions, too. */
function inference(count: number): Row {
  return {
    unit: "ms",
    flops: count * flops.forward,
    prepare: async () => {
      const model = resnet34();
      const x = images(count);
      const calls = count === 1 ? 5 : 1;
      return timed("ms", calls, async () => {
        for (let i = 0; i < calls; i++) await model.predictOnBatch(x).data();
      });
    },
  };
}

export const resnet: Work = {
  title: "ResNet-34 at 224x224: a training step at batch 8 with SGD, and inference",
  rows: {
    "training step": {
      unit: "ms",
      flops: batch * flops.training,
      prepare: async () => {
        const [x, y] = [images(2 * batch), tensor(Int32Array.from({ length: 2 * batch }, (_, i) => i % 10))];
        const model = resnet34();
        model.compile({ loss: "sparse_categorical_crossentropy", optimizer: new SGD({ learningRate: 0.01 }) });
        return timed("ms", 2, () => model.fit(x, y, { epochs: 1, batchSize: batch, verbose: 0 }));
      },
    },
    "peak memory": peakMemoryRow,
    "inference of 1": inference(1),
    "inference of 8": inference(8),
  },
};
