/**
 * A wide and deep network with two inputs and two outputs, as in the book's chapter 10, on districts of California.
 * Run it with `npm start -- wide-and-deep [--path housing.csv] [--quick]`; the path is that of the whole table.
 */
import { Input, Model, ops, setSeed, type Tensor } from "neurite";
import { EarlyStopping } from "neurite/callbacks";
import { californiaHousing } from "neurite/datasets";
import { Concatenate, Dense } from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { optionValue, quick } from "./support/options.ts";

setSeed(42);
const { train, test, featureNames } = await californiaHousing.loadData({ path: optionValue("--path") });
const [mean, deviation] = [ops.mean(train.x, { axis: 0 }), ops.std(train.x, { axis: 0 })];
/** Standardized features: the first five for the wide path, the last six for the deep one. */
const inputsOf = (x: Tensor): [wide: Tensor, deep: Tensor] => {
  const scaled = ops.divide(ops.subtract(x, mean), deviation);
  return [scaled.at(":", [0, 5]), scaled.at(":", [2, null])];
};
console.log(`${train.y.size} districts to train on, ${test.y.size} to test on; wide: ${featureNames.slice(0, 5).join(", ")}; deep: ${featureNames.slice(2).join(", ")}`); // prettier-ignore

const wide = Input({ shape: [5], name: "wide" });
const deep = Input({ shape: [6], name: "deep" });
const hidden = new Dense(30, { activation: "relu" })(new Dense(30, { activation: "relu" })(deep));
const value = new Dense(1, { name: "value" })(new Concatenate()([wide, hidden]));
const auxiliary = new Dense(1, { name: "auxiliary" })(hidden); // makes the deep path learn something by itself
const model = new Model({ inputs: [wide, deep], outputs: [value, auxiliary] });
model.compile({ loss: ["mse", "mse"], lossWeights: [0.9, 0.1], optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }) });
model.summary();

const inputs = inputsOf(train.x);
const { history } = await model.fit(inputs, [train.y, train.y], {
  epochs: quick ? 4 : 60,
  validationSplit: 0.2,
  verbose: 0,
  callbacks: [new EarlyStopping({ patience: 10, restoreBestWeights: true })],
});
const epochs = history["loss"]?.length;
const { value_loss } = await model.evaluate(inputsOf(test.x), [test.y, test.y], { verbose: 0 });
const guess = await ops.mean(ops.square(ops.subtract(test.y, ops.mean(train.y)))).item();
const dollars = (error: number): string => `${Math.round(Math.sqrt(error) * 100_000).toLocaleString("en")} dollars`;
console.log(`${epochs} epochs; root mean squared error of the mean value: ${dollars(guess)}`);
console.log(`test error: ${dollars(value_loss as number)}`);
