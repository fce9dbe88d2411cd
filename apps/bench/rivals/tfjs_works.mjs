// TensorFlow.js in Node. Variants: cpu (plain JavaScript) and wasm (one thread).
import { digits, load, noise, repeated, serve, timed, variant } from "./common.mjs";
import { classifier, convolutional, regressor } from "./tfjs_models.mjs";

console.warn = () => {}; // It advertises another package.
const tf = load("@tensorflow/tfjs");
if (variant === "wasm") load("@tensorflow/tfjs-backend-wasm");
await tf.setBackend(variant);
await tf.ready();
if (tf.getBackend() !== variant) throw new Error(`the backend ${variant} is not there`);

function fit(unit, model, loss, rate, x, y, batchSize = 32) {
  model.compile({ optimizer: tf.train.sgd(rate), loss });
  const steps = Math.ceil(x.shape[0] / batchSize);
  return timed(unit, steps, () => model.fit(x, y, { batchSize, epochs: 1, verbose: 0, yieldEvery: "never" }));
}

function prediction(make, shape) {
  const [model, x] = [make(tf), tf.tensor(noise(784), shape)];
  return repeated("us", () => {
    const output = model.predict(x);
    output.dataSync();
    output.dispose();
  });
}

function product(m, k, n) {
  const [a, b] = [tf.tensor2d(noise(m * k), [m, k]), tf.tensor2d(noise(k * n), [k, n])];
  return repeated("us", () => {
    const result = tf.matMul(a, b);
    result.dataSync();
    result.dispose();
  });
}

// The larger products take plain JavaScript minutes.
const shapes = [[256, 256, 256], [512, 512, 512], [32, 784, 300], [32, 300, 100], [128, 784, 300], [784, 32, 300]]; // prettier-ignore
if (variant === "wasm") shapes.push([1024, 1024, 1024]);

await serve({
  W0: Object.fromEntries(shapes.map((shape) => [`gemm ${shape.join("x")}`, () => product(...shape)])),
  W1: {
    step: () => {
      const { x, y } = digits(1280);
      return fit(
        "us",
        classifier(tf),
        "sparseCategoricalCrossentropy",
        0.01,
        tf.tensor2d(x, [1280, 784]),
        tf.tensor1d(Float32Array.from(y)),
      );
    },
  },
  W4: { mlp: () => prediction(classifier, [1, 784]), cnn: () => prediction(convolutional, [1, 28, 28, 1]) },
  W5: {
    step: () => {
      const samples = 3200;
      const [x, y] = [tf.tensor2d(noise(samples * 8), [samples, 8]), tf.tensor2d(noise(samples), [samples, 1])];
      return fit("us", regressor(tf), "meanSquaredError", 0.001, x, y);
    },
  },
});
