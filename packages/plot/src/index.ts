export { modelToDot } from "./model-to-dot.ts";
export type { DotOptions } from "./options.ts";
export { plotModel, type PlotModelOptions } from "./plot-model.ts";
