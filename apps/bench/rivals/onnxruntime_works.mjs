// ONNX Runtime for Node; the Python that NEURITE_PYTHON names writes the models.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { load, noise, repeated, serve, threads } from "./common.mjs";

const ort = load("onnxruntime-node");
const script = fileURLToPath(new URL("onnx_models.py", import.meta.url));

async function prediction(unit, model, shape) {
  const bytes = execFileSync(process.env.NEURITE_PYTHON ?? "python3", [script, model], { maxBuffer: 2 ** 28 });
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: threads });
  const x = new ort.Tensor("float32", noise(shape.reduce((a, b) => a * b)), shape);
  return repeated(unit, () => session.run({ x }));
}

await serve({
  W3: {
    "inference of 1": () => prediction("ms", "resnet34", [1, 3, 224, 224]),
    "inference of 8": () => prediction("ms", "resnet34", [8, 3, 224, 224]),
  },
  W4: { mlp: () => prediction("us", "classifier", [1, 784]), cnn: () => prediction("us", "convolutional", [1, 1, 28, 28]) },
});
