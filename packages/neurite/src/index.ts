/** Everything of neurite under one name: core and models as they are, the rest by kind (`layers.Dense`) and as subpaths ("neurite/layers"). */
import "./defaults/index.ts";

export * from "@neurite/core";
export * from "@neurite/models";
export { Input, Layer } from "@neurite/layers";

export * as activations from "@neurite/layers/activations";
export * as callbacks from "./callbacks.ts";
export * as constraints from "@neurite/layers/constraints";
export * as datasets from "@neurite/datasets";
export * as initializers from "@neurite/layers/initializers";
export * as layers from "@neurite/layers";
export * as losses from "@neurite/losses";
export * as metrics from "@neurite/metrics";
export * as optimizers from "@neurite/optimizers";
export * as regularizers from "@neurite/layers/regularizers";
export * as tensorboard from "@neurite/tensorboard";
export * as schedules from "@neurite/schedules";
export * as utils from "./utils.ts";
