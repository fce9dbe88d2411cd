/** W9: what a process takes that imports neurite, makes the W1 network and trains it by one step. Prints the most memory it held, in MiB. */
import { ops, Sequential } from "neurite";
import { Dense } from "neurite/layers";
import { peakMemory } from "../memory.ts";

const model = new Sequential([
  new Dense(300, { activation: "relu", inputShape: [784] }),
  new Dense(100, { activation: "relu" }),
  new Dense(10, { activation: "softmax" }),
]);
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd", metrics: ["accuracy"] });
await model.fit(ops.zeros([32, 784]), ops.zeros([32], { dtype: "int32" }), { batchSize: 32, verbose: 0 });
console.log(peakMemory());
