// Encoded plans, a file each: node --conditions=source write-plans.mjs <folder>. Random graphs of all primitives, which are small, and
// training and predictions of a convolutional model and of a recurrent one, whose kernels are split among threads.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Input, layers, ops, Sequential, setDefaultDevice } from "neurite";
import { encodePlan } from "../../../packages/backend-cpu/src/encode/encode-plan.ts";
import { cpu } from "../../../packages/backend-cpu/src/index.ts";
import { reference } from "../../../packages/backend-reference/src/index.ts";
import { fuzzOnce } from "../../../packages/testkit/src/index.ts";

const folder = process.argv[2];
let count = 0;

/** A backend that keeps every plan it makes ready. */
function recording() {
  const backend = cpu({ threads: 2 });
  const load = backend.load.bind(backend);
  backend.load = (graph, plan) => {
    writeFileSync(join(folder, `${String(count++).padStart(4, "0")}.plan`), encodePlan(plan));
    return load(graph, plan);
  };
  return backend;
}

const backend = recording();
const options = { backend, oracle: reference({ precision: "float64" }), dtypes: [...backend.capabilities.dtypes] };
for (let seed = 1; seed <= 40; seed++) await fuzzOnce(seed, options);
const random = count;

setDefaultDevice(recording());
const model = new Sequential([
  Input({ shape: [32, 32, 3] }),
  new layers.Conv2D(16, 3, { activation: "relu" }),
  new layers.MaxPooling2D({ poolSize: 2 }),
  new layers.BatchNormalization(),
  new layers.Flatten(),
  new layers.Dense(64, { activation: "tanh" }),
  new layers.Dense(10, { activation: "softmax" }),
]);
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });
const labels = ops.zeros([64], { dtype: "int32" });
await model.fit(ops.zeros([64, 32, 32, 3]), labels, { epochs: 1, batchSize: 32, verbose: 0 });
await model.predict(ops.zeros([64, 32, 32, 3]), { batchSize: 32, verbose: 0 });

const recurrent = new Sequential([
  Input({ shape: [12, 48] }),
  new layers.LSTM(64, { returnSequences: true }),
  new layers.GRU(32),
  new layers.Dense(10, { activation: "softmax" }),
]);
recurrent.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd" });
await recurrent.fit(ops.zeros([64, 12, 48]), labels, { epochs: 1, batchSize: 32, verbose: 0 });
console.log(`${random} random plans, ${count - random} of models`);
