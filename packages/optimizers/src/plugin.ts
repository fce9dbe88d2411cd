import type { Plugin } from "@neurite/core";
import { optimizers } from "./table.ts";

/** The optimizers of this package by name. */
export const optimizersPlugin: Plugin & { readonly name: "optimizers"; readonly optimizers: typeof optimizers } = {
  name: "optimizers",
  optimizers,
};
