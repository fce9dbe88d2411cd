/**
 * A small residual network, built of units as in the book's chapter 14, on handwritten digits.
 * Run it with `npm start -- residual-network [--quick]`.
 */
import { ops, Sequential, setSeed, type Tensor } from "neurite";
import { Activation, BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, Layer, Reshape } from "neurite/layers";
import { percent, quick } from "./support/options.ts";
import { someDigits } from "./support/some-digits.ts";

const conv = (filters: number, kernelSize: number, strides: number): Conv2D =>
  new Conv2D(filters, kernelSize, { strides, padding: "same", useBias: false, kernelInitializer: "he_normal" });
/** Its averages follow faster than by default: there are few steps. */
const norm = (): BatchNormalization => new BatchNormalization({ momentum: 0.9 });

/** Two convolutions, and a shortcut around them that is a convolution where the shape changes. */
class ResidualUnit extends Layer {
  readonly main: readonly Layer[];
  readonly skip: readonly Layer[];

  constructor(filters: number, strides = 1) {
    super();
    this.main = [conv(filters, 3, strides), norm(), new Activation("relu"), conv(filters, 3, 1), norm()];
    this.skip = strides > 1 ? [conv(filters, 1, strides), norm()] : [];
  }

  override call(inputs: Tensor): Tensor {
    const through = (layers: readonly Layer[]): Tensor => layers.reduce((z, layer) => layer(z) as Tensor, inputs);
    return ops.relu(ops.add(through(this.main), through(this.skip)));
  }
}

setSeed(42);
const { train, test } = await someDigits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], quick ? 320 : 2000, quick ? 200 : 1000);
const model = new Sequential([new Reshape([28, 28, 1], { inputShape: [28, 28] }), conv(8, 5, 2), norm(), new Activation("relu")]);
for (const [filters, strides] of [[8, 1], [8, 1], [16, 2], [16, 1]] as const) model.add(new ResidualUnit(filters, strides)); // prettier-ignore
model.add(new GlobalAveragePooling2D());
model.add(new Dense(10, { activation: "softmax" }));
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
model.summary();
await model.fit(train.x, train.y, { epochs: quick ? 5 : 10, verbose: 2 });
const { accuracy } = await model.evaluate(test.x, test.y, { verbose: 0 });
console.log(`test accuracy: ${percent(accuracy)}`);
