/**
 * An LSTM that forecasts a series one step ahead. The series is made up, in the likeness of yearly sunspot numbers: cycles of about eleven years whose
 * heights differ, and noise. Run it with `npm start -- lstm-series [--quick]`.
 */
import { ops, random, Sequential, setSeed, type Tensor, tensor } from "neurite";
import { Dense, LSTM } from "neurite/layers";
import { Adam } from "neurite/optimizers";
import { quick } from "./support/options.ts";

setSeed(42);
const years = quick ? 300 : 1000;
const window = 22;
const noise = await random.normal([years]).data();
let phase = 0;
const series = Array.from({ length: years }, (_, year) => {
  phase += (2 * Math.PI) / (11 + 1.5 * Math.sin(year / 37));
  const height = 0.6 + 0.3 * Math.sin((2 * Math.PI * year) / 88);
  return height * (1 - Math.cos(phase)) ** 1.5 + 0.05 * Number(noise[year]);
});

// Windows of the last 22 years, and the year after. The last fifth is kept to test on.
const count = years - window;
const x = tensor(Array.from({ length: count }, (_, i) => series.slice(i, i + window).map((value) => [value])));
const y = tensor(Array.from({ length: count }, (_, i) => [series[i + window] as number]));
const trained = Math.floor(count * 0.8);
const part = (from: number, to: number): [Tensor, Tensor] => [x.at([from, to]), y.at([from, to])];
const [xTrain, yTrain] = part(0, trained);
const [xTest, yTest] = part(trained, count);

const model = new Sequential([new LSTM(16, { inputShape: [window, 1] }), new Dense(1)]);
model.compile({ loss: "mse", optimizer: new Adam({ learningRate: 0.01 }) });
model.summary();
await model.fit(xTrain, yTrain, { epochs: quick ? 8 : 30, verbose: 0 });

const error = async (forecast: Tensor): Promise<string> =>
  (await ops.sqrt(ops.mean(ops.square(ops.subtract(forecast, yTest)))).item()).toFixed(3);
console.log(`root mean squared error on ${count - trained} years: that the next year is like the last: ${await error(xTest.at(":", -1))}`);
console.log(`that it is like the one eleven years before: ${await error(xTest.at(":", window - 11))}`);
console.log(`test error: ${await error(await model.predict(xTest, { verbose: 0 }))}`);
