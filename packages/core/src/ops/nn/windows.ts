/** What convolutions and pools have in common: arguments for each spatial axis, data formats, padding. */
import { ShapeError, ValueError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { dilatedSize } from "../../shapes/window.ts";
import { formatAval } from "../../shapes/format.ts";
import { describe } from "../support/input.ts";

/** "channels_last": [batch, ...spatial, channels]; "channels_first": [batch, channels, ...spatial]. */
export type DataFormat = "channels_last" | "channels_first";

/** "valid": no padding; "same": as many results as ceil(size / stride), padding spread evenly, the odd one at the end. */
export type Padding = "valid" | "same";

/** Throws unless `value` is one of `known`. */
export function choice<T extends string>(op: string, name: string, value: unknown, known: readonly T[]): T {
  const lower = typeof value === "string" ? value.toLowerCase() : value;
  if (!known.includes(lower as T)) {
    throw new ValueError(`[${op}] ${name} must be ${known.map((word) => JSON.stringify(word)).join(" or ")}: received ${describe(value)}`);
  }
  return lower as T;
}

/** A data format, by default channels last. */
export function dataFormatOf(op: string, value: DataFormat | null | undefined): DataFormat {
  return choice(op, "dataFormat", value ?? "channels_last", ["channels_last", "channels_first"]);
}

/** A positive integer, or one for each of `count` spatial axes, as a list. */
export function perAxis(op: string, name: string, value: number | readonly number[], count: number): number[] {
  const list = typeof value === "number" ? new Array<number>(count).fill(value) : value;
  if (!Array.isArray(list) || list.length !== count || !list.every((entry: unknown) => Number.isInteger(entry) && (entry as number) >= 1)) {
    throw new ValueError(
      `[${op}] ${name} must be a positive integer or ${count} of them: received ${Array.isArray(value) ? `[${value.join(",")}]` : describe(value)}`,
    );
  }
  return list as number[];
}

/** Number of spatial axes of an input, of which there must be 1 to 3. */
export function spatialRank(op: string, x: Value): number {
  const spatial = x.shape.length - 2;
  if (spatial < 1 || spatial > 3) {
    throw new ShapeError(`[${op}] inputs must be [batch, ...spatial, channels] with 1 to 3 spatial axes: received ${formatAval(x)}`);
  }
  return spatial;
}

/** Channels moved to the end. */
export function toChannelsLast(x: Value, format: DataFormat): Value {
  if (format === "channels_last") return x;
  const axes = x.shape.map((_, axis) => axis);
  return build.transpose(x, [0, ...axes.slice(2), 1]);
}

/** Undoes {@link toChannelsLast}. */
export function fromChannelsLast(x: Value, format: DataFormat): Value {
  if (format === "channels_last") return x;
  const axes = x.shape.map((_, axis) => axis);
  return build.transpose(x, [0, axes.length - 1, ...axes.slice(1, -1)]);
}

/** [low, high] that make ceil(size / stride) windows. */
export function samePadding(size: number, window: number, stride: number, dilation: number): [number, number] {
  const reach = dilatedSize(window, dilation);
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
  const low = Math.floor(total / 2);
  return [low, total - low];
}
