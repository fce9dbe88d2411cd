import { reference } from "@neurite/backend-reference";
import { ops, setDefaultDevice, tensor } from "@neurite/core";

setDefaultDevice(reference());
console.log(await ops.add(tensor([1, 2]), 3).array());
