// What is tried in a browser: trains a model, branches, loops, factors a matrix and transforms numbers, on WebGPU and on the reference
// backend, and hands both results to `report`, a function of the page.

import { reference } from "@neurite/backend-reference";
import { webgpu } from "@neurite/backend-webgpu";
import { ops, setDefaultDevice, tensor } from "@neurite/core";
import { Dense, Input } from "@neurite/layers";
import { MeanSquaredError } from "@neurite/losses";
import { Sequential } from "@neurite/models";
import { Adam } from "@neurite/optimizers";

/** Numbers without a pattern, the same on every device. */
const numbers = (count, seed) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed * (i + 1) ** 2));

async function trained() {
  const model = new Sequential([Input({ shape: [6] }), new Dense(40, { activation: "tanh" }), new Dense(1)]);
  model.weights.forEach((w, i) =>
    w.assign(
      tensor(
        numbers(
          w.shape.reduce((a, b) => a * b, 1),
          i + 2,
        ),
        { shape: w.shape },
      ),
    ),
  );
  model.compile({ loss: new MeanSquaredError(), optimizer: new Adam({ learningRate: 0.01 }) });
  const [x, y] = [tensor(numbers(64 * 6, 1), { shape: [64, 6] }), tensor(numbers(64, 7), { shape: [64, 1] })];
  const { history } = await model.fit(x, y, { epochs: 3, batchSize: 16, shuffle: false, verbose: 0 });
  return history.loss;
}

async function computed() {
  const a = tensor(numbers(25, 3), { shape: [5, 5] });
  const [, halved] = ops.whileLoop(
    (i, x) => ops.sum(ops.abs(x)).greater(1),
    (i, x) => [i.add(1), ops.cond(i.less(2), () => x.mul(0.5), () => x.mul(0.25))], // prettier-ignore
    [tensor(0, { dtype: "int32" }), a],
  );
  const [values] = ops.eigh(a.add(ops.transpose(a)));
  const [re, im] = ops.fft([a, a.mul(2)]);
  const all = await Promise.all([halved, values, re, im, ops.softmax(ops.matmul(a, a))].map((x) => x.data()));
  return all.flatMap((data) => [...data]);
}

async function results(device) {
  setDefaultDevice(device);
  return [...(await trained()), ...(await computed())];
}

const device = await webgpu();
await globalThis.report({ description: device.description, found: await results(device), expected: await results(reference()) });
