import { field, type Field, invalid, type KerasIdentity, ops, type Tensor } from "@neurite/core";
import type { DataFormat } from "../convolutional/conv.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Zeros at one side and the other, for each axis. */
export type Margins = readonly (readonly [number, number])[];

/** A field of margins for `rank` axes: one number for all, one for each axis, or two for each. */
export function marginsField(name: string, rank: number, defaultValue: number): Field {
  const size = (x: unknown): x is number => Number.isInteger(x) && (x as number) >= 0;
  const pair = (x: unknown): [number, number] | null => {
    if (size(x)) return [x, x];
    return Array.isArray(x) && x.length === 2 && x.every(size) ? [x[0] as number, x[1] as number] : null;
  };
  return field.object(
    name,
    {
      expected: `a number of at least 0, one for each of ${rank} axes, or [before, after] for each`,
      resolve(value) {
        const list = size(value) ? Array.from({ length: rank }, () => value) : value;
        if (!Array.isArray(list) || list.length !== rank) return invalid;
        const pairs = list.map(pair);
        return pairs.includes(null) ? invalid : pairs;
      },
    },
    { default: defaultValue },
  );
}

export interface ZeroPadding2DOptions extends LayerOptions {
  /** Rows and columns of zeros: one number, [vertical, horizontal], or [[top, bottom], [left, right]]. Default 1. */
  readonly padding?: number | readonly number[] | Margins;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/** Rows and columns of zeros around images: [batch, rows, columns, channels]. */
export class ZeroPadding2D extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "ZeroPadding2D" };
  static override readonly fields: readonly Field[] = [marginsField("padding", 2, 1), layerField.dataFormat()];
  declare readonly padding: Margins;
  declare readonly dataFormat: DataFormat;

  constructor(options: ZeroPadding2DOptions = {}) {
    super(options);
  }

  override call(inputs: Tensor): Tensor {
    const none: readonly [number, number] = [0, 0];
    return ops.pad(inputs, this.dataFormat === "channels_last" ? [none, ...this.padding, none] : [none, none, ...this.padding]);
  }
}
