import { field, type Field, invalid, ops, ShapeError, type Tensor } from "@neurite/core";
import type { DataFormat } from "../core/spatial-inputs.ts";

/** How much is added or cut off at one side and the other, for each axis. */
export type Margins = readonly (readonly [number, number])[];

const isSize = (x: unknown): x is number => Number.isInteger(x) && (x as number) >= 0;

function pairOf(x: unknown): [number, number] | null {
  if (isSize(x)) return [x, x];
  return Array.isArray(x) && x.length === 2 && x.every(isSize) ? [x[0] as number, x[1] as number] : null;
}

/** A field of margins for `rank` axes: one number for all, one for each axis, or two for each. */
export function marginsField(name: string, rank: number, defaultValue: number): Field {
  return field.object(
    name,
    {
      expected: `a number of at least 0, one for each of ${rank} axes, or [before, after] for each`,
      resolve(value) {
        const list = isSize(value) ? Array.from({ length: rank }, () => value) : value;
        if (!Array.isArray(list) || list.length !== rank) return invalid;
        const pairs = list.map(pairOf);
        return pairs.includes(null) ? invalid : pairs;
      },
    },
    { default: defaultValue },
  );
}

/** A field of the margins of one axis: one number, or [start, end]. */
export function pairField(name: string, defaultValue: number): Field {
  return field.object(
    name,
    { expected: "a number of at least 0, or [start, end]", resolve: (value) => pairOf(value) ?? invalid },
    { default: defaultValue },
  );
}

/** Margins of all axes, given those of the spatial ones. */
export function spatialMargins(margins: Margins, dataFormat: DataFormat): Margins {
  const none: readonly [number, number] = [0, 0];
  return dataFormat === "channels_last" ? [none, ...margins, none] : [none, none, ...margins];
}

/** Cuts margins off the spatial axes. */
export function crop(x: Tensor, margins: Margins, dataFormat: DataFormat): Tensor {
  const all = spatialMargins(margins, dataFormat);
  const shape = x.shape.map((dim, i) => dim - (all[i]?.[0] ?? 0) - (all[i]?.[1] ?? 0));
  if (shape.some((dim) => dim <= 0))
    throw new ShapeError(`[crop] nothing is left of shape [${x.shape}]: ${JSON.stringify(margins)} is cut off`);
  return ops.slice(x, all.map(([start]) => start), shape); // prettier-ignore
}
