import { type AnyTensor, compile, type CompiledFunction, type DType, inferThrough, Tensor, tensor } from "@neurite/core";
import type { Model } from "../model.ts";
import { callbacksOf } from "./callbacks.ts";
import { now } from "./clock.ts";
import { checkCounts, type Data } from "./data.ts";
import { flatOutputs, likeOutputs } from "./objective.ts";
import type { PredictOptions } from "./options.ts";
import { checkCount, gatherInputs } from "./samples.ts";
import { BatchWalker, type EpochData, Pacer } from "./steps.ts";

const predictors = new WeakMap<Model, Map<boolean, BatchWalker<Tensor[]>>>();

/** Predictions need no compile(): programs are kept by model and mode. */
function predictorOf(model: Model, training: boolean): BatchWalker<Tensor[]> {
  let walkers = predictors.get(model);
  if (walkers === undefined) predictors.set(model, (walkers = new Map()));
  let walker = walkers.get(training);
  if (walker === undefined) {
    walker = new BatchWalker("predict_step", (batch) => flatOutputs(model.callFlat(batch.x, { training })) as Tensor[]);
    walkers.set(training, walker);
  }
  return walker;
}

/** Calls the model on abstract samples: makes its weights, and tells the tree of its outputs. */
function outputTree(model: Model, x: readonly AnyTensor[], training: boolean): unknown {
  let tree: unknown = null;
  inferThrough(
    x.map((array) => ({ dtype: array.dtype as DType, shape: [NaN, ...array.shape.slice(1)] })),
    (values) => {
      tree = model.callFlat(
        values.map((value) => new Tensor(value)),
        { training },
      );
      return flatOutputs(tree).map(({ value }) => value);
    },
  );
  return tree;
}

/** Outputs for all samples, batch by batch. */
export async function predict(model: Model, x: Data, options: PredictOptions): Promise<unknown> {
  checkCount("batchSize", options.batchSize, 1);
  const training = options.training ?? false;
  const inputs = gatherInputs(model, x);
  const count = checkCounts(inputs);
  const data: EpochData = { x: inputs.map((a) => a.tensor), y: [], sampleWeight: [], order: [] };
  const tree = outputTree(model, data.x, training);
  const walker = predictorOf(model, training);
  walker.rewind();
  const batchSize = options.batchSize ?? 32;
  const total = Math.min(count, (options.steps ?? Infinity) * batchSize);
  const callbacks = callbacksOf(model, options.callbacks ?? [], options.verbose ?? "auto", {
    epochs: 1,
    steps: Math.ceil(total / batchSize),
  });
  const parts: { data: ArrayLike<number>; tensor: Tensor }[][] = [];
  const pacer = new Pacer();
  await callbacks.begin("onPredictBegin");
  for (let first = 0; first < total; first += batchSize) {
    options.signal?.throwIfAborted();
    const batch = first / batchSize;
    if (callbacks.listensToPredictBatches) await callbacks.call("onPredictBatchBegin", batch);
    const started = now();
    const outputs = walker.step(Math.min(batchSize, total - first))(data);
    parts.push(await Promise.all(outputs.map(async (output) => ({ data: (await output.data()) as ArrayLike<number>, tensor: output }))));
    await pacer.settle(1, started);
    if (callbacks.listensToPredictBatches) await callbacks.call("onPredictBatchEnd", batch);
  }
  await callbacks.begin("onPredictEnd");
  const joined = (parts[0] ?? []).map((first, i) =>
    joinParts(
      parts.map((part) => part[i] as { data: ArrayLike<number>; tensor: Tensor }),
      total,
      first.tensor,
    ),
  );
  return likeOutputs(tree, joined);
}

const batchPrograms = new WeakMap<Model, CompiledFunction<[AnyTensor[]], unknown>>();

/** Outputs for one batch in one call of the device. */
export function predictOnBatch(model: Model, x: Data): unknown {
  const tensors = gatherInputs(model, x).map(({ tensor: array }) => array);
  let program = batchPrograms.get(model);
  if (program === undefined) {
    outputTree(model, tensors, false);
    program = compile((inputs: AnyTensor[]) => model.callFlat(inputs, { training: false }), {
      name: "predict_on_batch",
      onRetrace: () => {},
    });
    batchPrograms.set(model, program);
  }
  return program(tensors);
}

function joinParts(
  parts: readonly { readonly data: ArrayLike<number>; readonly tensor: Tensor }[],
  rowsTotal: number,
  like: Tensor,
): Tensor {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first.tensor;
  const rowSize = like.shape.slice(1).reduce((product, dim) => product * dim, 1);
  const all = new ((first as { data: object }).data.constructor as new (n: number) => Float32Array)(rowsTotal * rowSize);
  let at = 0;
  for (const { data } of parts) {
    all.set(data, at);
    at += data.length;
  }
  return tensor(all, { dtype: like.dtype, shape: [rowsTotal, ...like.shape.slice(1)] });
}
