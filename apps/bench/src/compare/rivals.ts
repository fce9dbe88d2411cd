import { fileURLToPath } from "node:url";
import { coldRows } from "../works/cold-start.ts";
import { type Contestant, here, served } from "./contestant.ts";

/** Who may be compared with: a script of the folder `rivals`, and of its variants one. */
export interface Rival {
  readonly name: string;
  readonly script: string;
  readonly variant?: string;
  readonly works: readonly string[];
}

const inference = ["W3", "W4"];

export const rivals: readonly Rival[] = [
  { name: "numpy", script: "numpy_works.py", works: ["W0"] },
  { name: "tensorflow", script: "tensorflow_works.py", variant: "eager", works: ["W0"] },
  { name: "tf-function", script: "tensorflow_works.py", variant: "function", works: ["W1", ...inference, "W5", "W7"] },
  { name: "tf-loop", script: "tensorflow_works.py", variant: "loop", works: ["W1", "W5"] },
  { name: "xla", script: "tensorflow_works.py", variant: "xla", works: ["W1", "W4", "W5"] },
  { name: "xla-loop", script: "tensorflow_works.py", variant: "xla-loop", works: ["W1", "W5"] },
  { name: "keras-tf", script: "keras_works.py", variant: "tensorflow", works: ["W1", "W2", ...inference, "W5", "W6", "W7", "W11", "W12"] },
  { name: "keras-tf-xla", script: "keras_works.py", variant: "tensorflow-xla", works: ["W1", "W2", "W5", "W6"] },
  { name: "keras-jax", script: "keras_works.py", variant: "jax", works: ["W1", "W2", "W5"] },
  { name: "keras-torch", script: "keras_works.py", variant: "torch", works: ["W1", "W2", "W5", "W11", "W12"] },
  { name: "jax-jit", script: "jax_works.py", variant: "jit", works: ["W0", "W1", "W2", "W4", "W5"] },
  { name: "jax-scan", script: "jax_works.py", variant: "scan", works: ["W1", "W5"] },
  {
    name: "torch",
    script: "torch_works.py",
    variant: "eager",
    works: ["W0", "W1", "W2", ...inference, "W5", "W6", "W7", "W11", "W12", "W13"],
  },
  { name: "torch-channels-last", script: "torch_works.py", variant: "channels-last", works: ["W2", ...inference, "W13"] },
  { name: "torch-compile", script: "torch_works.py", variant: "compile", works: ["W1", "W2", "W4", "W5", "W6", "W7"] },
  { name: "onnxruntime", script: "onnxruntime_works.py", works: inference },
  { name: "onnxruntime-node", script: "onnxruntime_works.mjs", works: inference },
  { name: "tfjs-wasm", script: "tfjs_works.mjs", variant: "wasm", works: ["W0", "W1", "W4", "W5"] },
  { name: "tfjs-cpu", script: "tfjs_works.mjs", variant: "cpu", works: ["W0", "W1", "W4", "W5"] },
  { name: "keras-tf", script: "cold_keras.py", variant: "tensorflow", works: ["W9"] },
  { name: "keras-jax", script: "cold_keras.py", variant: "jax", works: ["W9"] },
  { name: "keras-torch", script: "cold_keras.py", variant: "torch", works: ["W9"] },
  { name: "torch", script: "cold_torch.py", works: ["W9"] },
  { name: "jax", script: "cold_jax.py", works: ["W9"] },
  { name: "tfjs-cpu", script: "cold_tfjs.mjs", works: ["W9"] },
];

export interface RivalOptions {
  readonly threads: number;
  /** Folder with the digits. */
  readonly data: string;
  /** Seconds that an answer may take. */
  readonly patience: number;
}

/** Starts a rival; a string says what is not there to run it with. */
export function enter(rival: Rival, work: string, { threads, data, patience }: RivalOptions): Contestant | string {
  const { name, script, variant } = rival;
  const runner = script.endsWith(".py") ? process.env["NEURITE_PYTHON"] : process.execPath;
  if (runner === undefined) return "NEURITE_PYTHON names no Python";
  if (!script.endsWith(".py") && process.env["NEURITE_NODE_RIVALS"] === undefined)
    return "NEURITE_NODE_RIVALS names no folder with its package";
  const command = [runner, fileURLToPath(new URL(`../../rivals/${script}`, import.meta.url))];
  const environment = { PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: String(threads) };
  if (script.startsWith("cold_")) return here(name, coldRows(command, { ...environment, KERAS_BACKEND: variant ?? "" }));
  if (variant !== undefined) command.push("--variant", variant);
  return served(name, [...command, work, "--threads", String(threads), "--data", data], { environment, patience });
}
