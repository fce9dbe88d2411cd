// W9: imports TensorFlow.js and trains the W1 network by one step. Prints the most memory that the process held, in MiB.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

console.warn = () => {}; // It advertises another package.
const tf = createRequire(join(process.env.NEURITE_NODE_RIVALS ?? process.cwd(), "rivals.cjs"))("@tensorflow/tfjs");
const { classifier } = await import("./tfjs_models.mjs");

await tf.setBackend("cpu");
const model = classifier(tf);
model.compile({ optimizer: tf.train.sgd(0.01), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
await model.fit(tf.zeros([32, 784]), tf.zeros([32]), { batchSize: 32, verbose: 0 });
const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
console.log(Number(kibibytes) / 1024);
