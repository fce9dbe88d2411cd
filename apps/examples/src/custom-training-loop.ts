/**
 * A training loop of one's own, as in the book's chapter 12: gradients by tape, metrics by hand.
 * Run it with `npm start -- custom-training-loop`.
 */
import { compile, GradientTape, ops, Sequential, setSeed, type Tensor } from "neurite";
import { digits } from "neurite/datasets";
import { Dense, Flatten } from "neurite/layers";
import { SparseCategoricalCrossentropy } from "neurite/losses";
import { Mean, SparseCategoricalAccuracy } from "neurite/metrics";
import { Nadam } from "neurite/optimizers";

setSeed(42);
const { train, test } = await digits.loadData();
const model = new Sequential([
  new Flatten({ inputShape: [28, 28] }),
  new Dense(100, { activation: "relu", kernelInitializer: "he_normal", kernelRegularizer: "l2" }),
  new Dense(10),
]);
const optimizer = new Nadam({ learningRate: 0.002 });
const lossFunction = new SparseCategoricalCrossentropy({ fromLogits: true });
const meanLoss = new Mean({ name: "loss" });
const accuracy = new SparseCategoricalAccuracy();
optimizer.build(model.trainableVariables);

// The same function runs as plain code without compile(); compiled, a step is one native call.
const trainStep = compile((x: Tensor, y: Tensor) => {
  const tape = new GradientTape();
  const { loss, logits } = tape.run(() => {
    const predictions = model(x, { training: true });
    const penalties = model.losses.reduce((total, term) => ops.add(total, term) as Tensor, ops.multiply(0, 0) as Tensor);
    return { loss: ops.add(lossFunction(y, predictions), ops.multiply(penalties, 1e-3)) as Tensor, logits: predictions };
  });
  optimizer.apply(tape.gradient(loss, model.trainableVariables), model.trainableVariables);
  meanLoss.updateState(loss);
  accuracy.updateState(y, logits);
});

const batchSize = 32;
const steps = Math.floor((train.y.size as number) / batchSize);
for (let epoch = 0; epoch < 5; epoch++) {
  for (let step = 0; step < steps; step++) {
    const first = step * batchSize; // the digits come shuffled
    trainStep(ops.slice(train.x, [first, 0, 0], [batchSize, 28, 28]), ops.slice(train.y, [first], [batchSize]));
  }
  console.log(
    `epoch ${epoch + 1}: loss ${(await meanLoss.result().item()).toFixed(4)}, accuracy ${(await accuracy.result().item()).toFixed(4)}`,
  );
  meanLoss.resetState();
  accuracy.resetState();
}
accuracy.updateState(test.y, model(test.x));
console.log(`test accuracy: ${((await accuracy.result().item()) * 100).toFixed(1)}%`);
