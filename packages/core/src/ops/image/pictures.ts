/** Pictures as operands: [height, width, channels] or [batch, height, width, channels], or with channels first. */
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import type { TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type DataFormat, dataFormatOf, fromChannelsLast, toChannelsLast } from "../nn/windows.ts";
import { input } from "../support/input.ts";

/** Where the channels are. */
export interface ImageOptions {
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/** Calls `body` with [batch, height, width, channels], and gives its result the shape that came in. */
export function onPictures(name: string, images: TensorLike, options: ImageOptions, body: (x: Value) => Value): Tensor {
  const given = input(name, images, "images");
  const single = given.shape.length === 3;
  if (!single && given.shape.length !== 4) {
    throw new ShapeError(
      `[${name}] images must be [height, width, channels] or [batch, height, width, channels] (or channels first): received ${formatAval(given)}`,
    );
  }
  const format = dataFormatOf(name, options.dataFormat);
  const batch = toChannelsLast(single ? build.reshape(given, [1, ...given.shape]) : given, format);
  const result = fromChannelsLast(body(batch), format);
  return new Tensor(single ? build.reshape(result, result.shape.slice(1)) : result);
}
