export { FunctionalGraph } from "./functional/graph.ts";
export { Model, type ModelOptions } from "./model.ts";
export { modelsPlugin } from "./plugin.ts";
export { Sequential } from "./sequential.ts";
export type { SummaryOptions } from "./summary.ts";
export type { Data } from "./training/data.ts";
export type { PerOutput } from "./training/objective.ts";
export type { CompileModelOptions, EvaluateOptions, FitOptions, PredictOptions } from "./training/options.ts";
