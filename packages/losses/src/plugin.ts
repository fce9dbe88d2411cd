import type { Plugin } from "@neurite/core";
import { losses } from "./table.ts";

/** The losses of this package by name. */
export const lossesPlugin: Plugin & { readonly name: "losses"; readonly losses: typeof losses } = { name: "losses", losses };
