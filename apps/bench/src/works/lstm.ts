import { Sequential, tensor } from "neurite";
import { Dense, InputLayer, LSTM } from "neurite/layers";
import type { Emit } from "../measure.ts";
import { compare } from "../rivals.ts";

const [samples, steps, features, batch] = [640, 100, 64, 32];

/** W11: LSTM(128) over 100 steps of 64 features at batch 32, trained with Adam. Rivals: Keras on TensorFlow and on PyTorch, PyTorch. */
export async function lstm(emit: Emit, threads?: number): Promise<void> {
  const x = tensor(
    Float32Array.from({ length: samples * steps * features }, () => Math.random() * 2 - 1),
    { shape: [samples, steps, features] },
  );
  const y = tensor(Int32Array.from({ length: samples }, (_, i) => i % 10));
  const model = new Sequential([new InputLayer({ shape: [steps, features] }), new LSTM(128), new Dense(10, { activation: "softmax" })]);
  model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
  await compare(emit, {
    work: "W11",
    fit: () => model.fit(x, y, { epochs: 1, batchSize: batch, verbose: 0 }),
    rivals: [{ script: "keras_lstm", backend: "tensorflow" }, { script: "keras_lstm", backend: "torch" }, { script: "torch_lstm" }],
    samples,
    batch,
    rounds: 7,
    threads,
  });
}
