import { webgpu } from "@neurite/backend-webgpu";
import { setDefaultDevice } from "@neurite/core";
import { Dense, Input } from "@neurite/layers";
import { MeanSquaredError } from "@neurite/losses";
import { Sequential } from "@neurite/models";
import { SGD } from "@neurite/optimizers";

setDefaultDevice(await webgpu());
const model = new Sequential([Input({ shape: [8] }), new Dense(30, { activation: "relu" }), new Dense(1)]);
model.compile({ loss: new MeanSquaredError(), optimizer: new SGD({ learningRate: 1e-3 }) });
await model.fit(new Float32Array(2048), new Float32Array(256), { epochs: 1 });
