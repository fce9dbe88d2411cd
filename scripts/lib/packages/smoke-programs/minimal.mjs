import { reference } from "@neurite/backend-reference";
import { grad, ops, setDefaultDevice, tensor } from "@neurite/core";
import { Dense } from "@neurite/layers";

setDefaultDevice(reference());
const layer = new Dense(2, { kernelInitializer: "ones" });
const slopes = await grad((x) => ops.sum(layer(x)))(tensor([[1, 2, 3]])).array();
if (JSON.stringify(slopes) !== "[[2,2,2]]") throw new Error(`the gradient is [[2,2,2]], not ${JSON.stringify(slopes)}`);

console.log(`Node ${process.versions.node}: core, reference backend and layers work alone`);
