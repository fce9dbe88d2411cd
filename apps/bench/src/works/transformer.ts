import { Input, Model, tensor } from "neurite";
import { Add, Dense, GlobalAveragePooling1D, LayerNormalization, MultiHeadAttention } from "neurite/layers";
import type { Emit } from "../measure.ts";
import { compare } from "../rivals.ts";

const [samples, tokens, features, heads, batch, depth] = [48, 128, 256, 4, 16, 6];

/**
 * W12: an encoder of 6 layers (256 features, 4 heads, 128 tokens; Vaswani et al., 2017) at batch 16, trained with Adam. Rivals: Keras on
 * TensorFlow and on PyTorch, PyTorch.
 */
export async function transformer(emit: Emit, threads?: number): Promise<void> {
  const x = tensor(
    Float32Array.from({ length: samples * tokens * features }, () => Math.random() * 2 - 1),
    { shape: [samples, tokens, features] },
  );
  const y = tensor(Int32Array.from({ length: samples }, (_, i) => i % 10));
  const model = encoder();
  model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
  await compare(emit, {
    work: "W12",
    fit: () => model.fit(x, y, { epochs: 1, batchSize: batch, verbose: 0 }),
    rivals: [
      { script: "keras_transformer", backend: "tensorflow" },
      { script: "keras_transformer", backend: "torch" },
      { script: "torch_transformer" },
    ],
    samples,
    batch,
    rounds: 7,
    threads,
  });
}

/** The model that is trained, in the form of the paper: sums are normalized after each attention and each pair of dense layers. */
function encoder(): Model {
  const input = Input({ shape: [tokens, features] });
  let x = input;
  for (let layer = 0; layer < depth; layer++) {
    const attended = new MultiHeadAttention(heads, features / heads)(x, x);
    x = new LayerNormalization()(new Add()([x, attended]));
    const widened = new Dense(4 * features, { activation: "relu" })(x);
    x = new LayerNormalization()(new Add()([x, new Dense(features)(widened)]));
  }
  return new Model({ inputs: input, outputs: new Dense(10, { activation: "softmax" })(new GlobalAveragePooling1D()(x)) });
}
