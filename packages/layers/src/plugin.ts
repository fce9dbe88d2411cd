import type { Entries, Plugin } from "@neurite/core";
import { activations } from "./activations/index.ts";
import { constraints } from "./constraints/index.ts";
import { Activation } from "./core/activation.ts";
import { Dense } from "./core/dense.ts";
import { InputLayer } from "./core/input-layer.ts";
import { initializers } from "./initializers/index.ts";
import { Dropout } from "./regularization/dropout.ts";
import { regularizers } from "./regularizers/index.ts";
import { Flatten } from "./reshaping/flatten.ts";
import { Reshape } from "./reshaping/reshape.ts";

/** The layers of this package, with what they know by name: activations, initializers, regularizers and constraints. */
export const layersPlugin: Plugin & {
  readonly name: "layers";
  readonly layers: Entries;
  readonly activations: typeof activations;
  readonly initializers: typeof initializers;
  readonly regularizers: typeof regularizers;
  readonly constraints: typeof constraints;
} = {
  name: "layers",
  layers: { Activation, Dense, Dropout, Flatten, InputLayer, Reshape },
  activations,
  initializers,
  regularizers,
  constraints,
};
