import { Input, Model, tensor } from "neurite";
import { Add, Dense, GlobalAveragePooling1D, LayerNormalization, MultiHeadAttention } from "neurite/layers";
import { noise } from "../data.ts";
import { timed, type Work } from "../work.ts";

const [samples, tokens, features, heads, batch, depth] = [48, 128, 256, 4, 16, 6];

export const transformer: Work = {
  title: "a training step of an encoder of 6 layers (256 features, 4 heads, 128 tokens), batch 16, Adam",
  rows: {
    step: {
      unit: "ms",
      prepare: async () => {
        const x = tensor(noise(samples * tokens * features), { shape: [samples, tokens, features] });
        const y = tensor(Int32Array.from({ length: samples }, (_, i) => i % 10));
        const model = encoder();
        model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
        return timed("ms", samples / batch, () => model.fit(x, y, { epochs: 1, batchSize: batch, verbose: 0 }));
      },
    },
  },
};

/** In the form of the paper (Vaswani et al., 2017): sums are normalized after each attention and each pair of dense layers. */
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
