import type { Plugin } from "@neurite/core";
import { metrics } from "./table.ts";

/** The metrics of this package by name. */
export const metricsPlugin: Plugin & { readonly name: "metrics"; readonly metrics: typeof metrics } = { name: "metrics", metrics };
