import { getDefaultDevice, grad, loadModel, ops, Sequential, tensor } from "neurite";
import { Dense } from "neurite/layers";

const slope = await grad((x) => ops.power(x, 3))(tensor(2)).item();
if (Math.abs(slope - 12) > 1e-4) throw new Error(`the slope of x³ at 2 is 12, not ${slope}`);

// A line through points of y = 2x - 1.
const x = tensor([[-1], [0], [1], [2]]);
const y = tensor([[-3], [-1], [1], [3]]);
const model = new Sequential([new Dense(1, { inputShape: [1] })]);
model.compile({ loss: "mean_squared_error", optimizer: "sgd" });
const { history } = await model.fit(x, y, { epochs: 300, batchSize: 4, verbose: 0 });
const loss = history.loss.at(-1);
if (!(loss < 0.01)) throw new Error(`300 epochs of a line fit end at loss ${loss}`);

// What was saved trains on as what was not.
await model.save("line.keras");
const again = await loadModel("line.keras");
const [here, there] = [await model.trainOnBatch(x, y), await again.trainOnBatch(x, y)];
if (here.loss !== there.loss) throw new Error(`a saved model goes on with loss ${there.loss}, not ${here.loss}`);

console.log(`Node ${process.versions.node}, ${getDefaultDevice().description}: gradient, fit and files are right`);
