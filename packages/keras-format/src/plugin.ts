import type { ModelFormat, Plugin, Tensor } from "@neurite/core";
import { hdf5Model } from "./formats/hdf5-model.ts";
import { kerasArchive } from "./formats/keras-archive.ts";
import { keras2HardSigmoid } from "./keras2/hard-sigmoid.ts";
import { shardedWeights } from "./formats/weight-files.ts";

/** The formats of Keras, and what Keras 2 computed in another way, for the registry that models are loaded with. */
export const kerasFormatPlugin: Plugin & {
  readonly name: "keras-format";
  readonly activations: Readonly<Record<"keras2_hard_sigmoid", (x: Tensor) => Tensor>>;
  readonly formats: Readonly<Record<"keras" | "h5" | "weights.json", ModelFormat>>;
} = {
  name: "keras-format",
  activations: { keras2_hard_sigmoid: keras2HardSigmoid },
  formats: { keras: kerasArchive, h5: hdf5Model, "weights.json": shardedWeights },
};
