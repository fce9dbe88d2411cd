import {
  type Backend,
  compile,
  type CompiledFunction,
  flattenTree,
  getDefaultDevice,
  isTensor,
  mapTree,
  type ProgramDescription,
  type Tensor,
  tensor,
  type TypedArray,
  ValueError,
  withDevice,
} from "@neurite/core";
import type { FunctionalGraph } from "../functional/graph.ts";
import type { TrainableModel } from "./trainable-model.ts";
import { callbacksOf } from "./callbacks.ts";
import { now } from "./clock.ts";
import { checkCount, countSamples, type Data, type Job } from "./data.ts";
import { callModel, deviceOf, inferOutputs } from "./model-outputs.ts";
import { type PredictOptions, predictOptions, refuseUnknown } from "./options.ts";
import { Pacer } from "./pacer.ts";
import { type EpochData, takeRows } from "./rows.ts";
import { gatherInputs, type Inputs } from "./samples.ts";
import { type BatchStream, isStream, StreamReader } from "./stream.ts";
import { planSteps } from "./walk.ts";

/** Results that are queued at once before they are read. */
const maxQueued = 16;

/** Where the outputs of batches come from. */
interface PredictSource {
  /** Batches in all; null where it is not known. */
  readonly steps: number | null;
  /** Outputs of the next batches, `most` of them at most; none at the end. `done` were given before. */
  next(done: number, most: number): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** Predicts with one model as it is: needs no compile(). Its programs take the place of the batch as an argument, so jobs may overlap. */
export class Predictor {
  /** The model's graph when this was made: another one takes another predictor. */
  readonly graph: FunctionalGraph | null;
  readonly #model: TrainableModel;
  readonly #steps = new Map<boolean, CompiledFunction<[EpochData, Tensor, string], unknown>>();
  readonly #wholes = new Map<boolean, CompiledFunction<[unknown], unknown>>();
  /** Modes in which the model was called on abstract samples: its weights exist. */
  readonly #inferred = new Set<boolean>();
  /** Where the model lives, once it has weights. */
  #home: Backend | null = null;

  constructor(model: TrainableModel) {
    this.#model = model;
    this.graph = model.graph;
  }

  get #device(): Backend {
    return this.#home ?? deviceOf(this.#model) ?? getDefaultDevice();
  }

  /** Outputs for all samples, batch by batch, as the tree of the model's outputs. */
  async predict(x: Data | BatchStream, options: PredictOptions): Promise<unknown> {
    refuseUnknown("predict", options, predictOptions);
    checkCount("predict", "batchSize", options.batchSize, 1);
    checkCount("predict", "steps", options.steps, 1);
    const device = this.#device;
    const source = isStream(x) ? this.#streamed(x, device, options) : this.#sliced(x, device, options);
    const { steps } = source;
    const callbacks = callbacksOf("predict", this.#model, options, [], { epochs: 1, steps });
    const listening = callbacks.listens("onPredictBatchBegin", "onPredictBatchEnd");
    const parts: unknown[] = [];
    const pacer = new Pacer();
    await callbacks.call("onPredictBegin");
    for (;;) {
      options.signal?.throwIfAborted();
      const done = parts.length;
      if (listening && done !== steps) await callbacks.call("onPredictBatchBegin", done);
      const started = now();
      const outputs = await source.next(done, listening ? 1 : Math.min(pacer.group, maxQueued));
      if (outputs.length === 0) break;
      for (const output of outputs) parts.push(await readTree(output));
      await pacer.settle(device, outputs.length, started);
      if (listening) await callbacks.call("onPredictBatchEnd", done);
      await callbacks.progress(parts.length, steps, async () => ({}));
    }
    await source.close();
    if (parts.length === 0) throw new ValueError("[predict] the stream gave no batch");
    await callbacks.call("onPredictEnd");
    return withDevice(device, () => joinTrees(parts));
  }

  /** Batches cut out of arrays within the program. */
  #sliced(x: Data, device: Backend, { training = false, batchSize: size, steps: limit }: PredictOptions): PredictSource {
    const inputs = withDevice(device, () => this.#gather("predict", x, training));
    const count = countSamples("predict", inputs.arrays);
    const { batchSize, steps } = planSteps(count, size, limit);
    const data: EpochData = { x: inputs.tree, y: null, sampleWeight: [], order: [] };
    const step = this.#stepFor(training);
    const batch = (index: number): unknown => {
      const first = index * batchSize;
      return step(data, tensor(Int32Array.of(first), { shape: [] }), String(Math.min(batchSize, count - first)));
    };
    return {
      steps,
      next: async (done, most) => withDevice(device, () => Array.from({ length: Math.min(most, steps - done) }, (_, i) => batch(done + i))),
      close: async () => {},
    };
  }

  /** Batches as they come. */
  #streamed(x: BatchStream, device: Backend, { training = false, batchSize, steps: limit = null }: PredictOptions): PredictSource {
    if (batchSize !== undefined && batchSize !== null)
      throw new ValueError("[predict] batchSize cannot be given beside a stream of batches: they are as large as they are");
    const reader = new StreamReader("predict", x);
    return {
      steps: limit ?? reader.length,
      next: async (done) => {
        const parts = done === limit ? null : await reader.next();
        if (parts === null) return [];
        return withDevice(device, () => {
          const inputs = this.#gather("predict", parts.x, training);
          countSamples("predict", inputs.arrays);
          return [this.#batchFor(training)(inputs.tree)];
        });
      },
      close: () => reader.close(),
    };
  }

  /** Outputs for one batch, in one call of the device. */
  predictOnBatch(x: Data): unknown {
    return withDevice(this.#device, () => {
      const inputs = this.#gather("predictOnBatch", x, false);
      countSamples("predictOnBatch", inputs.arrays);
      return this.#batchFor(false)(inputs.tree);
    });
  }

