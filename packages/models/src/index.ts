export { FunctionalGraph } from "./functional/graph.ts";
export type { RealOutputs, SymbolicOutputs } from "./functional/output-types.ts";
export { Model, type ModelOptions } from "./model.ts";
export { modelsPlugin } from "./plugin.ts";
export { type CallFunction, cloneModel, type CloneOptions } from "./saving/clone.ts";
export { modelFromJSON, modelToJSON } from "./saving/config.ts";
export { loadModel, loadWeights, type LoadOptions } from "./saving/load.ts";
export { type ModelSource, readModelFile } from "./saving/model-file.ts";
export {
  modelToBytes,
  saveModel,
  type ModelFileOptions,
  type SaveOptions,
  saveWeights,
  type WeightFileOptions,
  weightsToBytes,
} from "./saving/save.ts";
export type { ModelTarget } from "./saving/write-files.ts";
export { Sequential } from "./sequential.ts";
export type { SummaryOptions } from "./summary/summary.ts";
export type { Batch, ScoredBatch } from "./training/batch.ts";
export type { Data } from "./training/data.ts";
export type { LayerMemory, MemoryOptions, ModelMemory } from "./training/memory.ts";
export type { ObjectiveOptions } from "./training/objective.ts";
export type {
  CompileModelOptions,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  TestOnBatchOptions,
  TrainOnBatchOptions,
  Verbosity,
} from "./training/options.ts";
export type { PerOutput } from "./training/per-output.ts";
export type { ClassWeights } from "./training/samples.ts";
export type { Slots } from "./training/slots.ts";
export type { BatchStream, StreamBatch } from "./training/stream.ts";
