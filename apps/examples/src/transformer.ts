/**
 * A small transformer encoder that tells whether the first sign of a sequence occurs in it again: each place has to look at the others.
 * Run it with `npm start -- transformer [--quick]`.
 */
import { Model, Input, ops, setSeed, type Tensor, tensor } from "neurite";
import { Add, Dense, Embedding, Layer, type LayerOptions, LayerNormalization, MultiHeadAttention } from "neurite/layers";
import { Adam } from "neurite/optimizers";
import { percent, quick } from "./support/options.ts";

const [signs, length, width] = [12, 8, 32];

/** Sequences [samples, length] of which half repeat their first sign, and whether they do, [samples]. */
function sequences(samples: number, seed: number): { x: Tensor; y: Tensor } {
  let state = seed;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const rows = Array.from({ length: samples }, (_, i) => {
    const first = draw(signs);
    const others = Array.from({ length: length - 1 }, () => (first + 1 + draw(signs - 1)) % signs);
    if (i % 2 === 1) others[draw(length - 1)] = first;
    return [first, ...others];
  });
  return { x: tensor(rows, { dtype: "int32" }), y: tensor(rows.map((_, i) => i % 2), { dtype: "int32" }) }; // prettier-ignore
}

/** Embeddings of signs and of places, added up. */
class PlacedEmbedding extends Layer {
  readonly ofSign = new Embedding(signs, width);
  readonly ofPlace = new Embedding(length, width);

  constructor(options: LayerOptions = {}) {
    super(options);
  }

  override call(x: Tensor): Tensor {
    return ops.add(this.ofSign(x), this.ofPlace(ops.arange(length)));
  }
}

setSeed(42);
const train = sequences(quick ? 2000 : 3000, 1);
const test = sequences(1000, 2);
const input = Input({ shape: [length], dtype: "int32" });
let h = new PlacedEmbedding()(input);
for (let block = 0; block < 2; block++) {
  h = new LayerNormalization()(new Add()([h, new MultiHeadAttention(4, 8)(h, h)]));
  h = new LayerNormalization()(new Add()([h, new Dense(width)(new Dense(2 * width, { activation: "gelu" })(h))]));
}
const first = ops.take(h, 0, { axis: 1 }); // what the place of the first sign has gathered
const model = new Model({ inputs: input, outputs: new Dense(2, { activation: "softmax" })(first) });
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: new Adam({ learningRate: 0.002 }), metrics: ["accuracy"] });
model.summary();
await model.fit(train.x, train.y, { epochs: quick ? 10 : 20, verbose: 2 });
const { accuracy } = await model.evaluate(test.x, test.y, { verbose: 0 });
console.log(`test accuracy: ${percent(accuracy)} (half of the sequences repeat their first sign)`);
