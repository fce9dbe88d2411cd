import { instance } from "@viz-js/viz";
import type { Model } from "@neurite/models";
import { modelToDot } from "./model-to-dot.ts";
import { type DotOptions, resolveOptions } from "./options.ts";

/** Options of {@link plotModel}: those of the drawing, with layer names off by default. */
export interface PlotModelOptions extends DotOptions {
  /** A file that the SVG is written to as well; default null. In Node, Deno and Bun. */
  readonly toFile?: string | null;
}

/**
 * Draws a model as a graph of its layers: an SVG image, as text. Graphviz, compiled to WebAssembly, lays it out.
 *
 * @param model A model that has been built.
 * @throws ValueError for what is no model, one that is not built yet, and wrong options; the error of the system where the file cannot be written.
 * @example
 * const model = new Sequential([new Dense(30, { activation: "relu", inputShape: [8] }), new Dense(1)]);
 * const svg = await plotModel(model, { showShapes: true, toFile: "model.svg" });
 */
export async function plotModel(model: Model, options: PlotModelOptions = {}): Promise<string> {
  resolveOptions("plotModel", options, ["toFile"]);
  const { toFile = null, ...rest } = options;
  const dot = modelToDot(model, { showLayerNames: false, ...rest });
  const svg = (await instance()).renderString(dot, { format: "svg" });
  if (toFile !== null) {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(toFile, svg);
  }
  return svg;
}
