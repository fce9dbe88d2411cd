import { ShapeError, type SymbolicShape } from "@neurite/core";
import { InputSpec } from "./input-spec.ts";

/** Where the channels are: last (the default) or right after the batch. */
export type DataFormat = "channels_last" | "channels_first";

const spatial = [["steps"], ["rows", "columns"], ["depth", "rows", "columns"]];

/** What a layer over 1, 2 or 3 spatial axes takes: as many axes, and so many channels, where that is known. */
export function spatialInputs(rank: number, dataFormat: DataFormat = "channels_last", channels: number | null = null): InputSpec {
  const last = dataFormat === "channels_last";
  const axes = spatial[rank - 1] as string[];
  const layout = (last ? ["batch", ...axes, "channels"] : ["batch", "channels", ...axes]).join(", ");
  return new InputSpec({ ndim: rank + 2, axes: { [last ? -1 : 1]: channels }, layout: `[${layout}]` });
}

/** The number of channels of an input; throws where it is not known. */
export function knownChannels(layer: string, inputShape: SymbolicShape, dataFormat: DataFormat): number {
  const channels = dataFormat === "channels_last" ? inputShape.at(-1) : inputShape[1];
  if (typeof channels !== "number") {
    throw new ShapeError(
      `[${layer}] the number of channels must be known: got shape [${inputShape.map((dim) => dim ?? "?")}] (${dataFormat})`,
    );
  }
  return channels;
}
