import { random, Sequential } from "neurite";
import { Dense } from "neurite/layers";
import { SGD } from "neurite/optimizers";
import { clock, type Emit } from "../measure.ts";

const samples = 11_610;

/** W5: the 8-30-1 regressor on data of the shape of the California housing set, batch 32: almost only overhead. */
export async function regressor(emit: Emit): Promise<void> {
  const x = random.normal([samples, 8]).realize();
  const y = random.normal([samples, 1]).realize();
  const model = new Sequential([new Dense(30, { activation: "relu", inputShape: [8] }), new Dense(1)]);
  model.compile({ loss: "mse", optimizer: new SGD({ learningRate: 0.001 }) });
  const steps = Math.ceil(samples / 32);
  const epochs = await clock(() => model.fit(x, y, { epochs: 5, batchSize: 32, verbose: 0 }), 7, 2);
  emit(
    "W5",
    "step",
    epochs.map((seconds) => (seconds / (5 * steps)) * 1e6),
    "us/step",
  );

  // One call a step, with a batch given each time.
  const batchX = random.normal([32, 8]).realize();
  const batchY = random.normal([32, 1]).realize();
  const each = await clock(
    async () => {
      for (let i = 0; i < 300; i++) await model.trainOnBatch(batchX, batchY);
    },
    5,
    1,
  );
  emit(
    "W5",
    "trainOnBatch",
    each.map((seconds) => (seconds / 300) * 1e6),
    "us/step",
  );
}
