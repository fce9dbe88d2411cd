export { loadModel, loadWeights, readModelConfig } from "./load.ts";
export { modelToBytes, saveModel, saveWeights, weightsToBytes } from "./save.ts";
export { hdf5Model } from "./formats/hdf5-model.ts";
export { kerasArchive, type ModelConfig } from "./formats/keras-archive.ts";
export { shardedWeights } from "./formats/weight-files.ts";
export { kerasFormatPlugin } from "./plugin.ts";
