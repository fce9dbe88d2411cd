/**
 * Saving: checkpoints while a model is trained, a model that is saved half way and trained on as if nothing had been, weights for another model.
 * Run it with `npm start -- save-and-load [--quick]`.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloneModel, loadModel, modelToBytes, ops, Sequential, setSeed } from "neurite";
import { BackupAndRestore, ModelCheckpoint } from "neurite/callbacks";
import { Dense, Flatten } from "neurite/layers";
import { percent, quick } from "./support/options.ts";
import { someDigits } from "./support/some-digits.ts";

setSeed(42);
const { train, test } = await someDigits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], quick ? 500 : 3000, 1000);
const validationData = [test.x, test.y] as const;
const folder = await mkdtemp(join(tmpdir(), "neurite-save-and-load-"));

const model = new Sequential([
  new Flatten({ inputShape: [28, 28] }),
  new Dense(100, { activation: "relu" }),
  new Dense(10, { activation: "softmax" }),
]);
model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });

// The best model so far, one file for each; and what it takes to go on after an interruption.
const callbacks = [
  new ModelCheckpoint(join(folder, "{epoch:02d}-{val_accuracy:.3f}.keras"), { monitor: "val_accuracy", saveBestOnly: true, verbose: 1 }),
  new BackupAndRestore(join(folder, "backup")),
];
await model.fit(train.x, train.y, { epochs: 4, verbose: 0, validationData, callbacks });
console.log("saved on the way:", (await readdir(folder)).toSorted().join(", "));

// The whole model, its optimizer included: what is loaded trains on as the one that was saved does. Python loads it, too.
const file = join(folder, "digits.keras");
await model.save(file);
const loaded = await loadModel(file);
const steps = { epochs: 2, verbose: 0, shuffle: false } as const;
const [goesOn, wentOn] = [await loaded.fit(train.x, train.y, steps), await model.fit(train.x, train.y, steps)];
console.log("losses after saving:", goesOn.history["loss"], "and without:", wentOn.history["loss"]);

// Weights alone, for a model of the same layers; and bytes, for where there are no files.
await model.saveWeights(join(folder, "digits.weights.h5"));
const copy = cloneModel(model);
await copy.loadWeights(join(folder, "digits.weights.h5"));
const same = await ops.all(ops.equal(copy.predictOnBatch(test.x), model.predictOnBatch(test.x))).item();
console.log(
  `a copy with the weights predicts ${same ? "the same" : "something else"}; the model takes ${(await modelToBytes(model)).length} bytes`,
);
await rm(folder, { recursive: true });

const { accuracy = 0 } = await loaded.evaluate(test.x, test.y, { verbose: 0 });
console.log(`test accuracy of the model that was loaded and trained on: ${percent(accuracy)}`);
