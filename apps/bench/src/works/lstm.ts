import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Sequential, tensor } from "neurite";
import { Dense, InputLayer, LSTM } from "neurite/layers";
import { clock, type Emit } from "../measure.ts";

const [samples, steps, features, batch] = [640, 100, 64, 32];
/** Rivals and neurite take turns, so that a busy moment of the machine hits all of them. */
const rounds = 2;

/**
 * W11: LSTM(128) over 100 steps of 64 features at batch 32, trained with Adam. Where NEURITE_PYTHON names a Python with Keras, the same
 * is timed with its TensorFlow and PyTorch backends, in turns.
 */
export async function lstm(emit: Emit, threads?: number): Promise<void> {
  const x = tensor(
    Float32Array.from({ length: samples * steps * features }, () => Math.random() * 2 - 1),
    { shape: [samples, steps, features] },
  );
  const y = tensor(Int32Array.from({ length: samples }, (_, i) => i % 10));
  const model = new Sequential([new InputLayer({ shape: [steps, features] }), new LSTM(128), new Dense(10, { activation: "softmax" })]);
  model.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
  const fit = (): Promise<unknown> => model.fit(x, y, { epochs: 1, batchSize: batch, verbose: 0 });
  const perStep = (seconds: readonly number[]): number[] => seconds.map((each) => (each / (samples / batch)) * 1e3);
  const python = process.env["NEURITE_PYTHON"];
  if (python === undefined) console.error("W11: rivals are skipped: NEURITE_PYTHON names no Python with Keras");
  for (let round = 1; round <= rounds; round++) {
    emit("W11", "step", perStep(await clock(fit, 4, 1)), "ms/step", { round });
    if (python === undefined) continue;
    for (const backend of ["tensorflow", "torch"]) {
      const { framework, seconds } = rival(python, backend, threads);
      if (seconds === null) console.error(`W11: keras on ${backend} is skipped: it did not run`);
      else emit("W11", "step", perStep(seconds), "ms/step", { framework, round });
    }
  }
}

function rival(python: string, backend: string, threads: number | undefined): { framework: string; seconds: number[] | null } {
  const script = fileURLToPath(new URL("../../rivals/keras_lstm.py", import.meta.url));
  const more = threads === undefined ? [] : ["--threads", String(threads)];
  const { status, stdout } = spawnSync(python, [script, "--backend", backend, ...more], { encoding: "utf8" });
  const last = (stdout ?? "").trim().split("\n").at(-1) ?? "";
  if (status !== 0 || !last.startsWith("{")) return { framework: `keras-${backend}`, seconds: null };
  return JSON.parse(last) as { framework: string; seconds: number[] };
}
