/**
 * Transfer learning, as in the book's chapter 11: a network that knows the digits 0 to 4 learns 5 to 9 from few of them, with its layers frozen and
 * then unfrozen, beside a network from scratch. Digits are so simple that the latter does as well; the printout shows all three.
 * Run it with `npm start -- transfer-learning [--quick]`.
 */
import { Sequential, setSeed } from "neurite";
import { Dense, Flatten } from "neurite/layers";
import { Adam } from "neurite/optimizers";
import { percent, quick } from "./support/options.ts";
import { someDigits } from "./support/some-digits.ts";

setSeed(42);
const loss = "sparse_categorical_crossentropy";
const metrics = ["accuracy"];
const known = await someDigits([0, 1, 2, 3, 4], quick ? 500 : 4000, 400);
const fresh = await someDigits([5, 6, 7, 8, 9], 100, 400);
const hidden = (): Dense[] => [100, 100, 100].map((units) => new Dense(units, { activation: "elu", kernelInitializer: "he_normal" }));
const digitsModel = (layers: readonly Dense[]): Sequential =>
  new Sequential([new Flatten({ inputShape: [28, 28] }), ...layers, new Dense(5, { activation: "softmax" })]);
const testAccuracy = async (model: Sequential): Promise<string> =>
  percent((await model.evaluate(fresh.test.x, fresh.test.y, { verbose: 0 }))["accuracy"]);

const first = digitsModel(hidden());
first.compile({ loss, metrics, optimizer: "nadam" });
await first.fit(known.train.x, known.train.y, { epochs: quick ? 2 : 10, verbose: 0 });
const { accuracy } = await first.evaluate(known.test.x, known.test.y, { verbose: 0 });
console.log(`digits 0 to 4, ${known.train.y.size} of them: test accuracy ${percent(accuracy)}`);

const epochs = quick ? 5 : 40;
const scratch = digitsModel(hidden());
scratch.compile({ loss, metrics, optimizer: "nadam" });
await scratch.fit(fresh.train.x, fresh.train.y, { epochs, verbose: 0 });
console.log(`digits 5 to 9, 100 of them, from scratch: ${await testAccuracy(scratch)}`);

// A copy, so that the first model keeps its weights. Its hidden layers are frozen: what they give is computed once, and the new head learns on that.
const copy = Sequential.fromConfig(first.getConfig());
copy.setWeights(await first.getWeights());
const base = new Sequential(copy.layers.slice(0, -1));
base.trainable = false;
const outputs = await base.predict(fresh.train.x, { verbose: 0 });
const head = new Sequential([new Dense(5, { activation: "softmax", inputShape: [100] })]);
head.compile({ loss, metrics, optimizer: new Adam({ learningRate: 0.01 }) });
await head.fit(outputs, fresh.train.y, { epochs, verbose: 0 });
const model = new Sequential([base, head]);
model.compile({ loss, metrics, optimizer: new Adam({ learningRate: 3e-4 }) });
console.log(`digits 5 to 9, on frozen layers of the first: ${await testAccuracy(model)}`);

base.trainable = true;
model.compile({ loss, metrics, optimizer: new Adam({ learningRate: 3e-4 }) }); // compiled anew: what is trained has changed
await model.fit(fresh.train.x, fresh.train.y, { epochs: Math.ceil(epochs / 2), verbose: 0 });
console.log(`test accuracy, layers unfrozen: ${await testAccuracy(model)}`);
