// pnpm fuzz [--backend cpu] [--seconds 60] [--seed 1] [--steps 12] [--threads 2] [--instructions auto]
// [--large 0.05]: random graphs of all primitives on the native backend (or webgpu), held to the reference; that share of them with a product or
// convolution large enough for kernels to cut it up. A failing graph is cut down and printed with its data; its seed makes it again.

import { parseArgs } from "node:util";
import { cpu } from "../packages/backend-cpu/src/index.ts";
import { webgpu } from "../packages/backend-webgpu/src/index.ts";
import { reference } from "../packages/backend-reference/src/index.ts";
import { fuzzOnce } from "../packages/testkit/src/index.ts";

const { values } = parseArgs({
  options: {
    backend: { type: "string", default: "cpu" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1e6) },
    steps: { type: "string", default: "12" },
    threads: { type: "string", default: "2" },
    instructions: { type: "string", default: "auto" },
    large: { type: "string", default: "0.05" },
  },
});
const makers = {
  cpu: () => cpu({ threads: Number(values.threads), instructionSet: values.instructions }),
  webgpu: () => webgpu(),
};
if (!(values.backend in makers)) throw new Error(`there is no backend "${values.backend}" to fuzz: ${Object.keys(makers).join(", ")}`);
const backend = await makers[values.backend]();
const options = {
  backend,
  oracle: reference({ precision: "float64" }),
  dtypes: [...backend.capabilities.dtypes],
  steps: Number(values.steps),
  large: Number(values.large),
  // As devices of WebGPU may.
  flushesDenormals: values.backend === "webgpu",
};
const end = performance.now() + Number(values.seconds) * 1000;
const first = Number(values.seed);
let seed = first;
let faults = 0;
while (performance.now() < end && faults < 10) {
  const fault = await fuzzOnce(seed++, options);
  if (fault === null) continue;
  faults++;
  console.log(fault.text);
}
console.log(`seeds ${first} to ${seed - 1} on ${backend.description}: ${faults} faults`);
backend.dispose();
process.exitCode = faults > 0 ? 1 : 0;
