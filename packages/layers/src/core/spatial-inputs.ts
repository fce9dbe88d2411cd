import type { DataFormat } from "../convolutional/conv.ts";
import { InputSpec } from "./input-spec.ts";

const spatial = [["steps"], ["rows", "columns"], ["depth", "rows", "columns"]];

/** What a layer over 1, 2 or 3 spatial axes takes: as many axes, and so many channels, where that is known. */
export function spatialInputs(rank: number, dataFormat: DataFormat = "channels_last", channels: number | null = null): InputSpec {
  const last = dataFormat === "channels_last";
  const axes = spatial[rank - 1] as string[];
  const layout = (last ? ["batch", ...axes, "channels"] : ["batch", "channels", ...axes]).join(", ");
  return new InputSpec({ ndim: rank + 2, axes: { [last ? -1 : 1]: channels }, layout: `[${layout}]` });
}
