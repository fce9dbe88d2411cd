import { type AnyTensor, bytesPerElement, type DType, ops, ValueError, withDevice } from "@neurite/core";
import type { TrainableModel } from "./trainable-model.ts";
import type { Data } from "./data.ts";
import { type LossLike } from "@neurite/losses";
import { perOutput } from "./per-output.ts";
import { deviceOf, inferOutputs } from "./model-outputs.ts";
import type { Predictor } from "./predict.ts";
import { gatherInputs } from "./samples.ts";
import { fillTree, type Slots } from "./slots.ts";
import type { Trainer } from "./trainer.ts";

/** Options of estimating what memory a model needs. */
export interface MemoryOptions {
  /** Samples a batch. Default 32. */
  readonly batchSize?: number;
  /** Inputs of any number of samples, for models that do not say what they take. */
  readonly x?: Data;
  /** Targets of any number of samples, where they are not like the outputs: without, those of sparse losses are one label each. */
  readonly y?: Data;
}

/** What one layer gives for a batch. */
export interface LayerMemory {
  readonly name: string;
  /** [batch, …]. */
  readonly outputShape: readonly number[];
  readonly bytes: number;
}

/** Memory that a model needs for batches of one size, in bytes. */
export interface ModelMemory {
  readonly batchSize: number;
  /** Of all weights, trained or not. */
  readonly weights: number;
  /** Of the optimizer's state; 0 before it has any. */
  readonly optimizer: number;
  /** Outputs of the layers in order; empty for models without a graph. Those of layers within models are not listed. */
  readonly layers: readonly LayerMemory[];
  /**
   * What textbooks say for a plain network that keeps each output: for inference two consecutive layers' outputs, for training those of all layers.
   * Null for models without a graph.
   */
  readonly estimate: { readonly inference: number | null; readonly training: number | null };
  /**
   * What the device's planner reserves for all values between inputs, weights and results, with fusion, sharing and recomputation; null where the
   * device does not plan, and for training before `compile`.
   */
  readonly planned: { readonly inference: number | null; readonly training: number | null };
}

/** See `Model.memory`. */
export function modelMemory(model: TrainableModel, trainer: Trainer | null, predictor: Predictor, options: MemoryOptions): ModelMemory {
  const { batchSize = 32 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new ValueError(`[memory] batchSize must be a positive integer: got ${String(batchSize)}`);
  const x = examples(model, options, batchSize);
  const layers = layerOutputs(model, batchSize);
  const training = trainer === null ? null : plannedTraining(model, trainer, x, options, batchSize);
  const sizes = layers.map(({ bytes }) => bytes);
  const pairs = sizes.map((size, i) => size + (sizes[i + 1] ?? 0));
  return {
    batchSize,
    weights: bytesOf(model.weights),
    optimizer: trainer?.optimizerBuilt === true ? bytesOf(trainer.optimizer.variables) : 0,
    layers,
    estimate:
      sizes.length === 0 ? { inference: null, training: null } : { inference: Math.max(...pairs), training: sizes.reduce((a, b) => a + b) },
    planned: { inference: predictor.describeBatch(x).workspaceBytes, training },
  };
}

const bytesOf = (variables: readonly { readonly size: number; readonly dtype: string }[]): number =>
  variables.reduce((total, { size, dtype }) => total + size * bytesPerElement(dtype as DType), 0);

/** Zeros of the shape of an array, for another number of samples. */
const blank = ({ shape, dtype }: { readonly shape: readonly number[]; readonly dtype: string }, batchSize: number): AnyTensor =>
  ops.zeros([batchSize, ...shape.slice(1)], { dtype: dtype as DType });

/** Zeros in the place of a batch of inputs. */
function examples(model: TrainableModel, { x }: MemoryOptions, batchSize: number): Data {
  if (x !== undefined) return blankTree(x, model.inputSlots, batchSize);
  const { graph } = model;
  if (graph === null) throw new ValueError(`[memory] model "${model.name}" does not say what it takes: give { x } like its inputs`);
  const inputs = graph.inputTensors.map(({ name, shape, dtype }) => {
    if (shape.slice(1).includes(null))
      throw new ValueError(`[memory] input "${name}" has axes of unknown size, [${shape}]: give { x } like it`);
    return blank({ shape: shape as readonly number[], dtype }, batchSize);
  });
  return fillTree(graph.inputs, inputs) as Data;
}

function blankTree(data: Data, slots: Slots | null, batchSize: number): Data {
  const { tree, arrays } = gatherInputs("predict", data, slots);
  const blanks = arrays.map(({ tensor }) => blank(tensor, batchSize));
  return fillTree(tree, blanks) as Data;
}

function layerOutputs({ graph }: TrainableModel, batchSize: number): LayerMemory[] {
  return (graph?.nodes ?? []).flatMap(({ operation: { name }, outputs }) =>
    outputs.map(({ shape, dtype }) => {
      // What is not known counts as one.
      const outputShape = shape.map((size, axis) => size ?? (axis === 0 ? batchSize : 1));
      return { name, outputShape, bytes: outputShape.reduce((a, b) => a * b, 1) * bytesPerElement(dtype as DType) };
    }),
  );
}

function plannedTraining(model: TrainableModel, trainer: Trainer, x: Data, { y }: MemoryOptions, batchSize: number): number | null {
  const device = deviceOf(model) ?? trainer.device;
  return withDevice(device, () => {
    const samples = trainer.gather(
      "fit",
      x,
      y === undefined ? likeOutputs(model, trainer, x, batchSize) : blankTree(y, null, batchSize),
      null,
    );
    trainer.prepareTraining();
    return trainer.run(() => trainer.trainWalker.describe(samples, batchSize)).workspaceBytes;
  });
}

/** Targets like the outputs, or labels where an output's loss takes them. */
function likeOutputs(model: TrainableModel, { options: { loss } }: Trainer, x: Data, batchSize: number): Data {
  const { tree, avals, names } = inferOutputs(model, gatherInputs("fit", x, model.inputSlots).tree, true);
  const losses = perOutput<LossLike>("loss", loss, names);
  const targets = avals.map(({ shape, dtype }, i) =>
    blank(takesLabels(losses[i]) ? { shape: shape.slice(0, -1), dtype: "int32" } : { shape, dtype }, batchSize),
  );
  return fillTree(tree, targets) as Data;
}

function takesLabels(loss: LossLike | null): boolean {
  const name = typeof loss === "string" ? loss : loss?.name;
  return name?.toLowerCase().startsWith("sparse") ?? false;
}
