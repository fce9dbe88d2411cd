import { fieldsOf } from "@neurite/core";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** The options of a cell that the layer made of it has too, as the layer was given them. */
export function cellOptionsOf(layer: Layer, cell: { prototype: Layer }, name: string): LayerOptions {
  const ofEveryLayer = fieldsOf(Layer).map((field) => field.name);
  const names = fieldsOf(cell as never).map((field) => field.name);
  const own = names.filter((option) => option in layer && option !== "units" && !ofEveryLayer.includes(option));
  const options = Object.fromEntries(own.map((option) => [option, (layer as unknown as Record<string, unknown>)[option]]));
  return { ...options, name, dtype: layer.dtypePolicy } as LayerOptions;
}
