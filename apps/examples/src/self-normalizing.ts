/**
 * A deep self-normalizing network, as in the book's chapter 11: SELU, LeCun initialization, standardized inputs and alpha dropout keep means near 0
 * and deviations near 1 through all layers. Run it with `npm start -- self-normalizing [--quick]`.
 */
import { ops, Sequential, setSeed, type Tensor } from "neurite";
import { AlphaDropout, Dense, Flatten, type Layer } from "neurite/layers";
import { percent, quick } from "./support/options.ts";
import { someDigits } from "./support/some-digits.ts";

setSeed(42);
const { train, test } = await someDigits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], quick ? 500 : 5000, 1000);
const [mean, deviation] = [ops.mean(train.x), ops.std(train.x)];
const scale = (x: Tensor): Tensor => ops.divide(ops.subtract(x, mean), deviation);

const depth = 20;
const layersOf = (activation: string, kernelInitializer: string): Layer[] =>
  Array.from({ length: depth }, () => new Dense(64, { activation, kernelInitializer }));
/** Mean and deviation of what layers give, of every fifth. */
async function statistics(layers: readonly Layer[], x: Tensor): Promise<string> {
  const found: string[] = [];
  let h = ops.reshape(x, [-1, 784]);
  for (const [i, layer] of layers.entries()) {
    h = layer(h) as Tensor;
    if (i % 5 === 4) found.push(`${(await ops.mean(h).item()).toFixed(2)} ± ${(await ops.std(h).item()).toFixed(2)}`);
  }
  return found.join(", ");
}
const some = scale(test.x);
const selu = layersOf("selu", "lecun_normal");
console.log(`outputs of every fifth of ${depth} layers, mean ± deviation`);
console.log(`  tanh, Glorot: ${await statistics(layersOf("tanh", "glorot_uniform"), some)}`);
console.log(`  SELU, LeCun:  ${await statistics(selu, some)}`);

const model = new Sequential([
  new Flatten({ inputShape: [28, 28] }),
  ...selu,
  new AlphaDropout(0.1),
  new Dense(10, { activation: "softmax" }),
]);
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "nadam", metrics: ["accuracy"] });
await model.fit(scale(train.x), train.y, { epochs: quick ? 4 : 15, verbose: 0 });
const { accuracy } = await model.evaluate(some, test.y, { verbose: 0 });
console.log(`test accuracy: ${percent(accuracy)}`);
