import type { Plugin } from "@neurite/core";
import { Model } from "./model.ts";
import { Sequential } from "./sequential.ts";

/** The models by the names configs use. */
export const modelsPlugin: Plugin = { name: "models", models: { Model, Sequential, Functional: Model } };