  #batchFor(training: boolean): CompiledFunction<[unknown], unknown> {
    let whole = this.#wholes.get(training);
    if (whole === undefined) {
      whole = compile((tree: unknown) => callModel(this.#model, tree, training), { name: "predict_on_batch", onRetrace: () => {} });
      this.#wholes.set(training, whole);
    }
    return whole;
  }

  /** The program that predicts one batch like `x`. */
  describeBatch(x: Data): ProgramDescription {
    return withDevice(this.#device, () => this.#batchFor(false).describe(this.#gather("predictOnBatch", x, false).tree));
  }

  #gather(job: Job, x: Data, training: boolean): Inputs {
    const inputs = gatherInputs(job, x, this.#model.inputSlots);
    if (!this.#inferred.has(training)) {
      inferOutputs(this.#model, inputs.tree, training);
      this.#inferred.add(training);
      this.#home = deviceOf(this.#model);
    }
    return inputs;
  }

  #stepFor(training: boolean): CompiledFunction<[EpochData, Tensor, string], unknown> {
    let step = this.#steps.get(training);
    if (step === undefined) {
      const body = (data: EpochData, first: Tensor, size: string): unknown =>
        callModel(this.#model, takeRows(data, first.value, Number(size)).x, training);
      step = compile(body, { name: "predict_step", cacheSize: 32, onRetrace: () => {} });
      this.#steps.set(training, step);
    }
    return step;
  }
}

/** The output of one batch, and its elements. */
class Part {
  readonly output: Tensor;
  readonly data: TypedArray;

  constructor(output: Tensor, data: TypedArray) {
    this.output = output;
    this.data = data;
  }
}

async function readTree(outputs: unknown): Promise<unknown> {
  const tensors = flattenTree(outputs).filter(isTensor) as Tensor[];
  const data = await Promise.all(tensors.map((output) => output.data<TypedArray>()));
  let next = 0;
  return mapTree(outputs, (leaf) => (isTensor(leaf) ? new Part(leaf as Tensor, data[next++]) : leaf));
}

/** The outputs of all batches in one tensor for each leaf. */
function joinTrees(parts: readonly unknown[]): unknown {
  const leaves = parts.map(flattenTree);
  let next = 0;
  return mapTree(parts[0], (leaf) => {
    const i = next++;
    return leaf instanceof Part ? join(leaves.map((part) => part[i] as Part)) : leaf;
  });
}

function join(parts: readonly Part[]): Tensor {
  const [{ output, data: first }] = parts;
  if (parts.length === 1) return output;
  const length = parts.reduce((total, { data }) => total + data.length, 0);
  const rows = parts.reduce((total, part) => total + part.output.shape[0], 0);
  const all = new (first.constructor as new (length: number) => Uint8Array)(length);
  let at = 0;
  for (const { data } of parts) {
    all.set(data as Uint8Array, at);
    at += data.length;
  }
  return tensor(all, { dtype: output.dtype, shape: [rows, ...output.shape.slice(1)] });
}
